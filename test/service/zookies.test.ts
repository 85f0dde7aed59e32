/** Every kind of token that will not do, told apart: each has a reason of its own and says what to do. */
import { beforeAll, expect, it } from 'vitest';
import { ZookieCodec } from '../../src/tenant/zookie.ts';
import { question } from '../support/client.ts';
import { query, startNode } from '../support/database.ts';
import { newStore, SCHEMA, shareNodes, storeId } from './shared.ts';

const shared = shareNodes();
let codec: ZookieCodec;
beforeAll(async () => {
  await shared.client.writeSchema(SCHEMA);
  await shared.client.write(['space:s#writer@user:ada']);
  const [{ zookie_key: key }] = await query<{ zookie_key: Buffer }>(
    shared.database,
    'select zookie_key from deployment',
  );
  codec = new ZookieCodec(key);
});

const ASKED = question('space:s#read@user:ada');
const MODES = ['at_least_as_fresh', 'at_exact_snapshot'] as const;

function consistency(mode: (typeof MODES)[number], zookie: string): object {
  return mode === 'at_least_as_fresh' ? { atLeastAsFresh: zookie } : { atExactSnapshot: zookie };
}

/** All methods that take a zookie refuse this one alike. */
async function expectRefused(
  zookie: string,
  store: string,
  code: string,
  reason: string,
  what: string,
): Promise<void> {
  for (const mode of MODES) {
    const field = `consistency.${mode}`;
    for (const [method, request] of [
      ['PermissionService/Check', ASKED],
      ['PermissionService/BatchCheck', { items: [ASKED] }],
      ['PermissionService/Read', {}],
    ] as [string, object][]) {
      const failure = await shared.client.failure(method, {
        ...request,
        store,
        consistency: consistency(mode, zookie),
      });
      expect(failure).toEqual({ code, reason, field, message: `${field}${what}` });
    }
  }
}

/** The zookie with some of its bytes changed. */
function changed(zookie: string, change: (bytes: Buffer) => void): string {
  const bytes = Buffer.from(zookie, 'base64url');
  change(bytes);
  return bytes.toString('base64url');
}

it('refuses what is no zookie', async () => {
  const zookie = await shared.client.write(['space:s#writer@user:ada']);
  for (const text of ['', 'x', '!'.repeat(55), zookie.slice(1), `${zookie}A`, ` ${zookie.slice(1)}`]) {
    const what = ` \`${text}\` is not a zookie; send one as an answer or a write returned it`;
    await expectRefused(text, '', 'INVALID_ARGUMENT', 'ZOOKIE_MALFORMED', what);
  }
});

it('refuses a zookie in a format of another version', async () => {
  const zookie = await shared.client.write(['space:s#writer@user:ada']);
  const newer = changed(zookie, (bytes) => bytes.writeUInt8(2, 0));
  const what = ` \`${newer}\` has format 2, which this version does not know; upgrade this node`;
  await expectRefused(newer, '', 'INVALID_ARGUMENT', 'ZOOKIE_MALFORMED', what);
});

it('refuses a zookie of which any byte was changed', async () => {
  const zookie = await shared.client.write(['space:s#writer@user:ada']);
  for (let at = 1; at < 41; at += 5) {
    const forged = changed(zookie, (bytes) => bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at));
    const what = ` \`${forged}\` was not made by this deployment; send one as an answer or a write returned it`;
    await expectRefused(forged, '', 'INVALID_ARGUMENT', 'ZOOKIE_FORGED', what);
  }
});

it('refuses a zookie of another store, even if both have the same tuples', async () => {
  const other = await newStore(shared);
  const zookie = await shared.client.write(['space:s#writer@user:ada'], { store: other });
  const what = ` \`${zookie}\` belongs to another store; zookies hold for the store they came from`;
  await expectRefused(zookie, '', 'FAILED_PRECONDITION', 'ZOOKIE_OTHER_STORE', what);
});

it('says that a revision is not there yet', async () => {
  const ahead = codec.encode(await storeId(shared, 'default'), { revision: 1_000_000, tag: '1' });
  const what = ` \`${ahead}\`: this revision is not in the database; if it was restored from an earlier copy the write is lost, otherwise try again`;
  await expectRefused(ahead, '', 'UNAVAILABLE', 'ZOOKIE_NOT_YET_KNOWN', what);
});

it('says that a revision belongs to a history that is lost', async () => {
  const lost = codec.encode(await storeId(shared, 'default'), { revision: 1, tag: '1' });
  const what = ` \`${lost}\`: this revision belongs to a history the database no longer has, as after a restore from an earlier copy; read and write anew to get a current zookie`;
  await expectRefused(lost, '', 'FAILED_PRECONDITION', 'ZOOKIE_LOST_HISTORY', what);
});

it('asks the database about revisions from before the node was started', async () => {
  const store = await newStore(shared);
  const early = await shared.client.write(['space:s#writer@user:ada'], { store });
  await shared.client.write([['delete', 'space:s#writer@user:ada']], { store });
  const { client } = await startNode({ database: shared.database });
  expect(await client.check('space:s#read@user:ada', { store, consistency: { atLeastAsFresh: early } })).toBe(
    'denied',
  );
  expect(
    await client.check('space:s#read@user:ada', { store, consistency: { atExactSnapshot: early } }),
  ).toBe('allowed');
  const lost = codec.encode(await storeId(shared, store), { revision: 2, tag: '1' });
  for (const mode of MODES) {
    const failure = await client.failure('PermissionService/Check', {
      ...ASKED,
      store,
      consistency: consistency(mode, lost),
    });
    expect(failure).toMatchObject({ reason: 'ZOOKIE_LOST_HISTORY', field: `consistency.${mode}` });
  }
});

