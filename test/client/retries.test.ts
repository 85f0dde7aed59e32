/** What is asked again after a failure, and what not. */
import { describe, expect, it } from 'vitest';
import type { PembaClient } from '../../src/client/client.ts';
import type { Handlers } from './fake-service.ts';
import { afterFailures, failureOf, usePairs } from './workbench.ts';

const pair = usePairs();
const TUPLE = { object: 'space:ml', relation: 'read', subject: 'user:ada' };

type Call = [method: string, call: (client: PembaClient) => Promise<unknown>, answer: object];

const SAFE: Call[] = [
  ['Check', (client) => client.check(TUPLE), { answer: 'ANSWER_ALLOWED' }],
  ['BatchCheck', (client) => client.batchCheck({ items: [TUPLE] }), { results: [] }],
  ['Read', (client) => client.read(), {}],
  ['Expand', (client) => client.expand(TUPLE), {}],
  ['Explain', (client) => client.explain(TUPLE), { answer: 'ANSWER_ALLOWED' }],
  ['ListPermissions', (client) => client.listPermissions(TUPLE), {}],
  ['ReadSchema', (client) => client.readSchema(), {}],
  ['ListCredentials', (client) => client.listCredentials(), {}],
  ['ListStores', (client) => client.listStores(), {}],
  ['ReadAudit', (client) => client.readAudit(), {}],
  ['Write', (client) => client.write({ updates: [] }), { zookie: 'z' }],
];
const UNSAFE: Call[] = [
  ['CreateCredential', (client) => client.createCredential({ level: 'read' }), {}],
  ['RevokeCredential', (client) => client.revokeCredential({ id: 'x' }), {}],
  ['WriteSchema', (client) => client.writeSchema({ text: 'type a' }), {}],
  ['CreateStore', (client) => client.createStore({ name: 'x' }), {}],
  ['DeleteStore', (client) => client.deleteStore({ id: '1' }), {}],
];

describe('while the service is unavailable', () => {
  it.each(SAFE)('%s is asked again', async (method, call, answer) => {
    const { client, service } = await pair({ [method]: afterFailures(2, 'NOT_READY', () => answer) });
    await call(client);
    expect(service.asked).toHaveLength(3);
  });

  it.each(UNSAFE)('%s is not', async (method, call, answer) => {
    const { client, service } = await pair({ [method]: afterFailures(1, 'NOT_READY', () => answer) });
    expect((await failureOf(call(client))).reason).toBe('NOT_READY');
    expect(service.asked).toHaveLength(1);
  });

  it('a call gives up after so many times', async () => {
    const handlers: Handlers = { Check: afterFailures(100, 'STALE', () => ({})) };
    const { client, service } = await pair(handlers, { retries: 2 });
    expect((await failureOf(client.check(TUPLE))).reason).toBe('STALE');
    expect(service.asked).toHaveLength(3);
    const { client: impatient, service: other } = await pair(handlers, { retries: 0 });
    expect((await failureOf(impatient.check(TUPLE))).reason).toBe('STALE');
    expect(other.asked).toHaveLength(1);
  });

  it('a call gives up before its deadline', async () => {
    const { client, service } = await pair(
      { Check: afterFailures(1_000, 'STALE', () => ({})) },
      { retries: 999 },
    );
    expect((await failureOf(client.check(TUPLE, { timeoutMs: 200 }))).code).toMatch(
      /^UNAVAILABLE$|^DEADLINE_EXCEEDED$/,
    );
    const asked = service.asked.length;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(10);
  });

  it('a call that is cancelled is not asked again', async () => {
    const { client, service } = await pair(
      { Check: afterFailures(1_000, 'STALE', () => ({})) },
      { retries: 999 },
    );
    const controller = new AbortController();
    const failure = failureOf(client.check(TUPLE, { signal: controller.signal }));
    while (service.asked.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    expect((await failure).reason).toBe('CANCELLED');
  });
});

describe('other failures are final', () => {
  it.each([
    ['LIMIT', 'RESOURCE_EXHAUSTED'],
    ['DEADLINE', 'DEADLINE_EXCEEDED'],
    ['MALFORMED_REFERENCE', 'INVALID_ARGUMENT'],
    ['UNKNOWN_TYPE', 'FAILED_PRECONDITION'],
    ['CREDENTIAL_MISSING', 'UNAUTHENTICATED'],
    ['DATABASE_UNSUITABLE', 'UNAVAILABLE'],
    ['INTERNAL', 'INTERNAL'],
  ] as const)('%s', async (reason, code) => {
    const { client, service } = await pair({ Check: afterFailures(1, reason, () => ({}), code) });
    expect((await failureOf(client.check(TUPLE))).reason).toBe(reason);
    expect(service.asked).toHaveLength(1);
  });
});

describe('a write', () => {
  it('is sent again with the same idempotency key', async () => {
    const { client, service } = await pair({
      Write: afterFailures(2, 'WRITE_OUTCOME_UNKNOWN', () => ({ zookie: 'z' })),
    });
    expect(await client.write({ updates: [] })).toEqual({ zookie: 'z' });
    const keys = service.asked.map(({ request }) => request.idempotencyKey);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    await client.write({ updates: [] });
    expect(service.last.request.idempotencyKey).not.toBe(keys[0]);
  });

  it('keeps the key it was given', async () => {
    const { client, service } = await pair({ Write: () => ({ zookie: 'z' }) });
    await client.write({ updates: [], idempotencyKey: 'mine' });
    expect(service.last.request.idempotencyKey).toBe('mine');
  });
});

describe('a signal', () => {
  it('cancels a call that waits for its answer', async () => {
    const { client, service } = await pair({ Read: () => new Promise(() => undefined) });
    const controller = new AbortController();
    const failure = failureOf(client.read({}, { signal: controller.signal }));
    while (service.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error('no longer wanted'));
    expect(await failure).toMatchObject({
      code: 'CANCELLED',
      reason: 'CANCELLED',
      cause: { message: 'no longer wanted' },
    });
  });

  it('that is aborted before keeps the call from being sent', async () => {
    const { client, service } = await pair({ Read: () => ({}) });
    expect((await failureOf(client.read({}, { signal: AbortSignal.abort() }))).reason).toBe('CANCELLED');
    expect(service.asked).toHaveLength(0);
  });
});

describe('the store', () => {
  it('of the client is that of requests that name none', async () => {
    const answer = { answer: 'ANSWER_ALLOWED', zookie: 'z' };
    const { client, service } = await pair(
      { Check: () => answer, Write: () => ({ zookie: 'z' }), ReadSchema: () => ({}), Read: () => ({}) },
      { store: 'mine' },
    );
    await client.check(TUPLE);
    await client.write({ updates: [] });
    await client.readSchema();
    await client.read();
    await client.read({ store: 'other' });
    expect(service.asked.map(({ request }) => request.store)).toEqual([
      'mine',
      'mine',
      'mine',
      'mine',
      'other',
    ]);
  });
});
