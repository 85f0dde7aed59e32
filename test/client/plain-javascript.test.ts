/** What a compiler would refuse, a client says: proto-loader alone would drop it, and the service answer another question. */
import { describe, expect, it } from 'vitest';
import type { PembaClient } from '../../src/client/client.ts';
import { failureOf, usePairs } from './workbench.ts';

const pair = usePairs();
const TUPLE = { object: 'space:ml', relation: 'read', subject: 'user:ada' };
const EXPIRING = { ...TUPLE, expiresAt: new Date('2100-01-01T00:00:00.5Z') };
const HANDLERS = {
  Check: () => ({ answer: 'ANSWER_ALLOWED' }),
  BatchCheck: () => ({ results: [{ answer: 'ANSWER_ALLOWED' }] }),
  Expand: () => ({}),
  Write: () => ({ zookie: 'z' }),
};

// biome-ignore lint/suspicious/noExplicitAny: plain JavaScript has no types
type Untyped = any;

const UNKNOWN: [message: string, call: (client: Untyped) => Promise<unknown>][] = [
  [
    'contextual_tuples: there is no such key here; did you mean `contextualTuples`?',
    (client) => client.check({ ...TUPLE, contextual_tuples: [TUPLE] }),
  ],
  [
    'contextualTuples[0].expires_at: there is no such key here; did you mean `expiresAt`?',
    (client) => client.explain({ ...TUPLE, contextualTuples: [{ ...TUPLE, expires_at: new Date() }] }),
  ],
  [
    'items[0].subjekt: there is no such key here; did you mean `subject`?',
    (client) => client.batchCheck({ items: [{ ...TUPLE, subjekt: 'user:ada' }] }),
  ],
  [
    'idempotency_key: there is no such key here; did you mean `idempotencyKey`?',
    (client) => client.write({ updates: [], idempotency_key: 'k' }),
  ],
  [
    'updates[1].tuple.until: there is no such key here; there are object, relation, subject, condition, expiresAt',
    (client) => {
      const updates = [TUPLE, { ...TUPLE, until: 0 }].map((tuple) => ({ operation: 'touch', tuple }));
      return client.write({ updates });
    },
  ],
  [
    'updates[0].tuple.condition.contxt: there is no such key here; did you mean `context`?',
    (client) => {
      const tuple = { ...TUPLE, condition: { name: 'inside', contxt: {} } };
      return client.write({ updates: [{ operation: 'touch', tuple }] });
    },
  ],
  [
    'filter.objekt: there is no such key here; did you mean `object`?',
    (client) => client.deleteTuples({ filter: { objekt: 'space:ml', relation: 'read' } }),
  ],
  [
    'expires_at: there is no such key here; did you mean `expiresAt`?',
    (client) => client.createCredential({ level: 'read', expires_at: new Date() }),
  ],
  [
    'relation: there is no such key here; there are store, object, actor, metadata, context',
    (client) => client.deleteObject({ object: 'space:ml', relation: 'read' }),
  ],
  [
    'object: there is no such key here; there are store, filter, consistency, pageSize, pageToken',
    (client) => client.read({ object: 'space:ml' }),
  ],
  [
    'page_size: there is no such key here; did you mean `pageSize`?',
    (client) => client.lookupResources({ ...TUPLE, page_size: 1 }).next(),
  ],
  [
    'heartbeat_ms: there is no such key here; did you mean `heartbeatMs`?',
    (client) => client.watch({ heartbeat_ms: 1 }).next(),
  ],
];

const WRONG: [message: string, call: (client: Untyped) => Promise<unknown>][] = [
  [
    'updates[0].tuple.expiresAt: 2026-12-01T00:00:00Z is no time; give a Date',
    (client) => {
      const tuple = { ...TUPLE, expiresAt: '2026-12-01T00:00:00Z' };
      return client.write({ updates: [{ operation: 'touch', tuple }] });
    },
  ],
  [
    'expiresAt: Invalid Date is no time; give a Date',
    (client) => client.createCredential({ level: 'read', expiresAt: new Date('soon') }),
  ],
  [
    'consistency.time: 4711 is no time; give a Date',
    (client) => client.check({ ...TUPLE, consistency: { mode: 'at_exact_time', time: 4711 } }),
  ],
  [
    'consistency.zookie: at_exact_snapshot needs a text',
    (client) => client.check({ ...TUPLE, consistency: { mode: 'at_exact_snapshot', token: 'z' } }),
  ],
  ['updates: undefined is no list', (client) => client.write({})],
  [
    'updates[0].tuple: undefined is no object with keys',
    (client) => client.write({ updates: [{ operation: 'touch', ...TUPLE }] }),
  ],
  ['metadata: 4711 is no JSON object', (client) => client.write({ updates: [], metadata: 4711 })],
  [
    'metadata.ticket: it is a bigint, which JSON has no form for',
    (client) => client.write({ updates: [], metadata: { ticket: 4711n } }),
  ],
];

describe('a client that no compiler watches', () => {
  it.each([...UNKNOWN, ...WRONG])('says: %s', async (message, call) => {
    const { client, service } = await pair(HANDLERS);
    const failure = { code: 'INVALID_ARGUMENT', reason: 'BAD_REQUEST', message };
    expect(await failureOf(call(client))).toMatchObject(failure);
    expect(service.asked).toEqual([]);
  });

  it('has one check with an unknown key spoil no other of its batch', async () => {
    const { client } = await pair(HANDLERS);
    const wrong = { ...TUPLE, contextual_tuples: [] };
    const [bad, good] = await Promise.allSettled([client.check(wrong), client.check(TUPLE)]);
    expect(bad).toMatchObject({ status: 'rejected', reason: { reason: 'BAD_REQUEST' } });
    expect(good).toMatchObject({ status: 'fulfilled', value: { answer: 'allowed' } });
  });

  it('may leave a key undefined, whatever it is', async () => {
    const { client } = await pair(HANDLERS);
    const request: Parameters<PembaClient['check']>[0] & { at: undefined } = { ...TUPLE, at: undefined };
    expect((await client.check(request)).answer).toBe('allowed');
  });

  it('may hand a whole tuple to a question about parts of it', async () => {
    const { client, service } = await pair(HANDLERS);
    await client.check(EXPIRING);
    await client.batchCheck({ items: [EXPIRING, EXPIRING] });
    await client.expand(EXPIRING);
    expect(service.asked).toHaveLength(3);
  });

  it('may record what JSON has a form for', async () => {
    const { client, service } = await pair(HANDLERS);
    const metadata = { at: new Date(0), list: [1, 'a', null, true], more: { deep: 1.5 }, left: undefined };
    await client.write({ updates: [{ operation: 'touch', tuple: EXPIRING }], metadata });
    expect(service.last.request).toMatchObject({
      metadata: {
        fields: {
          at: { stringValue: '1970-01-01T00:00:00.000Z' },
          list: {
            listValue: { values: [{ numberValue: 1 }, { stringValue: 'a' }, {}, { boolValue: true }] },
          },
          more: { structValue: { fields: { deep: { numberValue: 1.5 } } } },
        },
      },
      updates: [{ tuple: { expiresAt: { seconds: 4_102_444_800, nanos: 500_000_000 } } }],
    });
  });
});
