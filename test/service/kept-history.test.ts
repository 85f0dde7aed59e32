/** What lies before the kept history is refused, though the log still has it for the audit. */
import { expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { newStore, shareNodes, storeId } from './shared.ts';

const shared = shareNodes();

async function prepare() {
  const { client, database } = shared;
  const store = await newStore(shared);
  const zookies: string[] = [];
  for (const user of ['a', 'b', 'c']) {
    zookies.push(await client.write([`team:a#member@user:${user}`], { store }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const page = await client.call('PermissionService/Read', {
    store,
    consistency: { atExactSnapshot: zookies[1] },
    pageSize: 1,
  });
  // The schema is revision 1, so this is the second write.
  await query(database, 'update store set oldest_revision = 3 where name = $1', [store]);
  const exact = (at: object) => ({
    store,
    object: 'team:a',
    relation: 'member',
    subject: 'user:c',
    consistency: at,
  });
  return { client, store, zookies, pageToken: page.nextPageToken as string, exact };
}

it('refuses exact snapshots of it, by zookie and by time', async () => {
  const { client, store, zookies, exact } = await prepare();
  const check = 'PermissionService/Check';
  const tooOld = { code: 'OUT_OF_RANGE', reason: 'ZOOKIE_TOO_OLD' };
  expect(await client.failure(check, exact({ atExactSnapshot: zookies[0] }))).toMatchObject(tooOld);
  expect((await client.call(check, exact({ atExactSnapshot: zookies[1] }))).answer).toBe('ANSWER_DENIED');
  const [{ ms }] = await query<{ ms: string }>(
    shared.database,
    'select extract(epoch from time) * 1000 as ms from revision where store_id = $1 and revision = 2',
    [await storeId(shared, store)],
  );
  const time = { seconds: Math.floor(Number(ms) / 1000), nanos: (Number(ms) % 1000) * 1_000_000 };
  expect(await client.failure(check, exact({ atExactTime: time }))).toMatchObject(tooOld);
});

it('is older than the present, for whoever asks for at least as fresh', async () => {
  const { client, zookies, exact } = await prepare();
  const { answer } = await client.call('PermissionService/Check', exact({ atLeastAsFresh: zookies[0] }));
  expect(answer).toBe('ANSWER_ALLOWED');
});

it('refuses to watch from it, and goes on from its end', async () => {
  const { client, store, zookies } = await prepare();
  const watch = 'PermissionService/Watch';
  expect(await client.failure(watch, { store, after: zookies[0] })).toMatchObject({
    reason: 'ZOOKIE_TOO_OLD',
  });
  const event = await client.call(watch, { store, after: zookies[1] });
  expect(event.zookie).toBe(zookies[2]);
});

it('refuses pages of it', async () => {
  const { client, store, pageToken } = await prepare();
  const read = 'PermissionService/Read';
  expect((await client.call(read, { store, pageSize: 1, pageToken })).tuples).toHaveLength(1);
  await query(shared.database, 'update store set oldest_revision = 4 where name = $1', [store]);
  expect(await client.failure(read, { store, pageSize: 1, pageToken })).toMatchObject({
    reason: 'ZOOKIE_TOO_OLD',
    field: 'page_token',
  });
});
