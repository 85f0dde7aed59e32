import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, LIMITS, type LimitName } from '../../src/base/limits.ts';
import { loadServeConfig } from '../../src/config/load-serve-config.ts';
import type { Environment, Flags } from '../../src/config/read-settings.ts';
import type { ServeConfig } from '../../src/config/serve-config.ts';
import { SERVE_SETTINGS } from '../../src/config/serve-settings.ts';
import { envOf, flagOf } from '../../src/config/setting.ts';

const TOKEN = 'x'.repeat(32);

function load(flags: Flags = {}, env: Environment = {}): ServeConfig {
  return loadServeConfig(flags, env, false);
}

/** The message that a configuration is refused with. */
function refusal(flags: Flags = {}, env: Environment = {}): string {
  try {
    load(flags, env);
  } catch (error) {
    if (!(error instanceof PembaError)) throw error;
    expect(error.reason).toBe('CONFIG_INVALID');
    return error.message;
  }
  throw new Error('it was accepted');
}

describe('without flags and environment', () => {
  it('every setting has its default', () => {
    expect(load()).toEqual({
      database: undefined,
      dataDirectory: './data',
      listen: { host: '127.0.0.1', port: 50_051 },
      open: false,
      maxStalenessMs: 2_000,
      historyDays: 7,
      auditDays: 365,
      poolSize: 16,
      defaultDeadlineMs: 10_000,
      drainMs: 10_000,
      logLevel: 'info',
      logFormat: 'json',
      limits: defaultLimits(),
    });
  });

  it('what is optional is absent, not undefined', () => {
    expect(Object.keys(load())).not.toContain('schemaFile');
  });
});

describe('a value', () => {
  it('comes from a flag, then from the environment, then from the default', () => {
    const env = { PEMBA_POOL_SIZE: '3' };
    expect(load({ poolSize: '4' }, env).poolSize).toBe(4);
    expect(load({}, env).poolSize).toBe(3);
    expect(load({ poolSize: undefined }, env).poolSize).toBe(3);
  });

  it('of the database comes from DATABASE_URL too, which ours goes before', () => {
    const env = { DATABASE_URL: 'postgres://there/other' };
    expect(load({}, env).database).toBe('postgres://there/other');
    expect(load({}, { ...env, PEMBA_DATABASE: 'postgresql://here/pemba' }).database).toBe(
      'postgresql://here/pemba',
    );
  });

  it('that is an empty variable counts as none', () => {
    expect(load({}, { PEMBA_POOL_SIZE: '', PEMBA_BOOTSTRAP_TOKEN: '' })).toEqual(load());
  });

  it.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
    ['no', false],
  ])('of a switch may be `%s` in the environment', (text, open) => {
    expect(load({}, { PEMBA_OPEN: text }).open).toBe(open);
  });

  it('is named with its source and what is expected where it cannot be read', () => {
    expect(refusal({ listen: '50051' })).toBe(
      'the configuration is wrong: --listen `50051`: expected `host:port`, such as `127.0.0.1:50051` or `[::1]:50051`',
    );
    expect(refusal({}, { PEMBA_POOL_SIZE: 'many' })).toBe(
      'the configuration is wrong: PEMBA_POOL_SIZE `many`: expected a whole number from 2 to 10000',
    );
    expect(refusal({}, { PEMBA_OPEN: 'maybe' })).toContain('PEMBA_OPEN `maybe`: expected `true` or `false`');
    expect(refusal({ logLevel: 'loud' })).toContain(
      '--log-level `loud`: expected `debug`, `info`, `warn`, `error`',
    );
  });

  it('that is wrong is told together with all others', () => {
    const message = refusal({ poolSize: '0', tlsCert: 'a.pem' }, { PEMBA_DRAIN_MS: '-1' });
    expect(message.split('\n')).toEqual([
      'the configuration is wrong in 3 places:',
      '  --pool-size `0`: expected a whole number from 2 to 10000',
      '  PEMBA_DRAIN_MS `-1`: expected a whole number from 0 to 3600000',
      '  --tls-cert needs its key; add --tls-key',
    ]);
  });
});

