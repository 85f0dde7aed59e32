import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { connect, type PembaClient } from '../../src/client/client.ts';
import type { ConnectOptions } from '../../src/client/options.ts';
import { ServiceError } from '../../src/client/service-error.ts';
import { FakeService, type Handlers, Refusal } from './fake-service.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

async function fake(
  handlers: Handlers,
  options: Partial<ConnectOptions> = {},
): Promise<[PembaClient, FakeService]> {
  const service = await FakeService.start(handlers);
  const client = clientOf({ address: service.address, ...options });
  stops.push(() => service.stop());
  return [client, service];
}

function clientOf(options: ConnectOptions): PembaClient {
  const client = connect(options);
  stops.push(() => client.close());
  return client;
}

/** What a promise, or a function that throws, fails with. */
async function failureOf(act: () => unknown): Promise<ServiceError> {
  try {
    await act();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

const TUPLE = { object: 'space:ml', relation: 'read', subject: 'user:ada' };
/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('check', () => {
  it('sends the question and returns the answer', async () => {
    const [client, service] = await fake({ Check: () => ({ answer: 'ANSWER_ALLOWED', zookie: 'z1' }) });
    expect(await client.check({ ...TUPLE, store: 'main', contextualTuples: [TUPLE] })).toEqual({
      answer: 'allowed',
      zookie: 'z1',
    });
    expect(service.last.request).toMatchObject({ ...TUPLE, store: 'main', contextualTuples: [TUPLE] });
    expect(service.last.request.consistency ?? null).toBeNull();
  });

  it.each([
    ['ANSWER_DENIED', 'denied'],
    ['ANSWER_CONDITIONAL', 'conditional'],
  ])('turns %s into %s', async (wire, expected) => {
    const [client] = await fake({ Check: () => ({ answer: wire, zookie: '' }) });
    expect((await client.check(TUPLE)).answer).toBe(expected);
  });

  it('refuses to make a yes or a no of an answer it does not know', async () => {
    const [client] = await fake({ Check: () => ({ zookie: '' }) });
    await expect(client.check(TUPLE)).rejects.toThrow('ANSWER_UNSPECIFIED');
  });

  it.each([
    [{ mode: 'minimize_latency' }, { minimizeLatency: true }],
    [{ mode: 'fully_consistent' }, { fullyConsistent: true }],
    [{ mode: 'at_least_as_fresh', zookie: 'z' }, { atLeastAsFresh: 'z' }],
    [{ mode: 'at_exact_snapshot', zookie: 'z' }, { atExactSnapshot: 'z' }],
    [
      { mode: 'at_exact_time', time: new Date(1_700_000_000_250) },
      { atExactTime: { seconds: 1_700_000_000, nanos: 250_000_000 } },
    ],
    [{ mode: 'at_exact_time', time: new Date(-250) }, { atExactTime: { seconds: -1, nanos: 750_000_000 } }],
  ] as const)('asks with consistency %o', async (consistency, wire) => {
    const [client, service] = await fake({ Check: () => ({ answer: 'ANSWER_DENIED', zookie: '' }) });
    await client.check({ ...TUPLE, consistency });
    expect(service.last.request.consistency).toEqual(wire);
  });
});

describe('batchCheck', () => {
  it('returns an answer or an error for each question', async () => {
    const error = { code: 9, reason: 'UNKNOWN_TYPE', message: 'no such type', field: 'items[1].object' };
    const [client, service] = await fake({
      BatchCheck: () => ({ results: [{ answer: 'ANSWER_ALLOWED' }, { error }], zookie: 'z' }),
    });
    expect(await client.batchCheck({ items: [TUPLE, TUPLE] })).toEqual({
      results: [{ answer: 'allowed' }, { error: { ...error, code: 'FAILED_PRECONDITION' } }],
      zookie: 'z',
    });
    expect(service.last.request.items).toEqual([TUPLE, TUPLE]);
  });
});

describe('write', () => {
  it('sends updates, preconditions and what is to be recorded', async () => {
    const [client, service] = await fake({ Write: () => ({ zookie: 'z' }) });
    const metadata = { text: 'a', list: [1, true, null, { deep: 'b' }], absent: undefined };
    const answer = await client.write({
      updates: [{ operation: 'create', tuple: TUPLE }],
      preconditions: [{ condition: 'must_not_exist', filter: { object: 'space' } }],
      actor: 'user:ada',
      metadata,
      idempotencyKey: 'key',
    });
    expect(answer).toEqual({ zookie: 'z' });
    expect(service.last.request).toMatchObject({
      updates: [{ operation: 'OPERATION_CREATE', tuple: TUPLE }],
      preconditions: [{ condition: 'CONDITION_MUST_NOT_EXIST', filter: { object: 'space' } }],
      actor: 'user:ada',
      idempotencyKey: 'key',
      metadata: {
        fields: {
          text: { stringValue: 'a' },
          list: {
            listValue: {
              values: [
                { numberValue: 1 },
                { boolValue: true },
                { nullValue: 'NULL_VALUE' },
                { structValue: { fields: { deep: { stringValue: 'b' } } } },
              ],
            },
          },
        },
      },
    });
  });

  it('sends no metadata if there is none', async () => {
    const [client, service] = await fake({ Write: () => ({ zookie: 'z' }) });
    await client.write({ updates: [] });
    expect(service.last.request.metadata ?? null).toBeNull();
  });
});

describe('read', () => {
  it('returns a page', async () => {
    const page = { tuples: [TUPLE], nextPageToken: 'next', zookie: 'z' };
    const [client, service] = await fake({ Read: () => page });
    expect(await client.read({ filter: { object: 'space' }, pageSize: 7, pageToken: 't' })).toEqual(page);
    expect(service.last.request).toMatchObject({ filter: { object: 'space' }, pageSize: 7, pageToken: 't' });
  });
});

describe('schemas', () => {
  it('are written, with the version expected even if that is 0', async () => {
    const answer = { zookie: 'z', version: 1, warnings: [{ code: 'c', line: 1, column: 2, message: 'm' }] };
    const [client, service] = await fake({ WriteSchema: () => answer });
    expect(await client.writeSchema({ text: 'type a', expectedVersion: 0, dryRun: true })).toEqual(answer);
    expect(service.last.request).toMatchObject({ text: 'type a', expectedVersion: 0, dryRun: true });
    await client.writeSchema({ text: 'type a' });
    expect(service.last.request.expectedVersion ?? null).toBeNull();
  });

  it('are read, with times as dates', async () => {
    const types = [
      {
        name: 'a',
        documentation: '',
        members: [{ name: 'm', documentation: 'd', isPermission: true, subjects: [] }],
      },
    ];
    const writtenAt = { seconds: 1_700_000_000, nanos: 5_000_000 };
    const [client, service] = await fake({
      ReadSchema: () => ({ text: 'type a', version: 3, writtenAt, actor: 'user:ada', zookie: 'z', types }),
    });
    expect(await client.readSchema({ version: 3 })).toEqual({
      text: 'type a',
      version: 3,
      writtenAt: new Date(1_700_000_000_005),
      actor: 'user:ada',
      zookie: 'z',
      types,
    });
    expect(service.last.request.version).toBe(3);
  });
});

describe('credentials and stores', () => {
  const credential = { id: 'c', level: 'LEVEL_GOVERNED_WRITE', description: 'd', createdAt: { seconds: 1 } };
  const read = {
    id: 'c',
    level: 'governed_write',
    description: 'd',
    createdAt: new Date(1_000),
    expiresAt: undefined,
    revokedAt: undefined,
  };

  it('are created, listed and revoked', async () => {
    const [client, service] = await fake({
      CreateCredential: () => ({ credential, token: 't', zookie: 'z' }),
      ListCredentials: () => ({ credentials: [credential] }),
      RevokeCredential: () => ({ zookie: 'z2' }),
    });
    const expiresAt = new Date(2_000);
    expect(await client.createCredential({ level: 'governed_write', expiresAt })).toEqual({
      credential: read,
      token: 't',
      zookie: 'z',
    });
    expect(service.last.request).toMatchObject({ level: 'LEVEL_GOVERNED_WRITE', expiresAt: { seconds: 2 } });
    expect(await client.listCredentials({ store: 's' })).toEqual([read]);
    expect(await client.revokeCredential({ id: 'c' })).toEqual({ zookie: 'z2' });
  });

  it('are created, listed and deleted', async () => {
    const store = { id: '7', name: 'main', createdAt: { seconds: 1, nanos: 0 } };
    const [client, service] = await fake({
      CreateStore: () => ({ store }),
      ListStores: () => ({ stores: [store] }),
      DeleteStore: () => ({}),
    });
    expect(await client.createStore({ name: 'main' })).toEqual({ ...store, createdAt: new Date(1_000) });
    expect(await client.listStores()).toEqual([{ ...store, createdAt: new Date(1_000) }]);
    await client.deleteStore({ id: '7' });
    expect(service.last.request).toEqual({ id: '7' });
  });
});

describe('the audit trail', () => {
  const time = { seconds: 1, nanos: 500_000_000 };
  const entry = { time, revision: 7 };
  const read = { time: new Date(1_500), revision: 7 };

  it('is read in pages, by a filter', async () => {
    const [client, service] = await fake({ ReadAudit: () => ({ entries: [], nextPageToken: 'next' }) });
    const page = await client.readAudit({
      store: 's',
      filter: {
        tuple: { object: 'team:a' },
        actor: 'user:ada',
        kinds: ['tuple_added', 'write_refused'],
        since: new Date(1_500),
        until: new Date(2_000),
      },
      pageSize: 3,
      pageToken: 'token',
    });
    expect(page).toEqual({ entries: [], nextPageToken: 'next' });
    expect(service.last.request).toMatchObject({
      store: 's',
      filter: {
        tuple: { object: 'team:a' },
        actor: 'user:ada',
        kinds: ['AUDIT_KIND_TUPLE_ADDED', 'AUDIT_KIND_WRITE_REFUSED'],
        since: time,
        until: { seconds: 2 },
      },
      pageSize: 3,
      pageToken: 'token',
    });
    await client.readAudit();
    expect(service.last.request).not.toHaveProperty('filter');
  });

  it('has in each entry what there is to say of its kind, and no more', async () => {
    const tuple = { object: 'team:a', relation: 'member', subject: 'user:ada' };
    const about = { id: 'c', level: 'read', description: 'd' };
    const refusal = { reason: 'NOT_GRANTED_BY', message: 'no', operation: '', updates: 2 };
    const metadata = { fields: { ticket: { stringValue: 'OPS-12' } } };
    const [client] = await fake({
      ReadAudit: () => ({
        entries: [
          { ...entry, kind: 'AUDIT_KIND_TUPLE_ADDED', tuple, actor: 'user:b', credential: 'c', metadata },
          { ...entry, kind: 'AUDIT_KIND_SCHEMA_WRITTEN', schemaVersion: 2 },
          { ...entry, kind: 'AUDIT_KIND_CREDENTIAL_CREATED', aboutCredential: about },
          { ...entry, kind: 'AUDIT_KIND_STORE_DELETED', aboutStore: { id: '7', name: 'main' } },
          { ...entry, kind: 'AUDIT_KIND_WRITE_REFUSED', refusal },
          { ...entry, kind: 'AUDIT_KIND_WRITE_REFUSED', tuple, refusal: { ...refusal, operation: 'touch' } },
          { ...entry, kind: 'AUDIT_KIND_REFUSALS_NOT_RECORDED', count: 9 },
          { ...entry, kind: 'AUDIT_KIND_SUBJECT_ERASED', count: 0, pseudonym: 'user:erased-x' },
        ],
      }),
    });
    const whole = { reason: 'NOT_GRANTED_BY', message: 'no', updates: 2 };
    expect((await client.readAudit()).entries).toStrictEqual([
      {
        ...read,
        kind: 'tuple_added',
        tuple,
        actor: 'user:b',
        credential: 'c',
        metadata: { ticket: 'OPS-12' },
      },
      { ...read, kind: 'schema_written', schemaVersion: 2 },
      { ...read, kind: 'credential_created', aboutCredential: about },
      { ...read, kind: 'store_deleted', aboutStore: { id: '7', name: 'main' } },
      { ...read, kind: 'write_refused', refusal: whole },
      { ...read, kind: 'write_refused', tuple, refusal: { ...whole, operation: 'touch' } },
      { ...read, kind: 'refusals_not_recorded', count: 9 },
      { ...read, kind: 'subject_erased', count: 0, pseudonym: 'user:erased-x' },
    ]);
  });
});

it('forgets a subject, with why', async () => {
  const erased = { zookie: 'z', removed: 2, pseudonym: 'user:erased-x', rewritten: 4 };
  const [client, service] = await fake({ EraseSubject: () => erased });
  expect(await client.eraseSubject({ store: 's', subject: 'user:ada', metadata: { ticket: 7 } })).toEqual(
    erased,
  );
  expect(service.last.request).toEqual({
    store: 's',
    subject: 'user:ada',
    metadata: { fields: { ticket: { numberValue: 7 } } },
  });
});

describe('a credential', () => {
  it('travels as a bearer token', async () => {
    const [client, service] = await fake({ ListStores: () => ({ stores: [] }) }, { token: 'secret' });
    await client.listStores();
    expect(service.last.authorization).toBe('Bearer secret');
  });

  it('is refused here if no header can carry it', async () => {
    const error = await failureOf(() => connect({ address: '127.0.0.1:1', token: 'two\nlines' }));
    expect(error.reason).toBe('BAD_CREDENTIALS');
    expect(error.message).not.toContain('two');
  });
});

describe('a failure', () => {
  it('of the service carries its code, reason, field and message', async () => {
    const [client] = await fake({
      Check: () => {
        throw new Refusal('FAILED_PRECONDITION', 'there is no type `spce`', {
          reason: 'UNKNOWN_TYPE',
          field: 'object',
        });
      },
    });
    const error = await failureOf(() => client.check(TUPLE));
    expect(error).toMatchObject({
      name: 'ServiceError',
      code: 'FAILED_PRECONDITION',
      reason: 'UNKNOWN_TYPE',
      field: 'object',
      message: 'there is no type `spce`',
    });
  });

  it('to connect names the address and what to do', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    const error = await failureOf(() => clientOf({ address }).check(TUPLE));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', reason: 'UNREACHABLE', field: undefined });
    expect(error.message).toBe(`no service listens at ${address}; start one with \`npm start\``);
  });

  it('to find the host says so', async () => {
    const error = await failureOf(() => clientOf({ address: 'pemba.invalid:1' }).check(TUPLE));
    expect(error.message).toContain('the host of pemba.invalid:1 is not known');
  });

  it('that the service calls UNAVAILABLE itself is passed on as it is', async () => {
    const [client] = await fake({
      Check: () => {
        throw new Refusal('UNAVAILABLE', 'too far behind', { reason: 'STALE' });
      },
    });
    expect(await failureOf(() => client.check(TUPLE))).toMatchObject({
      reason: 'STALE',
      message: 'too far behind',
    });
  });

  it('to answer in time names the time', async () => {
    const [client] = await fake({ Check: () => new Promise(() => undefined) }, { timeoutMs: 50 });
    const error = await failureOf(() => client.check(TUPLE));
    expect(error).toMatchObject({ code: 'DEADLINE_EXCEEDED', reason: 'NO_ANSWER' });
    expect(error.message).toMatch(/gave no answer within 50 ms$/);
    expect((await failureOf(() => client.check(TUPLE, { timeoutMs: 20 }))).message).toContain('20 ms');
  });

  it('to know the call suspects another service', async () => {
    const [client] = await fake({});
    expect(await failureOf(() => client.check(TUPLE))).toMatchObject({
      code: 'UNIMPLEMENTED',
      reason: 'NOT_PEMBA',
    });
  });
});

describe('an address', () => {
  it.each(['localhost', ':50051', 'http://localhost:50051', '::1:50051', 'a b:1', '', 'localhost:5o'])(
    'like `%s` is refused',
    async (address) => {
      const error = await failureOf(() => clientOf({ address }));
      expect(error.reason).toBe('BAD_ADDRESS');
      expect(error.message).toContain(`\`${address}\``);
    },
  );

  it.each(['localhost:50051', '127.0.0.1:1', '[::1]:50051', 'unix:/run/pemba.sock', 'pemba.example.com:443'])(
    'like `%s` is accepted',
    (address) => {
      expect(() => clientOf({ address })).not.toThrow();
    },
  );
});

describe('what plain JavaScript may hand in', () => {
  const read = (): object => ({ tuples: [], nextPageToken: '', zookie: 'z' });
  const check = (): object => ({ answer: 'ANSWER_ALLOWED', zookie: 'z' });
  const wrong = <T>(value: unknown): T => value as T;

  it('is a timeout of any length, but a number', async () => {
    const [client] = await fake({ Check: check }, { timeoutMs: Number.MAX_SAFE_INTEGER });
    for (const timeoutMs of [undefined, Number.MAX_SAFE_INTEGER, 1e300, Infinity]) {
      const options = timeoutMs === undefined ? {} : { timeoutMs };
      expect((await client.check(TUPLE, options)).answer).toBe('allowed');
      const { signal } = new AbortController();
      expect((await client.check(TUPLE, { ...options, signal })).answer).toBe('allowed');
    }
    for (const timeoutMs of [Number.NaN, -1, wrong<number>('soon')]) {
      const failure = {
        code: 'INVALID_ARGUMENT',
        reason: 'BAD_REQUEST',
        message: `timeoutMs: ${timeoutMs} is not a number of milliseconds`,
      };
      expect(await failureOf(() => client.read({}, { timeoutMs }))).toMatchObject(failure);
      expect(
        await failureOf(() => client.watch({}, { timeoutMs })[Symbol.asyncIterator]().next()),
      ).toMatchObject(failure);
      expect(await failureOf(() => clientOf({ address: 'localhost:1', timeoutMs }))).toMatchObject(failure);
    }
  });

  it('is no mode of consistency that there is not', async () => {
    const [client, service] = await fake({ Check: check, Read: read });
    const failure = {
      reason: 'BAD_REQUEST',
      message: expect.stringContaining('consistency: at_once is no mode; there are minimize_latency, '),
    };
    const consistency = wrong<{ mode: 'fully_consistent' }>({ mode: 'at_once' });
    expect(await failureOf(() => client.check({ ...TUPLE, consistency }))).toMatchObject(failure);
    expect(await failureOf(() => client.read({ consistency }))).toMatchObject(failure);
    expect(service.asked).toEqual([]);
  });

  it('is no page of a size that is not whole', async () => {
    const [client] = await fake({ Read: read });
    for (const pageSize of [Number.NaN, 1.5, wrong<number>('2')]) {
      const failure = { reason: 'BAD_REQUEST', message: `pageSize: ${pageSize} is not a whole number` };
      expect(await failureOf(() => client.read({ pageSize }))).toMatchObject(failure);
    }
    await client.read({ pageSize: 2 });
  });
});
