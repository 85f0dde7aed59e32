/** ReadAudit, on a node that asks for credentials. */
import { describe, expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { newStore, SCHEMA, shareNodes, storeId } from './shared.ts';

const BOOTSTRAP = 'bootstrap-token-of-at-least-32-characters';
const shared = shareNodes(2, { bootstrapToken: BOOTSTRAP, limits: { auditPage: 50 } });

interface Entry {
  kind: string;
  time: { seconds: number; nanos: number };
  revision: number;
  actor: string;
  credential: string;
  metadata: object | null;
  tuple: { object: string; relation: string; subject: string } | null;
  schemaVersion: number;
  aboutCredential: object | null;
  aboutStore: object | null;
  refusal: { reason: string; operation: string; updates: number; message: string } | null;
}

async function read(store: string, filter: object = {}, more: object = {}): Promise<Entry[]> {
  const page = await shared.client.call('AuditService/ReadAudit', { store, filter, ...more });
  expect(page.nextPageToken).toBe('');
  return page.entries;
}

const failure = (request: object) => shared.client.failure('AuditService/ReadAudit', request);

const textOf = ({ kind, tuple }: Entry): string =>
  tuple === null
    ? kind.replace('AUDIT_KIND_', '')
    : `${kind.replace('AUDIT_KIND_TUPLE_', '')} ${tuple.object}#${tuple.relation}@${tuple.subject}`;

describe('the audit trail', () => {
  it('tells who did what to a store from its beginning, on whose behalf, with what and why', async () => {
    const { client } = shared;
    const store = await newStore(shared);
    const { credential } = await client.call('CredentialService/CreateCredential', {
      store,
      level: 'LEVEL_WRITE',
      description: 'for the shop',
    });
    await client.call('CredentialService/RevokeCredential', { store, id: credential.id });
    // Revoked again, which changes nothing.
    await client.call('CredentialService/RevokeCredential', { store, id: credential.id });
    const metadata = { fields: { ticket: { stringValue: 'OPS-12' } } };
    await client.write(['team:a#member@user:ada', 'team:a#member@user:bob'], { store });
    await client.write([['delete', 'team:a#member@user:bob']], { store, actor: 'user:ada', metadata });
    await client.write(['team:a#member@user:ada'], { store });
    await client.writeSchema(`${SCHEMA}type more\n`, { store });
    const entries = await read(store);
    expect(entries.map(textOf)).toEqual([
      'SCHEMA_WRITTEN',
      'REMOVED team:a#member@user:bob',
      'ADDED team:a#member@user:bob',
      'ADDED team:a#member@user:ada',
      'CREDENTIAL_REVOKED',
      'CREDENTIAL_CREATED',
      'SCHEMA_WRITTEN',
      'STORE_CREATED',
    ]);
    const [, removed, , , , created, schema, begun] = entries;
    expect(removed).toMatchObject({ actor: 'user:ada', credential: expect.stringMatching(/^bootstrap-/) });
    expect(removed.metadata).toMatchObject({ fields: { ticket: { stringValue: 'OPS-12' } } });
    expect(created.aboutCredential).toEqual({
      id: credential.id,
      level: 'LEVEL_WRITE'.slice(6).toLowerCase(),
      description: 'for the shop',
    });
    expect(schema.schemaVersion).toBe(1);
    expect(begun).toMatchObject({ revision: 0, credential: expect.stringMatching(/^bootstrap-/) });
    expect(begun.aboutStore).toEqual({ id: await storeId(shared, store), name: store });
    const times = entries.map(({ time }) => time.seconds * 1e9 + time.nanos);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  it('tells what was refused, and to whom', async () => {
    const store = await newStore(shared);
    await shared.client.write(['space:s#writer@user:ada'], { store });
    const refused = {
      store,
      actor: 'user:eve',
      updates: [
        {
          operation: 'OPERATION_TOUCH',
          tuple: { object: 'space:s', relation: 'writer', subject: 'user:eve' },
        },
      ],
    };
    await shared.client.failure('PermissionService/Write', refused);
    // It is recorded a moment later.
    await expect
      .poll(() => read(store, { kinds: ['AUDIT_KIND_WRITE_REFUSED'] }), { timeout: 10_000 })
      .toHaveLength(1);
    const [entry] = await read(store, { tuple: { object: 'space:s' }, actor: 'user:eve' });
    expect(entry).toMatchObject({
      kind: 'AUDIT_KIND_WRITE_REFUSED',
      actor: 'user:eve',
      tuple: refused.updates[0].tuple,
      refusal: { reason: 'NOT_GRANTED_BY', operation: 'touch', updates: 1 },
    });
    expect(entry.refusal?.message).toContain('granted by');
  });

  it('tells of stores in the trail of the store above them', async () => {
    const store = await newStore(shared);
    const id = await storeId(shared, store);
    await shared.client.call('StoreService/DeleteStore', { id });
    const entries = await read('system', { kinds: ['AUDIT_KIND_STORE_CREATED', 'AUDIT_KIND_STORE_DELETED'] });
    const about = { aboutStore: { id, name: store } };
    expect(entries.slice(0, 2)).toMatchObject([
      { kind: 'AUDIT_KIND_STORE_DELETED', ...about },
      { kind: 'AUDIT_KIND_STORE_CREATED', ...about },
    ]);
    expect(await failure({ store: id })).toMatchObject({ reason: 'UNKNOWN_STORE' });
  });

  it('goes on with a token of another node, and tells nothing twice though more happens', async () => {
    const store = await newStore(shared);
    const users = Array.from({ length: 25 }, (_, i) => `team:a#member@user:${i}`);
    for (const user of users) await shared.client.write([user], { store });
    const request = { store, filter: { tuple: { object: 'team:a' } }, pageSize: 4 };
    const told: Entry[] = [];
    let pageToken = '';
    do {
      const { client } = shared.nodes[told.length % 2];
      const page = await client.call('AuditService/ReadAudit', { ...request, pageToken });
      expect(page.entries.length).toBeLessThanOrEqual(4);
      told.push(...page.entries);
      pageToken = page.nextPageToken;
      await client.write([`team:a#member@user:more-${told.length}`], { store });
    } while (pageToken !== '');
    expect(told.map(textOf)).toEqual(users.map((user) => `ADDED ${user}`).reverse());
  });

  it('refuses tokens of another filter, of another store, and what is none', async () => {
    const [store, other] = [await newStore(shared), await newStore(shared)];
    for (const each of [store, other])
      await shared.client.write(['team:a#member@user:ada', 'team:a#member@user:bob'], { store: each });
    const filter = {
      tuple: { object: 'team:a' },
      kinds: ['AUDIT_KIND_TUPLE_ADDED', 'AUDIT_KIND_SCHEMA_WRITTEN'],
    };
    const first = await shared.client.call('AuditService/ReadAudit', { store, pageSize: 1 });
    const pageToken: string = first.nextPageToken;
    for (const request of [
      { store, filter, pageToken },
      { store, filter: { since: { seconds: 1 } }, pageToken },
      { store: other, pageToken },
    ]) {
      expect(await failure(request)).toMatchObject({
        reason: 'PAGE_TOKEN_INVALID',
        field: 'page_token',
        message: expect.stringContaining('another filter or store'),
      });
    }
    const read = await shared.client.call('PermissionService/Read', { store, pageSize: 1 });
    expect(read.nextPageToken).not.toBe('');
    for (const token of ['x', `${pageToken}A`, read.nextPageToken]) {
      expect(await failure({ store, pageToken: token })).toMatchObject({ reason: 'PAGE_TOKEN_INVALID' });
    }
    // Kinds are a set.
    const both = { ...filter, tuple: {} };
    const page = await shared.client.call('AuditService/ReadAudit', { store, filter: both, pageSize: 1 });
    const turned = { ...both, kinds: [...both.kinds, ...both.kinds].reverse() };
    const next = { store, filter: turned, pageSize: 1, pageToken: page.nextPageToken };
    expect((await shared.client.call('AuditService/ReadAudit', next)).entries.map(textOf)).toEqual([
      'ADDED team:a#member@user:ada',
    ]);
  });

  it('tells of times from one on and before another', async () => {
    const store = await newStore(shared);
    for (const user of ['a', 'b', 'c']) {
      await shared.client.write([`team:a#member@user:${user}`], { store });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const [c, b] = await read(store, { tuple: { object: 'team:a' } });
    const tuple = { object: 'team:a' };
    expect((await read(store, { tuple, since: b.time })).map(textOf)).toEqual([c, b].map(textOf));
    expect((await read(store, { tuple, since: b.time, until: c.time })).map(textOf)).toEqual([textOf(b)]);
  });

  it('knows what an earlier schema knew, but no name that was never there', async () => {
    const store = await newStore(shared);
    await shared.client.write(['team:a#member@user:ada'], { store });
    await shared.client.write([['delete', 'team:a#member@user:ada']], { store });
    await shared.client.writeSchema('type user', { store });
    expect(await read(store, { tuple: { object: 'team', relation: 'member' } })).toHaveLength(2);
    expect(await failure({ store, filter: { tuple: { object: 'usr:a' } } })).toMatchObject({
      reason: 'UNKNOWN_TYPE',
      field: 'filter.tuple.object',
      message: expect.stringContaining('did you mean `user`?'),
    });
    expect(await failure({ store, filter: { actor: 'usr:a' } })).toMatchObject({
      reason: 'UNKNOWN_TYPE',
      field: 'filter.actor',
    });
    expect(await read(store, { tuple: { subject: 'user:nobody' } })).toEqual([]);
  });

  it.each([
    [{ kinds: [99] }, 'MALFORMED_REQUEST', 'filter.kinds[0]'],
    [{ kinds: ['AUDIT_KIND_TUPLE_ADDED', 0] }, 'MISSING_FIELD', 'filter.kinds[1]'],
    [{ actor: 'ada' }, 'MALFORMED_REFERENCE', 'filter.actor'],
    [{ credential: 'Ünknown' }, 'MALFORMED_REQUEST', 'filter.credential'],
    [{ tuple: { object: 'a b' } }, 'MALFORMED_REFERENCE', 'filter.tuple.object'],
    [{ since: { seconds: 5 }, until: { seconds: 5 } }, 'MALFORMED_REQUEST', 'filter.until'],
    [{ since: { seconds: -1e15 } }, 'MALFORMED_REQUEST', 'filter.since'],
  ])('refuses %j', async (filter, reason, field) => {
    expect(await failure({ store: await newStore(shared, ''), filter })).toMatchObject({ reason, field });
  });

  it('is shorter than the log where the log is kept longer', async () => {
    const store = await newStore(shared);
    await shared.client.write(['team:a#member@user:ada'], { store });
    await query(
      shared.database,
      `update revision set time = now() - interval '366 days' where store_id = $1 and revision < 2`,
      [await storeId(shared, store)],
    );
    expect((await read(store)).map(textOf)).toEqual(['ADDED team:a#member@user:ada']);
  });
});
