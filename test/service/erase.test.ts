/** EraseSubject over gRPC, and what it means to whoever holds something from before. */
import { beforeEach, expect, it } from 'vitest';
import { watching } from '../support/watching.ts';
import { newStore, shareNodes } from './shared.ts';

const STALENESS_MS = 400;
const shared = shareNodes(2, { maxStalenessMs: STALENESS_MS });
const ERASE = 'AuditService/EraseSubject';
const struct = (name: string, stringValue: string): object => ({ fields: { [name]: { stringValue } } });
const exactly = (zookie: string): object => ({ consistency: { atExactSnapshot: zookie } });
const atLeast = (zookie: string): object => ({ consistency: { atLeastAsFresh: zookie } });

let store: string;
let before: string;
beforeEach(async () => {
  store = await newStore(shared);
  await shared.client.write(['space:s#writer@user:ben', 'team:a#member@user:ada'], { store });
  before = await shared.client.write(['space:s#reader@team:a#member', 'space:s#reader@user:ada'], { store });
});

it('answers with where it is gone from, on every node', async () => {
  const [first, second] = shared.nodes.map(({ client }) => client);
  const answer = await first.call(ERASE, { store, subject: 'user:ada', metadata: struct('why', 'asked') });
  expect(answer).toEqual({
    zookie: expect.any(String),
    removed: 2,
    pseudonym: expect.stringMatching(/^user:erased-[a-z2-7]{20}$/),
    rewritten: 4,
  });
  const { zookie } = answer;
  for (const client of [first, second]) {
    expect(await client.check('space:s#read@user:ada', { store, ...atLeast(zookie) })).toBe('denied');
    expect(await client.read({ store, ...atLeast(zookie) })).toHaveLength(2);
    // The revision itself is kept, and so is what comes after it.
    expect(await client.check('space:s#read@user:ada', { store, ...exactly(zookie) })).toBe('denied');
    expect(await client.check('space:s#read@user:ben', { store, ...atLeast(before) })).toBe('allowed');
  }
});

it('refuses exact snapshots from before, in the past or in pages, with the reason', async () => {
  const tooOld = { code: 'OUT_OF_RANGE', reason: 'ZOOKIE_TOO_OLD', message: expect.stringMatching(/erased/) };
  const question = { object: 'space:s', relation: 'read', subject: 'user:ada' };
  const lookup = { store, resourceType: 'space', relation: 'read', subject: 'user:ben', pageSize: 1 };
  await shared.client.write(['space:t#writer@user:ben'], { store });
  const time = { seconds: Math.floor(Date.now() / 1000) - 1, nanos: 0 };
  const pages = await Promise.all(
    shared.nodes.map(async ({ client }) => ({
      client,
      read: await client.call('PermissionService/Read', { store, pageSize: 1 }),
      found: await client.call('PermissionService/LookupResources', lookup),
    })),
  );
  await shared.client.call(ERASE, { store, subject: 'user:ada' });
  for (const { client, read, found } of pages) {
    expect(read.nextPageToken).not.toBe('');
    expect(found.nextPageToken).not.toBe('');
    const ask = (method: string, request: object) =>
      client.failure(`PermissionService/${method}`, { store, ...request });
    expect(await ask('Check', { ...question, ...exactly(before) })).toMatchObject(tooOld);
    expect(await ask('Read', { pageSize: 1, pageToken: read.nextPageToken })).toMatchObject(tooOld);
    expect(await ask('LookupResources', { ...lookup, pageToken: found.nextPageToken })).toMatchObject(tooOld);
    expect(await ask('Watch', { after: before })).toMatchObject({ reason: 'ZOOKIE_TOO_OLD' });
    expect(await ask('Check', { ...question, consistency: { atExactTime: time } })).toMatchObject({
      reason: 'ZOOKIE_TOO_OLD',
    });
  }
});

