/** Stores are worlds of their own, on every node at once. */
import { expect, it } from 'vitest';
import { newStore, SCHEMA, shareNodes, storeId } from '../service/shared.ts';
import { question, writeRequest } from '../support/client.ts';
import { query, startNode } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';

const BOUND_MS = 1_000;
const shared = shareNodes(2, { maxStalenessMs: BOUND_MS });
const CHECK = 'PermissionService/Check';

it('keeps equal names in two stores apart: schemas, tuples, answers and revisions', async () => {
  const [a, b] = [
    await newStore(shared),
    await newStore(shared, SCHEMA.replace('writer except banned', 'banned')),
  ];
  await shared.client.write(['space:s#writer@user:ada', 'team:t#member@user:ada'], { store: a });
  await shared.client.write(['space:s#writer@team:t#member', 'space:s#banned@user:bob'], { store: b });
  for (const { client } of shared.nodes) {
    const consistency = { fullyConsistent: true };
    const check = (tuple: string, store: string): Promise<string> =>
      client.check(tuple, { store, consistency });
    expect(await check('space:s#writer@user:ada', a)).toBe('allowed');
    expect(await check('space:s#writer@user:ada', b)).toBe('denied');
    expect(await check('space:s#write@user:bob', a)).toBe('denied');
    expect(await check('space:s#write@user:bob', b)).toBe('allowed');
    expect(await client.read({ store: a })).toEqual(['space:s#writer@user:ada', 'team:t#member@user:ada']);
    expect(await client.read({ store: b })).toEqual([
      'space:s#banned@user:bob',
      'space:s#writer@team:t#member',
    ]);
  }
  await shared.client.write([['delete', 'space:s#writer@user:ada']], { store: b });
  expect(await shared.client.read({ store: a })).toHaveLength(2);
  const heads = await query<{ revision: string }>(
    shared.database,
    'select revision from store where name = any ($1)',
    [[a, b]],
  );
  expect(heads.map((row) => Number(row.revision)).sort()).toEqual([2, 3]);
});

it('means the store `default` where none is named, and takes an id for a name', async () => {
  await shared.client.writeSchema(SCHEMA);
  await shared.client.write(['space:s#writer@user:ada']);
  const id = await storeId(shared, 'default');
  for (const store of ['', 'default', id]) {
    expect(await shared.client.check('space:s#write@user:ada', { store })).toBe('allowed');
  }
});

it('lists all stores in the order of their names', async () => {
  const created = [await newStore(shared, ''), await newStore(shared, '')];
  for (const { client } of shared.nodes) {
    const { stores } = await client.call('StoreService/ListStores', {});
    const names = stores.map((store: { name: string }) => store.name);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['default', 'system', ...created]));
    for (const { id, name, createdAt } of stores) {
      expect(id).toBe(await storeId(shared, name));
      expect(Math.abs(createdAt.seconds * 1000 - Date.now())).toBeLessThan(60_000);
    }
  }
});

it('serves on one node at once what was made on the other: 50 stores, with schema and tuples', async () => {
  const [a, b] = shared.nodes;
  for (let i = 0; i < 50; i++) {
    const [maker, user] = i % 2 === 0 ? [a, b] : [b, a];
    const store = await newStore(maker, '');
    await user.client.writeSchema(SCHEMA, { store });
    const zookie = await maker.client.write(['space:s#writer@user:ada'], { store });
    const consistency = { atLeastAsFresh: zookie };
    expect(await user.client.check('space:s#write@user:ada', { store, consistency })).toBe('allowed');
  }
});

it('lets requests wait that come while a node loads a store for the first time', async () => {
  const proxy = await startProxy(shared.database);
  const far = await startNode({ database: proxy.url, maxStalenessMs: 60_000 });
  proxy.latencyMs = 5;
  for (let i = 0; i < 5; i++) {
    const store = await newStore(shared);
    const ask = async (j: number): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, j * 4));
      return far.client.check('space:s#write@user:ada', { store });
    };
    const answers = await Promise.all(Array.from({ length: 20 }, (_, j) => ask(j)));
    expect(new Set(answers)).toEqual(new Set(['denied']));
  }
});

