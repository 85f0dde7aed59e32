/** The program as a process of its own. */
import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeService } from '../client/fake-service.ts';
import type { Run } from './command-line.ts';

const BIN = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pemba-bin-'));
const importLog = join(folder, 'imports');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Notes the address of every module that is imported. */
const HOOKS = `
  import { appendFileSync } from 'node:fs';
  export async function resolve(specifier, context, next) {
    const resolved = await next(specifier, context);
    appendFileSync(${JSON.stringify(importLog)}, resolved.url + '\\n');
    return resolved;
  }`;
const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const REGISTER = dataUrl(
  `import { register } from 'node:module'; register(${JSON.stringify(dataUrl(HOOKS))});`,
);

/** @param before arguments for Node itself */
function pemba(argv: string[], env: Record<string, string> = {}, before: string[] = []): Promise<Run> {
  const child = spawn(process.execPath, ['--import', 'tsx', ...before, BIN, ...argv], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = { code: -1, out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    run.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    run.err += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...run, code: code ?? -1 }));
  });
}

/** What a command imports, by the parts that take long. */
async function imports(argv: string[]): Promise<string[]> {
  rmSync(importLog, { force: true });
  await pemba(argv, {}, ['--import', REGISTER]);
  const seen = existsSync(importLog) ? readFileSync(importLog, 'utf8') : '';
  expect(seen, 'the hook sees the imports').toContain('/src/cli/run-cli.ts');
  const heavy = [
    'langium',
    'zod',
    'pg',
    'pino',
    '@grpc/grpc-js',
    '@dagrejs/dagre',
    'cli-progress',
    'cli-table3',
    'commander',
  ];
  return heavy.filter((name) => seen.includes(`/node_modules/${name}/`));
}

describe('the program', () => {
  it('asks a service, and exits with the code of the answer', async () => {
    const service = await FakeService.start({ Check: () => ({ answer: 'ANSWER_DENIED', zookie: '' }) });
    const argv = ['check', '--exit-code', 'space:ml#read@user:ada'];
    expect(await pemba(argv, { PEMBA_ADDRESS: service.address })).toEqual({
      code: 2,
      out: 'denied\n',
      err: '',
    });
    service.stop();
  });

  it('told to stop, says where a watch got to, and exits with 0', async () => {
    const service = await FakeService.start();
    service.streams = {
      async *Watch(_, cancelled) {
        yield { zookie: 'z1', schemaVersion: 2 };
        await new Promise((resolve) => cancelled.addEventListener('abort', resolve));
      },
    };
    const child = spawn(process.execPath, ['--import', 'tsx', BIN, 'watch'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, PEMBA_ADDRESS: service.address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let err = '';
    child.stdout.on('data', () => child.kill('SIGINT'));
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(err).toBe('to go on from here: --from z1\n');
    service.stop();
  });

  it('says so if what it has to say cannot be written', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, ['--import', 'tsx', BIN, '--version'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', full, 'pipe'],
    });
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err += chunk;
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
    closeSync(full);
    expect(err).toMatch(/^error: cannot write standard output: ENOSPC.*\n$/);
  });

  it('compiles the example schema', async () => {
    expect(await pemba(['schema', 'check', 'schema/lamin.pemba'])).toEqual({
      code: 0,
      out: 'schema/lamin.pemba: no problems\n',
      err: '',
    });
  });

  it('has the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect((await pemba(['--version'])).out).toBe(`${version}\n`);
  });

  it('refuses to serve with settings that contradict each other', async () => {
    const { code, out, err } = await pemba(
      ['serve', '--open', '--listen', '0.0.0.0:0', '--log-format', 'text'],
      { PEMBA_POOL_SIZE: 'many' },
    );
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('error: the configuration is wrong in 3 places:\n  PEMBA_POOL_SIZE `many`');
    expect(err).toContain('  reason: CONFIG_INVALID\n');
  });

  it.each([
    ['where the log is no terminal', [], {}],
    ['where JSON is asked for', ['--log-format', 'json'], {}],
    ['where the environment asks for JSON', [], { PEMBA_LOG_FORMAT: 'json' }],
  ])('says as a line of JSON that it cannot start, %s', async (_, flags, env) => {
    const { code, out, err } = await pemba(['serve', '--open', '--listen', '0.0.0.0:0', ...flags], env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(err)).toMatchObject({
      level: 'error',
      msg: expect.stringContaining('the configuration is wrong'),
      reason: 'CONFIG_INVALID',
    });
  });

  it('says with which model it listens, and last that it has stopped', async () => {
    // Postgres does not run as root, so another user has to get there.
    chmodSync(folder, 0o755);
    const listen = ['--listen', '127.0.0.1:0'];
    const argv = ['serve', '--open', '--example', ...listen, '--data', join(folder, 'data')];
    const child = spawn(process.execPath, ['--import', 'tsx', BIN, ...argv], {
      cwd: ROOT,
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    let told = false;
    child.stderr.on('data', (chunk) => {
      log += chunk;
      if (told || !/"msg":"listening"/.test(log)) return;
      told = true;
      child.kill('SIGTERM');
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    const lines = log.split('\n').slice(0, -1);
    const listening = lines.find((line) => line.includes('"msg":"listening"')) ?? '';
    expect(JSON.parse(listening)).toMatchObject({ model: 'lamin', port: expect.any(Number) });
    expect(JSON.parse(lines.at(-1) ?? ''), log).toMatchObject({ level: 'info', msg: 'stopped' });
    expect(code).toBe(0);
  });

  it('says as a line of JSON that it cannot have its data directory', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, err } = await pemba(['serve', '--open', '--listen', '127.0.0.1:0', '--data', file]);
    expect(code).toBe(1);
    expect(JSON.parse(err.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      level: 'error',
      msg: expect.stringContaining(file),
      reason: 'FILE_UNREADABLE',
    });
  });
});

describe('a command imports only what it needs', () => {
  it('for its help: nothing but the command line', async () => {
    expect(await imports(['check', '--help'])).toEqual(['commander']);
  });

  it('for a check: the client', async () => {
    expect(await imports(['check', 'a:b#c@d:e', '--address', '127.0.0.1:1'])).toEqual([
      '@grpc/grpc-js',
      'commander',
    ]);
  });

  it('for a tree: no layout of pictures', async () => {
    const service = await FakeService.start({ Expand: () => ({ nodes: [], zookie: 'z' }) });
    const argv = ['expand', 'a:b#c', '--address', service.address];
    expect(await imports(argv)).toEqual(['@grpc/grpc-js', 'commander']);
    expect(await imports([...argv, '--svg'])).toEqual(['@grpc/grpc-js', '@dagrejs/dagre', 'commander']);
    service.stop();
  });

  it('for the help of serve: the settings', async () => {
    expect(await imports(['serve', '--help'])).toEqual(['zod', 'commander']);
  });
});

describe('the tools for schemas', () => {
  it('work on files', async () => {
    const path = join(folder, 'tools.pemba');
    writeFileSync(path, 'type user\ntype   team {relation member:user permission see=member}');
    expect((await pemba(['schema', 'fmt', '--write', path])).out).toBe(`${path}\n`);
    expect(readFileSync(path, 'utf8')).toContain('\n  relation member : user\n');
    expect((await pemba(['schema', 'graph', path])).out).toContain('permission see = member\n');
    const test = join(folder, 'tools.test.yaml');
    writeFileSync(test, 'schema: tools.pemba\ntuples: team:a#member@user:b\nallowed: [team:a#see@user:b]');
    expect(await pemba(['test', test])).toEqual({ code: 0, out: `${test}: 1 of 1 as expected\n`, err: '' });
  });
});