describe('secrets', () => {
  it('are in no message', () => {
    expect(refusal({}, { PEMBA_BOOTSTRAP_TOKEN: 'hunter2' })).toBe(
      'the configuration is wrong: PEMBA_BOOTSTRAP_TOKEN: expected at least 32 characters',
    );
    expect(refusal({}, { DATABASE_URL: 'mysql://root:hunter2@host' })).not.toContain('hunter2');
  });

  it('of the bootstrap come from the environment alone', () => {
    expect(load({ bootstrapToken: TOKEN }).bootstrapToken).toBeUndefined();
    expect(load({}, { PEMBA_BOOTSTRAP_TOKEN: TOKEN }).bootstrapToken).toBe(TOKEN);
  });
});

describe('numbers', () => {
  it('are bounded on either side', () => {
    expect(load({ maxStalenessMs: '100' }).maxStalenessMs).toBe(100);
    expect(refusal({ maxStalenessMs: '99' })).toContain('--max-staleness-ms `99`');
    expect(load({ maxStalenessMs: '3600000' }).maxStalenessMs).toBe(3_600_000);
    expect(refusal({ maxStalenessMs: '3600001' })).toContain('--max-staleness-ms');
    expect(load({ credentialMaxDays: '90' }).credentialMaxDays).toBe(90);
  });

  it.each(['1.5', '1e3', ' 7', '0x10', '+7', '9'.repeat(30), 'NaN'])('like `%s` are not whole', (text) => {
    expect(refusal({ historyDays: text })).toContain('expected a whole number');
  });
});

describe('limits', () => {
  const names = Object.keys(LIMITS) as LimitName[];

  it('have a flag and a variable each', () => {
    expect(load({ limitBatchChecks: '7' }, { PEMBA_LIMIT_READ_PAGE: '8' }).limits).toEqual({
      ...defaultLimits(),
      batchChecks: 7,
      readPage: 8,
    });
  });

  it.each(names)('%s lies between 1 and its maximum', (name) => {
    const variable = `PEMBA_LIMIT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
    const { max } = LIMITS[name];
    expect(load({}, { [variable]: '1' }).limits[name]).toBe(1);
    expect(load({}, { [variable]: String(max) }).limits[name]).toBe(max);
    expect(refusal({}, { [variable]: '0' })).toContain(
      `${variable} \`0\`: expected a whole number from 1 to ${max}`,
    );
    expect(refusal({}, { [variable]: String(max + 1) })).toContain(variable);
  });
});

