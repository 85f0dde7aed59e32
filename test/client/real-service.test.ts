/** The client against a real node on a real Postgres. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { PembaClient } from '../../src/client/client.ts';
import type { WatchEvent } from '../../src/client/explore-requests.ts';
import type { ConnectOptions } from '../../src/client/options.ts';
import type { TupleText, WriteUpdate } from '../../src/client/requests.ts';
import { newStore, shareNodes } from '../service/shared.ts';
import { failureOf } from './workbench.ts';

const shared = shareNodes();
const clients: PembaClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

async function newClient(options: Partial<ConnectOptions> = {}): Promise<PembaClient> {
  const store = await newStore(shared);
  const client = new PembaClient({ address: `127.0.0.1:${shared.nodes[0]?.port}`, store, ...options });
  clients.push(client);
  return client;
}

const tuple = (object: string, relation: string, subject: string): TupleText => ({
  object,
  relation,
  subject,
});
const touch = (...parts: Parameters<typeof tuple>): WriteUpdate => ({
  operation: 'touch',
  tuple: tuple(...parts),
});
const reads = (space: string, user = 'ada') => tuple(`space:${space}`, 'read', `user:${user}`);

it('answers many checks of one tick, each for itself', async () => {
  const client = await newClient({ readYourWrites: true });
  await client.write({ updates: [touch('space:a', 'reader', 'user:ada')] });
  const outcomes = await Promise.allSettled([
    client.check(reads('a')),
    client.check(reads('b')),
    client.check(tuple('space:a', 'raed', 'user:ada')),
    client.check(tuple('spce:a', 'read', 'user:ada')),
    client.check(tuple('nonsense', 'read', 'user:ada')),
    client.check(tuple('', 'read', 'user:ada')),
  ]);
  expect(outcomes).toMatchObject([
    { value: { answer: 'allowed' } },
    { value: { answer: 'denied' } },
    { reason: { reason: 'UNKNOWN_RELATION', field: 'relation' } },
    { reason: { reason: 'UNKNOWN_TYPE', field: 'object' } },
    { reason: { reason: 'MALFORMED_REFERENCE', field: 'object' } },
    { reason: { reason: 'MISSING_FIELD', field: 'object' } },
  ]);
  // In a batch or alone, a check fails with the same words.
  const alone = await failureOf(client.check(tuple('nonsense', 'read', 'user:ada')));
  const [, , , , batched] = outcomes;
  expect(batched).toMatchObject({ reason: { message: alone.message } });
});

it('writes once, however often a write is sent', async () => {
  const client = await newClient();
  const request = {
    updates: [{ operation: 'create', tuple: tuple('space:a', 'reader', 'user:ada') } as const],
    idempotencyKey: randomUUID(),
  };
  const first = await client.write(request);
  expect(await client.write(request)).toEqual(first);
  expect((await failureOf(client.write({ updates: request.updates }))).reason).toBe('TUPLE_EXISTS');
});

it('looks up, a page at a time or all at once', async () => {
  const client = await newClient({ readYourWrites: true });
  const ids = [...'abcdefg'];
  await client.write({
    updates: [
      ...ids.map((id) => touch(`space:${id}`, 'reader', 'team:ml#member')),
      touch('team:ml', 'member', 'user:ada'),
    ],
  });
  const question = { resourceType: 'space', relation: 'read', subject: 'user:ada' };
  const found: string[] = [];
  for await (const { results } of client.lookupResources(question))
    found.push(...results.map(({ id }) => id));
  expect(found).toEqual(ids);
  const paged: string[] = [];
  let pageToken = '';
  do {
    for await (const part of client.lookupResources({ ...question, pageSize: 3, pageToken })) {
      paged.push(...part.results.map(({ id }) => id));
      pageToken = part.nextPageToken;
    }
  } while (pageToken !== '');
  expect(paged).toEqual(ids);
  for await (const { results } of client.lookupSubjects({ ...reads('a'), subjectType: 'user' }))
    expect(results).toEqual([{ id: 'ada', answer: 'allowed' }]);
  const { permissions } = await client.listPermissions({ object: 'space:a', subject: 'user:ada' });
  expect(permissions.map(({ name }) => name)).toEqual(['reader', 'read']);
});

it('expands and explains', async () => {
  const client = await newClient({ readYourWrites: true });
  await client.write({ updates: [touch('space:a', 'reader', 'user:ada')] });
  const { nodes } = await client.expand({ object: 'space:a', relation: 'read' });
  expect(nodes[0]).toMatchObject({ set: 'space:a#read' });
  expect(nodes.flatMap(({ subjects }) => subjects)).toContain('user:ada');
  const allowed = await client.explain(reads('a'));
  expect(allowed.answer).toBe('allowed');
  expect(allowed.reasons.map((reason) => reason.tuple)).toContainEqual(
    tuple('space:a', 'reader', 'user:ada'),
  );
  const denied = await client.explain(reads('a', 'bob'));
  expect(denied.answer).toBe('denied');
  expect(denied.misses[0]?.add).toHaveLength(1);
});

it('watches what happens from a zookie on', async () => {
  const client = await newClient();
  const { zookie } = await client.write({ updates: [touch('space:a', 'reader', 'user:ada')] });
  const events: WatchEvent[] = [];
  const watching = (async () => {
    const request = { after: zookie, filters: [{ relation: 'reader' }], heartbeatMs: 100 };
    for await (const event of client.watch(request)) {
      events.push(event);
      if (event.changes.length > 0) return;
    }
  })();
  await expect.poll(() => events.length).toBeGreaterThan(0);
  const removed = tuple('space:a', 'reader', 'user:ada');
  await client.write({
    updates: [touch('space:a', 'banned', 'user:bob'), touch('space:a', 'writer', 'user:ada')],
  });
  await client.write({
    updates: [{ operation: 'delete', tuple: removed }],
    actor: 'user:ada',
    metadata: { ticket: 'OPS-1', list: [1, null] },
  });
  await watching;
  expect(events[0]?.changes).toEqual([]);
  expect(events.at(-1)).toMatchObject({
    changes: [{ operation: 'removed', tuple: removed }],
    actor: 'user:ada',
    metadata: { ticket: 'OPS-1', list: [1, null] },
    schemaVersion: 0,
  });
});
