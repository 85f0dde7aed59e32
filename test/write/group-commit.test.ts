/** Writes that arrive together share a transaction; each still succeeds, fails and gets its revision on its own. */
import { beforeEach, expect, it } from 'vitest';
import { newStore, shareNodes, storeId } from '../service/shared.ts';
import { writeRequest } from '../support/client.ts';
import { query } from '../support/database.ts';

const shared = shareNodes(1);
let store: string;
beforeEach(async () => {
  store = await newStore(shared);
});

/** Revisions from 2 on, and the transactions that made them. */
async function commits(): Promise<{ revisions: number; transactions: number; gapless: boolean }> {
  const [row] = await query<{ revisions: string; transactions: string; gapless: boolean }>(
    shared.database,
    `select count(*) as revisions, count(distinct xmin::text) as transactions,
            max(revision) - min(revision) + 1 = count(*) as gapless
       from revision where store_id = $1 and revision > 1`,
    [await storeId(shared, store)],
  );
  return { ...row, revisions: Number(row.revisions), transactions: Number(row.transactions) };
}

it('commits 500 writes that arrive together in far fewer transactions, each with its own revision', async () => {
  const zookies = await Promise.all(
    Array.from({ length: 500 }, (_, i) =>
      shared.client.write([['create', `space:s#writer@user:u${i}`]], { store }),
    ),
  );
  expect(new Set(zookies).size).toBe(500);
  const { revisions, transactions, gapless } = await commits();
  expect({ revisions, gapless }).toEqual({ revisions: 500, gapless: true });
  expect(transactions).toBeLessThan(100);
  expect(await shared.client.read({ store })).toHaveLength(500);
});

it('makes a transaction for each of writes that come one after the other', async () => {
  for (let i = 0; i < 10; i++) await shared.client.write([`space:s#writer@user:u${i}`], { store });
  expect(await commits()).toMatchObject({ revisions: 10, transactions: 10 });
});

it('refuses the members of a group that may not happen and commits the others', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) => {
      // Each tuple is created twice: one of the two has to be refused, in the same group or not.
      const good = writeRequest([['create', `space:s#writer@user:u${i >> 1}`]]);
      return shared.client.call('PermissionService/Write', { store, ...good });
    }),
  );
  for (let i = 0; i < 200; i += 2) {
    const pair = outcomes.slice(i, i + 2).map((outcome) => outcome.status);
    expect(pair.sort()).toEqual(['fulfilled', 'rejected']);
  }
  expect(await commits()).toMatchObject({ revisions: 100, gapless: true });
  expect(await shared.client.read({ store })).toHaveLength(100);
});

it('leaves a tuple as the last of many concurrent writes of it left it', async () => {
  for (let round = 0; round < 20; round++) {
    const tuple = `space:r${round}#writer@user:ada`;
    const operations = Array.from({ length: 12 }, (_, i): [string, string] => [
      i % 3 === 0 ? 'delete' : 'touch',
      tuple,
    ]);
    await Promise.all(operations.map((operation) => shared.client.write([operation], { store })));
    const [last] = await query<{ added: boolean }>(
      shared.database,
      'select added from change where store_id = $1 and object_id = $2 order by revision desc, position desc limit 1',
      [await storeId(shared, store), `r${round}`],
    );
    expect(await shared.client.read({ store, filter: { object: `space:r${round}` } })).toEqual(
      last.added ? [tuple] : [],
    );
    expect(await shared.client.check(`space:r${round}#write@user:ada`, { store })).toBe(
      last.added ? 'allowed' : 'denied',
    );
  }
});

it('puts a schema between writes into a transaction of its own, in order', async () => {
  const schema = (await shared.client.call('SchemaService/ReadSchema', { store })).text;
  const many = (from: number): Promise<unknown>[] =>
    Array.from({ length: 50 }, (_, i) =>
      shared.client.write([`space:s#writer@user:u${from + i}`], { store }),
    );
  const version = shared.client.call('SchemaService/WriteSchema', { store, text: `${schema}\ntype extra` });
  await Promise.all([...many(0), version, ...many(50)]);
  expect(await commits()).toMatchObject({ revisions: 101, gapless: true });
  expect(await shared.client.read({ store })).toHaveLength(100);
  expect((await version).version).toBe(2);
});