describe('addresses', () => {
  it.each([
    ['localhost:1', { host: 'localhost', port: 1 }],
    ['127.0.0.2:0', { host: '127.0.0.2', port: 0 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
  ])('like `%s` are read', (text, expected) => {
    expect(load({ listen: text }).listen).toEqual(expected);
    expect(load({ metricsListen: text }).metricsListen).toEqual(expected);
  });

  it.each([
    'localhost',
    ':50051',
    'localhost:',
    'localhost:65536',
    '::1:50051',
    'http://localhost:1',
    'a b:1',
  ])('like `%s` are refused', (text) => {
    expect(refusal({ listen: text })).toContain(`--listen \`${text}\`: expected \`host:port\``);
  });
});

describe('listening beyond loopback', () => {
  const beyond = [
    '0.0.0.0:50051',
    '[::]:50051',
    '10.0.0.7:50051',
    'pemba.example.com:50051',
    '[::ffff:10.0.0.7]:1',
  ];

  it.each(beyond)('at `%s` is refused with --open', (listen) => {
    const message = refusal({ listen, open: true, insecureTransport: true });
    expect(message).toContain('--open asks nobody for a credential');
  });

  it.each(beyond)('at `%s` needs TLS, or a word that something else encrypts', (listen) => {
    expect(refusal({ listen })).toContain('nothing is encrypted');
    expect(load({ listen, insecureTransport: true }).open).toBe(false);
    expect(load({ listen, tlsCert: 'a.pem', tlsKey: 'a.key' }).tls).toEqual({ cert: 'a.pem', key: 'a.key' });
  });

  it.each(['127.0.0.1:1', '127.8.9.10:1', 'localhost:1', 'LOCALHOST:1', '[::1]:1'])(
    'is not what `%s` does',
    (listen) => {
      expect(load({ listen, open: true }).open).toBe(true);
    },
  );
});

describe('what belongs together', () => {
  it('is TLS and its files', () => {
    expect(load({ tlsCert: 'a.pem', tlsKey: 'a.key', tlsClientCa: 'ca.pem' }).tls).toEqual({
      cert: 'a.pem',
      key: 'a.key',
      clientCa: 'ca.pem',
    });
    expect(refusal({ tlsCert: 'a.pem' })).toContain('add --tls-key');
    expect(refusal({ tlsKey: 'a.key' })).toContain('add --tls-cert');
    expect(refusal({ tlsClientCa: 'ca.pem' })).toContain('add --tls-cert and --tls-key');
  });

  it('is a schema and its tuples', () => {
    expect(load({ schema: 'a.pemba', tuples: 'a.tuples' })).toMatchObject({
      schemaFile: 'a.pemba',
      tuplesFile: 'a.tuples',
    });
    expect(refusal({ tuples: 'a.tuples' })).toContain('add --schema');
    expect(refusal({ example: true, schema: 'a.pemba' })).toContain('--example brings its own');
  });

  it('is the example, whose files are in the package', () => {
    const { schemaFile = '', tuplesFile = '' } = load({ example: true });
    expect([existsSync(schemaFile), existsSync(tuplesFile)]).toEqual([true, true]);
  });

  it('is a model, with data of its own, whether or not the example is asked for as well', () => {
    for (const flags of [{ model: 'ptolemy' }, { model: 'ptolemy', example: true }]) {
      const { example, model, dataDirectory, schemaFile, tuplesFile } = load(flags);
      expect({ example, model, dataDirectory }).toEqual({
        example: 'ptolemy',
        model: 'ptolemy',
        dataDirectory: './data-ptolemy',
      });
      expect(schemaFile).toMatch(/\/schema\/ptolemy\.pemba$/);
      expect(tuplesFile).toMatch(/\/schema\/ptolemy\.tuples$/);
    }
    expect(load({}, { PEMBA_MODEL: 'portkey' }).model).toBe('portkey');
    expect(load({ model: 'portkey', data: 'x' }).dataDirectory).toBe('x');
    expect(load({ model: 'lamin' })).toEqual({ ...load({ example: true }), model: 'lamin' });
    expect(load({ example: true })).toMatchObject({ example: 'lamin', dataDirectory: './data' });
  });

  it('is a model that there is', () => {
    const list = '`lamin`, `ptolemy`, `ptolemy-strict`, `portkey`, `workspaces`';
    expect(refusal({ model: 'ptolmey' })).toBe(
      `the configuration is wrong: --model \`ptolmey\`: expected a model, one of ${list}; did you mean \`ptolemy\`?`,
    );
    expect(refusal({ model: 'zanzibar' })).toMatch(/one of .*`workspaces`$/);
    expect(refusal({ model: 'constructor' })).toContain('expected a model');
  });

  it('is a model or files, not both', () => {
    for (const flags of [{ schema: 'a.pemba' }, { schema: 'a.pemba', tuples: 'a.tuples' }, { tuples: 'a' }]) {
      expect(refusal({ model: 'portkey', ...flags })).toBe(
        'the configuration is wrong: --model brings its own --schema and --tuples; leave out the one or the others',
      );
    }
  });
});

describe('the log', () => {
  it('is text on a terminal and JSON elsewhere, unless it is said', () => {
    expect(loadServeConfig({}, {}, true).logFormat).toBe('text');
    expect(loadServeConfig({ logFormat: 'json' }, {}, true).logFormat).toBe('json');
    expect(loadServeConfig({ logFormat: 'text' }, {}, false).logFormat).toBe('text');
  });
});

describe('the table', () => {
  it('gives every setting a flag and a variable of its own', () => {
    const names = Object.keys(SERVE_SETTINGS);
    expect(flagOf('tlsClientCa')).toBe('--tls-client-ca');
    expect(envOf('maxStalenessMs')).toBe('PEMBA_MAX_STALENESS_MS');
    expect(new Set(names.map(flagOf)).size).toBe(names.length);
    expect(new Set(names.map(envOf)).size).toBe(names.length);
  });
});
