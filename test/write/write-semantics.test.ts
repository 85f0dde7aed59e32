/** What a write does: all of it or nothing, and who did it is kept. */
import { beforeAll, expect, it } from 'vitest';
import { newStore, shareNodes, storeId } from '../service/shared.ts';
import { writeRequest } from '../support/client.ts';
import { query } from '../support/database.ts';

const shared = shareNodes(1, { bootstrapToken: 'b'.repeat(40) });
let store: string;
beforeAll(async () => {
  store = await newStore(shared);
});

const WRITE = 'PermissionService/Write';
const write = (updates: (string | [string, string])[], more: object = {}): Promise<string> =>
  shared.client.write(updates, { store, ...more });
const read = (object: string): Promise<string[]> => shared.client.read({ store, filter: { object } });

interface RevisionRow {
  revision: string;
  kind: string;
  actor: string | null;
  credential_id: string | null;
  metadata: string | null;
  changes: string;
}

async function lastRevision(): Promise<RevisionRow> {
  const [row] = await query<RevisionRow>(
    shared.database,
    `select revision, kind, actor, credential_id, metadata,
            (select count(*) from change where change.store_id = $1 and change.revision = revision.revision) as changes
       from revision where store_id = $1 order by revision desc limit 1`,
    [await storeId(shared, store)],
  );
  return row;
}

it('creates what is not there, and writes nothing at all if one tuple to create is there', async () => {
  await write([['create', 'space:c#writer@user:ada']]);
  const before = await lastRevision();
  const updates: [string, string][] = [
    ['touch', 'space:c#writer@user:new'],
    ['create', 'space:c#writer@user:ada'],
    ['delete', 'space:c#writer@user:none'],
  ];
  expect(await shared.client.failure(WRITE, { store, ...writeRequest(updates) })).toEqual({
    code: 'ALREADY_EXISTS',
    reason: 'TUPLE_EXISTS',
    field: 'updates[1].tuple',
    message:
      'updates[1]: `space:c#writer@user:ada` exists already; nothing was written. Use touch if that is fine',
  });
  expect(await lastRevision()).toEqual(before);
  expect(await read('space:c')).toEqual(['space:c#writer@user:ada']);
  expect(await shared.client.check('space:c#writer@user:new', { store })).toBe('denied');
});

it.each([
  ['a tuple that the schema refuses', 'space:a#banned@user:*'],
  ['a type that there is not', 'planet:a#banned@user:ada'],
])('writes nothing at all if it holds %s', async (_, bad) => {
  const before = await lastRevision();
  await shared.client.failure(WRITE, { store, ...writeRequest(['space:a#writer@user:ada', bad]) });
  expect(await lastRevision()).toEqual(before);
  expect(await read('space:a')).toEqual([]);
});

it('touches and deletes whether or not the tuple is there, and logs only what changed', async () => {
  await write(['space:t#writer@user:ada']);
  expect(await lastRevision()).toMatchObject({ kind: 'tuples', changes: '1' });
  const { revision } = await lastRevision();
  await write(['space:t#writer@user:ada', ['delete', 'space:t#writer@user:none'], 'space:t#writer@user:bob']);
  expect(await lastRevision()).toMatchObject({ revision: String(Number(revision) + 1), changes: '1' });
  await write(['space:t#writer@user:ada', ['delete', 'space:t#writer@user:none']]);
  expect(await lastRevision()).toMatchObject({ revision: String(Number(revision) + 2), changes: '0' });
  await write([['delete', 'space:t#writer@user:ada']]);
  expect(await read('space:t')).toEqual(['space:t#writer@user:bob']);
  await write([['create', 'space:t#writer@user:ada']]);
  expect(await read('space:t')).toEqual(['space:t#writer@user:ada', 'space:t#writer@user:bob']);
});

it('keeps an object, its sets, its wildcard and those of other types apart', async () => {
  const all = ['user:x', 'team:x#member', 'user:*'].map((subject) => `space:x#writer@${subject}`);
  await write(all);
  for (const gone of all) {
    await write([['delete', gone]]);
    expect(new Set(await read('space:x'))).toEqual(new Set(all.filter((tuple) => tuple !== gone)));
    await write([['create', gone]]);
  }
});

it('records the actor, the credential and the metadata of a write', async () => {
  const { credential, token } = await shared.client.call('CredentialService/CreateCredential', {
    store,
    level: 'LEVEL_WRITE',
  });
  const metadata = {
    fields: {
      ticket: { stringValue: 'T-1\u0000\u{1f600}' },
      nested: { structValue: { fields: { on: { boolValue: true }, none: { nullValue: 0 } } } },
      list: { listValue: { values: [{ numberValue: 1.5 }, { stringValue: 'x' }, { listValue: {} }] } },
    },
  };
  await write(['space:r#writer@user:root']);
  const request = { store, ...writeRequest(['space:r#writer@user:ada']), actor: 'user:root', metadata };
  await shared.client.call(WRITE, request, { token });
  const row = await lastRevision();
  expect(row).toMatchObject({ kind: 'tuples', actor: 'user:root', credential_id: credential.id });
  expect(JSON.parse(row.metadata ?? '')).toEqual({
    ticket: 'T-1\u0000\u{1f600}',
    nested: { on: true, none: null },
    list: [1.5, 'x', []],
  });
  await write(['space:r#writer@user:bob']);
  const [{ id }] = (await shared.client.call('CredentialService/ListCredentials', { store: 'system' }))
    .credentials;
  expect(await lastRevision()).toMatchObject({ actor: null, credential_id: id, metadata: null });
});

it('records the actor and the credential of a schema, and the credential that made or revoked another', async () => {
  const { text } = await shared.client.call('SchemaService/ReadSchema', { store });
  await shared.client.writeSchema(text, { store, actor: 'user:root' });
  const [{ id: operator }] = (
    await shared.client.call('CredentialService/ListCredentials', { store: 'system' })
  ).credentials;
  expect(await lastRevision()).toMatchObject({ kind: 'schema', actor: 'user:root', credential_id: operator });
  const make = { store, level: 'LEVEL_READ' };
  const { credential } = await shared.client.call('CredentialService/CreateCredential', make);
  expect(await lastRevision()).toMatchObject({ kind: 'credential', credential_id: operator });
  await shared.client.call('CredentialService/RevokeCredential', { store, id: credential.id });
  expect(await lastRevision()).toMatchObject({ kind: 'credential', credential_id: operator });
});

it('takes 1000 updates in one revision', async () => {
  const tuples = Array.from({ length: 1000 }, (_, i) => `space:many#writer@user:u${i}`);
  await write(tuples);
  expect(await lastRevision()).toMatchObject({ changes: '1000' });
  expect(new Set(await read('space:many'))).toEqual(new Set(tuples));
  await write(tuples.map((tuple) => ['delete', tuple]));
  expect(await read('space:many')).toEqual([]);
});
