/** What ends a Watch, or does not let it begin. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import { admin, freshDatabase, query, startNode, urlOf } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import { Watching, watching } from '../support/watching.ts';
import { newStore, shareNodes, storeId } from './shared.ts';

const shared = shareNodes(2);
/** So that nothing comes by itself while a test runs. */
const SLOW = { heartbeat: { seconds: 3600, nanos: 0 } };
const QUICK = { heartbeat: { seconds: 0, nanos: 150_000_000 } };

it('ends for a reader so slow that what it has yet to read is not kept any more', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  const watch = await watching(client, { store, ...SLOW });
  watch.stream.pause();
  const users = (round: number): string[] =>
    Array.from({ length: 500 }, (_, i) => `space:${'s'.repeat(500)}#writer@user:${round}-${i}`);
  for (let round = 0; round < 40; round++) await client.write(users(round), { store });
  await prune(await storeId(shared, store), 40);
  watch.stream.resume();
  expect(await watch.end()).toMatchObject({ code: 'OUT_OF_RANGE', reason: 'ZOOKIE_TOO_OLD', field: 'after' });
  // What was told is complete up to where it ended.
  const told = watch.changes;
  expect(told).toEqual(
    Array.from({ length: 40 }, (_, round) => users(round))
      .flat()
      .slice(0, told.length)
      .map((tuple) => `+${tuple}`),
  );
});

async function prune(id: string, oldest: number): Promise<void> {
  await query(shared.database, 'update store set oldest_revision = $2 where id = $1', [id, oldest]);
  await query(shared.database, 'delete from revision where store_id = $1 and revision < $2', [id, oldest]);
}

describe('after', () => {
  const refused = (request: object) => shared.client.failure('PermissionService/Watch', request);

  it('takes no text that is no zookie of this store and history', async () => {
    const store = await newStore(shared);
    const zookie = await shared.client.write(['space:s#writer@user:ada'], { store });
    const [{ zookie_key: key }] = await query<{ zookie_key: Buffer }>(
      shared.database,
      'select zookie_key from deployment',
    );
    const codec = new ZookieCodec(key);
    const id = await storeId(shared, store);
    const forged = Buffer.from(zookie, 'base64url');
    forged.writeUInt8(forged.readUInt8(12) ^ 1, 12);
    for (const [after, code, reason] of [
      ['x', 'INVALID_ARGUMENT', 'ZOOKIE_MALFORMED'],
      [forged.toString('base64url'), 'INVALID_ARGUMENT', 'ZOOKIE_FORGED'],
      [codec.encode('77', { revision: 1, tag: '1' }), 'FAILED_PRECONDITION', 'ZOOKIE_OTHER_STORE'],
      [codec.encode(id, { revision: 1, tag: '1' }), 'FAILED_PRECONDITION', 'ZOOKIE_LOST_HISTORY'],
      [codec.encode(id, { revision: 1_000, tag: '1' }), 'UNAVAILABLE', 'ZOOKIE_NOT_YET_KNOWN'],
    ]) {
      expect(await refused({ store, after })).toMatchObject({ code, reason, field: 'after' });
    }
    await shared.client.write(['space:s#writer@user:bob'], { store });
    await prune(id, 3);
    expect(await refused({ store, after: zookie })).toMatchObject({
      code: 'OUT_OF_RANGE',
      reason: 'ZOOKIE_TOO_OLD',
      field: 'after',
      message: `after \`${zookie}\`: this revision is older than the history that is kept, for --history-days or since somebody was erased; use a newer one`,
    });
  });
});

it('works without a schema, and refuses filters there', async () => {
  const store = await newStore(shared, '');
  await watching(shared.client, { store });
  expect(
    await shared.client.failure('PermissionService/Watch', { store, filters: [{ object: 'space' }] }),
  ).toMatchObject({ reason: 'NO_SCHEMA' });
});

it('ends when the store is deleted', async () => {
  const store = await newStore(shared);
  const watches = await Promise.all(shared.nodes.map(({ client }) => watching(client, { store, ...SLOW })));
  await shared.client.call('StoreService/DeleteStore', { id: await storeId(shared, store) });
  for (const watch of watches) {
    expect(await watch.end()).toMatchObject({ code: 'NOT_FOUND', reason: 'UNKNOWN_STORE', field: 'store' });
  }
});