it('refuses the exact state of a pruned revision, but takes it as at least so fresh', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  const old = await client.write(['space:s#writer@user:ada'], { store });
  const page = await client.call('PermissionService/Read', { store, pageSize: 1 });
  const kept = await client.write(['space:s#writer@user:bob'], { store });
  const id = await storeId(shared, store);
  await prune(id, 3);
  expect(page.nextPageToken).toBe('');
  expect(await client.check('space:s#read@user:bob', { store, consistency: { atLeastAsFresh: old } })).toBe(
    'allowed',
  );
  expect(await client.check('space:s#read@user:bob', { store, consistency: { atExactSnapshot: kept } })).toBe(
    'allowed',
  );
  const message = `consistency.at_exact_snapshot \`${old}\`: this revision is older than the history that is kept, for --history-days or since somebody was erased; use a newer one`;
  for (const method of ['PermissionService/Check', 'PermissionService/Read']) {
    const failure = await client.failure(method, { ...ASKED, store, consistency: { atExactSnapshot: old } });
    expect(failure).toEqual({
      code: 'OUT_OF_RANGE',
      reason: 'ZOOKIE_TOO_OLD',
      field: 'consistency.at_exact_snapshot',
      message,
    });
  }
});

it('says that the revision of all pages was pruned between two of them', async () => {
  const { client } = shared;
  const store = await newStore(shared);
  await client.write(['space:s#writer@user:ada', 'space:s#writer@user:bob'], { store });
  const { nextPageToken } = await client.call('PermissionService/Read', { store, pageSize: 1 });
  await client.write([['delete', 'space:s#writer@user:bob']], { store });
  const next = { store, pageSize: 1, pageToken: nextPageToken };
  expect((await client.call('PermissionService/Read', next)).tuples[0].subject).toBe('user:bob');
  await prune(await storeId(shared, store), 3);
  expect(await client.failure('PermissionService/Read', next)).toMatchObject({
    code: 'OUT_OF_RANGE',
    reason: 'ZOOKIE_TOO_OLD',
    field: 'page_token',
    message: `page_token ${shortened(nextPageToken)}: this revision is older than the history that is kept, for --history-days or since somebody was erased; use a newer one`,
  });
});

it('refuses a page token that is none, was changed, is of another filter or store, or comes with consistency', async () => {
  const { client } = shared;
  const [store, other] = [await newStore(shared), await newStore(shared)];
  for (const each of [store, other])
    await client.write(['space:s#writer@user:a', 'space:s#writer@user:b'], { store: each });
  const filter = { object: 'space:s' };
  const { nextPageToken: token, zookie } = await client.call('PermissionService/Read', {
    store,
    filter,
    pageSize: 1,
  });
  const bytes = Buffer.from(zookie, 'base64url');
  const ofZookie = Buffer.concat([bytes.subarray(25), bytes.subarray(0, 25)]).toString('base64url');
  const none = 'it is not one; send `next_page_token` of the page before as it is';
  const elsewhere = 'it belongs to another filter or store; send the same request with each page';
  for (const [request, what] of [
    [{ store, filter, pageToken: 'x' }, none],
    [{ store, filter, pageToken: zookie }, none],
    [{ store, filter, pageToken: ofZookie }, none],
    [{ store, filter, pageToken: changed(token, (all) => all.writeUInt8(all.readUInt8(20) ^ 1, 20)) }, none],
    [{ store, filter, pageToken: token.slice(0, -4) }, none],
    [{ store, pageToken: token }, elsewhere],
    [{ store, filter: { object: 'space:t' }, pageToken: token }, elsewhere],
    [{ store: other, filter, pageToken: token }, elsewhere],
  ] as [Record<string, unknown> & { pageToken: string }, string][]) {
    expect(await client.failure('PermissionService/Read', request)).toEqual({
      code: 'INVALID_ARGUMENT',
      reason: 'PAGE_TOKEN_INVALID',
      field: 'page_token',
      message: `page_token ${shortened(request.pageToken)}: ${what}`,
    });
  }
  const both = { store, filter, pageToken: token, consistency: { fullyConsistent: true } };
  expect(await client.failure('PermissionService/Read', both)).toEqual({
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_REQUEST',
    field: 'consistency',
    message: 'consistency: a page token carries the revision already; leave consistency out',
  });
  expect(
    (await client.call('PermissionService/Read', { store, filter, pageToken: token })).tuples,
  ).toHaveLength(1);
});

/** A token as messages quote it. */
function shortened(token: string): string {
  return token.length <= 80 ? `\`${token}\`` : `\`${token.slice(0, 77)}…\` (${token.length} characters)`;
}

/** Forgets the revisions below `oldest`, as the maintenance does. */
async function prune(id: string, oldest: number): Promise<void> {
  await query(shared.database, 'update store set oldest_revision = $2 where id = $1', [id, oldest]);
  await query(shared.database, 'delete from revision where store_id = $1 and revision < $2', [id, oldest]);
}
