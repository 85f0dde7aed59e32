/** A write sent again under the same key happens once. */
import { beforeEach, expect, it } from 'vitest';
import { field, rawCall } from '../service/raw-call.ts';
import { newStore, shareNodes, storeId } from '../service/shared.ts';
import { writeRequest } from '../support/client.ts';
import { query } from '../support/database.ts';

const shared = shareNodes(2, { bootstrapToken: 'i'.repeat(40) });
const open = shareNodes(1);
let store: string;
beforeEach(async () => {
  store = await newStore(shared);
});

const WRITE = 'PermissionService/Write';
const key = { idempotencyKey: 'order-17 é' };
const request = (...updates: (string | [string, string])[]): object => ({ store, ...writeRequest(updates) });

async function revisions(): Promise<number> {
  const [{ revision }] = await query<{ revision: string }>(
    shared.database,
    'select revision from store where name = $1',
    [store],
  );
  return Number(revision);
}

it('answers the same request with the first zookie and makes one revision, on any node', async () => {
  const create = { ...request(['create', 'space:s#writer@user:ada']), ...key };
  const before = await revisions();
  const first = await shared.client.call(WRITE, create);
  await shared.client.write([['delete', 'space:s#writer@user:ada']], { store });
  for (const { client } of shared.nodes) expect(await client.call(WRITE, create)).toEqual(first);
  expect(await revisions()).toBe(before + 2);
  expect(await shared.client.read({ store })).toEqual([]);
});

it('refuses another request under the same key, whatever differs', async () => {
  await shared.client.write(['space:s#writer@user:root'], { store });
  const base = {
    ...request('space:s#writer@user:ada'),
    ...key,
    actor: 'user:root',
    metadata: { fields: { a: { numberValue: 1 } } },
  };
  await shared.client.call(WRITE, base);
  const before = await revisions();
  for (const other of [
    request('space:s#writer@user:bob'),
    request(['create', 'space:s#writer@user:ada']),
    request('space:s#writer@user:ada', 'space:s#writer@user:bob'),
    { actor: 'user:other' },
    { actor: '' },
    { metadata: { fields: { a: { numberValue: 2 } } } },
    { metadata: undefined },
    { preconditions: [{ condition: 'CONDITION_MUST_EXIST', filter: { object: 'space:s' } }] },
    { context: { fields: { a: { numberValue: 1 } } } },
  ]) {
    expect(await shared.client.failure(WRITE, { ...base, ...other })).toEqual({
      code: 'FAILED_PRECONDITION',
      reason: 'IDEMPOTENCY_KEY_REUSED',
      field: 'idempotency_key',
      message:
        'idempotency_key `order-17 é` was used for another request within the last 24 hours; choose a new key for each write',
    });
  }
  expect(await revisions()).toBe(before);
  expect(await shared.client.read({ store })).toEqual([
    'space:s#writer@user:ada',
    'space:s#writer@user:root',
  ]);
});

it('takes metadata for the same in whatever order its fields travel', async () => {
  const name = await newStore(open);
  const entry = (name: string, number: number): Buffer =>
    field(1, Buffer.concat([field(1, name), field(2, Buffer.concat([Buffer.from([0x11]), double(number)]))]));
  const tuple = Buffer.concat([field(1, 'space:s'), field(2, 'writer'), field(3, 'user:ada')]);
  const bytes = (entries: Buffer[]): Buffer =>
    Buffer.concat([
      field(1, name),
      field(2, Buffer.concat([Buffer.from([0x08, 2]), field(2, tuple)])),
      field(5, Buffer.concat(entries)),
      field(6, 'key'),
    ]);
  const fields = [entry('b', 1), entry('a', 2), entry('10', 3), entry('9', 4)];
  const first = await rawCall(open.nodes[0].port, WRITE, bytes(fields));
  expect(await rawCall(open.nodes[0].port, WRITE, bytes([...fields].reverse()))).toEqual(first);
  const [{ metadata }] = await query<{ metadata: string }>(
    open.database,
    'select metadata from revision where metadata is not null',
  );
  expect(JSON.parse(metadata)).toEqual({ a: 2, b: 1, 9: 4, 10: 3 });
});

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

it('frees a key after 24 hours, and not before', async () => {
  const other = { ...request('space:s#writer@user:bob'), ...key };
  await shared.client.call(WRITE, { ...request('space:s#writer@user:ada'), ...key });
  const id = await storeId(shared, store);
  const age = (interval: string): Promise<unknown> =>
    query(shared.database, 'update idempotency set created_at = now() - $2::interval where store_id = $1', [
      id,
      interval,
    ]);
  await age('23 hours 59 minutes');
  expect(await shared.client.failure(WRITE, other)).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
  await age('24 hours 1 minute');
  const { zookie } = await shared.client.call(WRITE, other);
  expect((await shared.client.call(WRITE, other)).zookie).toBe(zookie);
  expect(await shared.client.read({ store })).toEqual(['space:s#writer@user:ada', 'space:s#writer@user:bob']);
});

it('makes one revision of many that arrive at once, on two nodes', async () => {
  const before = await revisions();
  const create = { ...request(['create', 'space:s#writer@user:ada']), ...key };
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => shared.nodes[i % 2].client.call(WRITE, create)),
  );
  expect(new Set(answers.map((answer) => answer.zookie)).size).toBe(1);
  expect(await revisions()).toBe(before + 1);
});

it('lets one of two different requests have a key that both send at once', async () => {
  const outcomes = await Promise.allSettled(
    ['ada', 'bob', 'cyd', 'dan'].map((user, i) =>
      shared.nodes[i % 2].client.call(WRITE, { ...request(`space:s#writer@user:${user}`), ...key }),
    ),
  );
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  expect(await shared.client.read({ store })).toHaveLength(1);
});

it('keeps the keys of two credentials and of two stores apart', async () => {
  const { token } = await shared.client.call('CredentialService/CreateCredential', {
    store,
    level: 'LEVEL_WRITE',
  });
  const [ada, bob] = ['ada', 'bob'].map((user) => ({ ...request(`space:s#writer@user:${user}`), ...key }));
  await shared.client.call(WRITE, ada);
  await shared.client.call(WRITE, bob, { token });
  // At once too, when they share a transaction.
  await Promise.all(
    Array.from({ length: 6 }, (_, i) => {
      const same = { idempotencyKey: `at-once-${i}` };
      return [
        shared.client.call(WRITE, { ...request(`space:a#writer@user:u${i}`), ...same }),
        shared.client.call(WRITE, { ...request(`space:b#writer@user:u${i}`), ...same }, { token }),
      ];
    }).flat(),
  );
  const elsewhere = await newStore(shared);
  await shared.client.call(WRITE, { ...bob, store: elsewhere });
  const filter = { object: 'space:s' };
  expect(await shared.client.read({ store, filter })).toEqual([
    'space:s#writer@user:ada',
    'space:s#writer@user:bob',
  ]);
  expect(await shared.client.read({ store })).toHaveLength(14);
});

it('leaves the key free if the write is refused', async () => {
  await shared.client.write(['space:s#writer@user:ada'], { store });
  const create = { ...request(['create', 'space:s#writer@user:ada']), ...key };
  expect(await shared.client.failure(WRITE, create)).toMatchObject({ reason: 'TUPLE_EXISTS' });
  await shared.client.call(WRITE, { ...request(['delete', 'space:s#writer@user:ada']), ...key });
  expect(await shared.client.failure(WRITE, create)).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
});