it('ends when its credential is revoked or expires, and tells nothing that was written after', async () => {
  const bootstrapToken = 'a-bootstrap-token-of-32-characters';
  const { client } = await startNode({ database: shared.database, bootstrapToken });
  const store = await newStore({ client });
  const make = async (more: object): Promise<{ id: string; token: string }> => {
    const { credential, token } = await client.call('CredentialService/CreateCredential', {
      store,
      level: 'LEVEL_READ',
      ...more,
    });
    return { id: credential.id, token };
  };
  const doomed = await make({});
  const passing = await make({ expiresAt: { seconds: Math.floor(Date.now() / 1000) + 3, nanos: 0 } });
  const [revoked, expired] = [
    await watching(client, { store, ...SLOW }, { token: doomed.token }),
    await watching(client, { store, ...SLOW }, { token: passing.token }),
  ];
  await client.call('CredentialService/RevokeCredential', { store, id: doomed.id });
  await client.write(['space:s#writer@user:ada'], { store });
  expect(await revoked.end()).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'CREDENTIAL_REVOKED' });
  expect(revoked.changes).toEqual([]);
  expect(await expired.end()).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'CREDENTIAL_EXPIRED' });
  expect(expired.changes).toEqual(['+space:s#writer@user:ada']);
});

it('ends when the node stops, and goes on at another', async () => {
  const store = await newStore(shared);
  const node = await startNode({ database: shared.database, drainMs: 60_000 });
  const watch = await watching(node.client, { store, ...SLOW });
  await watch.reach(await shared.client.write(['space:s#writer@user:ada'], { store }));
  await node.stop();
  expect(await watch.end()).toMatchObject({ code: 'UNAVAILABLE', reason: 'SHUTTING_DOWN' });
  const after = watch.messages.at(-1)?.zookie;
  const last = await shared.client.write(['space:s#writer@user:bob'], { store });
  const resumed = await new Watching(shared.client, { store, after }).reach(last);
  expect(resumed.changes).toEqual(['+space:s#writer@user:bob']);
});

it('ends at the deadline of the caller, and has none else', async () => {
  const store = await newStore(shared);
  const { client } = await startNode({ database: shared.database, defaultDeadlineMs: 200 });
  const bounded = await watching(client, { store, ...SLOW }, { deadlineMs: 700 });
  const endless = await watching(client, { store, ...SLOW });
  expect(await bounded.end()).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await endless.reach(await client.write(['space:s#writer@user:ada'], { store }));
});

it('ends when the database is replaced by an earlier copy, and says what to do', async () => {
  const original = await freshDatabase();
  const first = await startNode({ database: original });
  const store = await newStore(first);
  const kept = await first.client.write(['space:s#writer@user:kept'], { store });
  await first.stop();
  const copy = `test_${randomBytes(8).toString('hex')}`;
  const name = new URL(original).pathname.slice(1);
  await admin(`create database ${copy} template ${name}`);
  onTestFinished(() => admin(`drop database if exists ${copy} with (force)`));

  const proxy = await startProxy(original);
  const { client } = await startNode({ database: proxy.url, maxStalenessMs: 800 });
  const behind = await watching(client, { store, after: kept, ...QUICK });
  const lost = await client.write(['space:s#writer@user:lost'], { store });
  const ahead = await watching(client, { store, ...SLOW });
  // Not far behind any more.
  await behind.reach(lost);
  // It goes another way from the copy on, and further.
  const other = await startNode({ database: urlOf(copy) });
  for (const user of ['a', 'b', 'c']) await other.client.write([`space:s#writer@user:${user}`], { store });
  await other.stop();
  proxy.refuse();
  await admin(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname in ('${name}', '${copy}')`,
  );
  await admin(`drop database ${name} with (force)`);
  await admin(`alter database ${copy} rename to ${name}`);
  proxy.admit();
  const ending = await ahead.end();
  expect(['ZOOKIE_LOST_HISTORY', 'NOT_READY', 'DATABASE_UNAVAILABLE']).toContain(ending.reason);
  expect(ahead.changes).toEqual([]);

  const after = ahead.messages[0].zookie;
  let reason = '';
  while (reason !== 'ZOOKIE_LOST_HISTORY')
    reason = (await client.failure('PermissionService/Watch', { store, after })).reason;
  const anew = new Watching(client, { store, after: kept, ...QUICK });
  await anew.until(() => anew.changes.length === 3);
  expect(anew.changes).toEqual(['a', 'b', 'c'].map((user) => `+space:s#writer@user:${user}`));
});

it('ends at a heartbeat when the node cannot know whether there is more', async () => {
  const database = await freshDatabase();
  const proxy = await startProxy(database);
  const { client } = await startNode({ database: proxy.url, maxStalenessMs: 500 });
  const watch = await watching(client, { ...QUICK });
  await watch.until(() => watch.messages.length > 3);
  proxy.hold();
  expect(await watch.end()).toMatchObject({ code: 'UNAVAILABLE', reason: 'STALE' });
});