it('does not disturb nodes and watches that follow in time', async () => {
  const watches = await Promise.all(
    shared.nodes.map(({ client }) => watching(client, { store, heartbeat: { seconds: 3600, nanos: 0 } })),
  );
  const reloads = (): number => shared.logged.filter((line) => line.includes('loading it anew')).length;
  expect(reloads()).toBe(0);
  const { zookie } = await shared.client.call(ERASE, { store, subject: 'user:ada' });
  const next = await shared.client.write(['team:a#member@user:eve'], { store });
  for (const watch of watches) {
    await watch.reach(next);
    expect(watch.messages.map((each) => each.zookie).slice(-2)).toEqual([zookie, next]);
  }
  expect(reloads()).toBe(0);
});

it('records nothing of a name that nothing has', async () => {
  const { zookie, ...rest } = await shared.client.call(ERASE, { store, subject: 'user:adda' });
  expect(rest).toEqual({ removed: 0, pseudonym: '', rewritten: 0 });
  expect(zookie).not.toBe('');
  const filter = { kinds: ['AUDIT_KIND_SUBJECT_ERASED'] };
  expect((await shared.client.call('AuditService/ReadAudit', { store, filter })).entries).toEqual([]);
});

it('refuses metadata that names the subject', async () => {
  const failure = await shared.client.failure(ERASE, {
    store,
    subject: 'user:ada',
    metadata: struct('why', 'user:ada asked'),
  });
  expect(failure).toEqual({
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_REQUEST',
    field: 'metadata',
    message: 'metadata: it names the subject; say why without naming who is erased',
  });
  expect(await shared.client.read({ store })).toHaveLength(4);
});

it.each([
  ['', 'MISSING_FIELD', 'subject'],
  ['ada', 'MALFORMED_REFERENCE', 'subject'],
  ['user:*', 'MALFORMED_REFERENCE', 'subject'],
  ['user:ada#member', 'MALFORMED_REFERENCE', 'subject'],
  ['usr:ada', 'UNKNOWN_TYPE', 'subject'],
])('refuses %j with %s', async (subject, reason, field) => {
  expect(await shared.client.failure(ERASE, { store, subject })).toMatchObject({ reason, field });
});

it('names the subject where a rule of the schema is in the way', async () => {
  const strict = await newStore(
    shared,
    'type user\ntype space { relation admin : user [1..] relation reader : user }',
  );
  await shared.client.write(['space:s#admin@user:ada', 'space:s#reader@user:ben'], { store: strict });
  const failure = await shared.client.failure(ERASE, { store: strict, subject: 'user:ada' });
  expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason: 'INVARIANT_MULTIPLICITY' });
  expect(failure.message).toMatch(/\(the subject is not erased; nothing was removed\)$/);
  expect(await shared.client.read({ store: strict })).toHaveLength(2);
});

it('leaves a trail in which nobody finds the subject', async () => {
  const read = async (filter: object): Promise<{ kind: string }[]> =>
    (await shared.client.call('AuditService/ReadAudit', { store, filter })).entries;
  expect(await read({ tuple: { subject: 'user:ada' } })).toHaveLength(2);
  const { pseudonym } = await shared.client.call(ERASE, {
    store,
    subject: 'user:ada',
    metadata: struct('ticket', '4711'),
  });
  expect(await read({ tuple: { subject: 'user:ada' } })).toEqual([]);
  const kinds = (await read({ tuple: { subject: pseudonym } })).map(({ kind }) => kind);
  expect(kinds.sort()).toEqual([
    ...['AUDIT_KIND_TUPLE_ADDED', 'AUDIT_KIND_TUPLE_ADDED'],
    ...['AUDIT_KIND_TUPLE_REMOVED', 'AUDIT_KIND_TUPLE_REMOVED'],
  ]);
  expect((await read({}))[0]).toMatchObject({
    kind: 'AUDIT_KIND_SUBJECT_ERASED',
    pseudonym,
    count: 2,
    metadata: struct('ticket', '4711'),
  });
});