it('refuses to delete the stores `default` and `system`', async () => {
  for (const name of ['default', 'system']) {
    const id = await storeId(shared, name);
    expect(await shared.client.failure('StoreService/DeleteStore', { id })).toEqual({
      code: 'FAILED_PRECONDITION',
      reason: 'STORE_PROTECTED',
      field: 'id',
      message: `id: the store \`${name}\` cannot be deleted`,
    });
  }
});

it('knows a deleted store no longer: the node that deleted it at once, the other within the bound', async () => {
  const [a, b] = shared.nodes;
  const store = await newStore(shared);
  const consistency = { atLeastAsFresh: await a.client.write(['space:s#writer@user:ada'], { store }) };
  await b.client.check('space:s#write@user:ada', { store, consistency });
  const id = await storeId(shared, store);
  await a.client.call('StoreService/DeleteStore', { id });
  const deletedAt = Date.now();
  const asked = { store, ...question('space:s#write@user:ada') };
  const gone = { code: 'NOT_FOUND', reason: 'UNKNOWN_STORE', field: 'store' };

  // What reads or writes the database knows at once; never is there a list with nothing in it.
  expect(await b.client.failure('PermissionService/Read', { store })).toMatchObject(gone);
  const write = { store, ...writeRequest(['space:s#writer@user:bob']) };
  expect(await b.client.failure('PermissionService/Write', write)).toMatchObject(gone);
  expect(await a.client.failure(CHECK, asked)).toMatchObject(gone);
  expect(await b.client.failure(CHECK, { ...asked, consistency: { fullyConsistent: true } })).toMatchObject(
    gone,
  );
  while ((await b.client.call(CHECK, asked).catch(() => undefined)) !== undefined) {
    expect(Date.now() - deletedAt).toBeLessThan(BOUND_MS);
  }
  expect(await b.client.failure('StoreService/DeleteStore', { id })).toMatchObject({
    code: 'NOT_FOUND',
    field: 'id',
  });
  for (const table of ['tuple', 'revision', 'change', 'schema_version', 'credential', 'idempotency']) {
    expect(await query(shared.database, `select 1 from ${table} where store_id = $1`, [id])).toEqual([]);
  }
});

it('answers a question that a deletion overtakes with an error, or with what was there', async () => {
  const [a, b] = shared.nodes;
  for (let i = 0; i < 10; i++) {
    const store = await newStore(shared);
    await a.client.write(['space:s#writer@user:ada'], { store });
    const id = await storeId(shared, store);
    await b.client.read({ store, consistency: { fullyConsistent: true } });
    const deletion = a.client.call('StoreService/DeleteStore', { id });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, j) => shared.nodes[j % 2].client.read({ store })),
    );
    await deletion;
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') expect(outcome.value).toEqual(['space:s#writer@user:ada']);
      else expect(String(outcome.reason)).toMatch(/deleted|no store/);
    }
  }
});

it('gives a name anew as another store, empty, to which zookies and page tokens of the old do not belong', async () => {
  const [a, b] = shared.nodes;
  const store = await newStore(shared);
  const zookie = await a.client.write(['space:s#writer@user:ada', 'space:s#writer@user:bob'], { store });
  const { nextPageToken: pageToken } = await a.client.call('PermissionService/Read', { store, pageSize: 1 });
  const before = await storeId(shared, store);
  await a.client.call('StoreService/DeleteStore', { id: before });
  const { store: after } = await a.client.call('StoreService/CreateStore', { name: store });
  expect(after.id).not.toBe(before);
  await a.client.writeSchema(SCHEMA, { store });
  for (const { client } of [a, b]) {
    const consistency = { fullyConsistent: true };
    // The node that did not see it answers once it has asked: the old store is gone, then the new one is there.
    const read = (): Promise<string[]> => client.read({ store, consistency });
    expect(await read().catch(read)).toEqual([]);
    const old = { store, consistency: { atLeastAsFresh: zookie } };
    expect(await client.failure('PermissionService/Read', old)).toMatchObject({
      reason: 'ZOOKIE_OTHER_STORE',
    });
    const page = await client.failure('PermissionService/Read', { store, pageToken });
    expect(page).toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
  }
});

it('lets one of two nodes have a name that both give at once', async () => {
  for (let i = 0; i < 5; i++) {
    const outcomes = await Promise.allSettled(
      shared.nodes.map(({ client }) => client.call('StoreService/CreateStore', { name: `same-${i}` })),
    );
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  }
});
