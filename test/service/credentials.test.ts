/** Credentials: made once, shown once, kept as hashes, and refused everywhere soon after they are revoked. */
import { beforeAll, expect, it } from 'vitest';
import { freshDatabase, query, startNode } from '../support/database.ts';
import { newStore, shareNodes } from './shared.ts';

const BOUND_MS = 1_000;
const BOOTSTRAP = 'first-bootstrap-token-of-32-characters';
const shared = shareNodes(2, { bootstrapToken: BOOTSTRAP, maxStalenessMs: BOUND_MS });

const CREATE = 'CredentialService/CreateCredential';
const REVOKE = 'CredentialService/RevokeCredential';
const LIST = 'CredentialService/ListCredentials';
const READ = 'SchemaService/ReadSchema';

let store: string;
beforeAll(async () => {
  store = await newStore(shared);
});

interface Made {
  credential: { id: string };
  token: string;
  zookie: string;
}

const make = (more: object = {}): Promise<Made> =>
  shared.client.call(CREATE, { store, level: 'LEVEL_READ', ...more });

/** Everything in the database, as text. */
async function dump(database: string): Promise<string> {
  const tables = await query<{ name: string }>(
    database,
    `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public'`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) =>
      query<{ text: string }>(database, `select coalesce(json_agg(${name})::text, '') as text from ${name}`),
    ),
  );
  expect(tables.length).toBeGreaterThan(6);
  return rows
    .flat()
    .map((row) => row.text)
    .join('\n');
}

it('keeps no token where it could be read: neither in the database nor in the log', async () => {
  const { token, credential } = await make();
  await shared.client.call(READ, { store }, { token });
  await shared.client.failure(READ, { store }, { token: `${token}x` });
  await shared.client.call(REVOKE, { store, id: credential.id });
  await shared.client.failure(READ, { store }, { token });
  const [, id, secret] = /^pemba_([a-z0-9]{16})_(.{43})$/.exec(token) as RegExpExecArray;
  expect(id).toBe(credential.id);
  const everything = `${await dump(shared.database)}\n${shared.logged.join('\n')}\n${JSON.stringify(await shared.client.call(LIST, { store }))}`;
  expect(everything).toContain(id);
  for (const text of [secret, BOOTSTRAP]) {
    for (const hidden of [text, Buffer.from(text).toString('hex'), Buffer.from(text).toString('base64')]) {
      expect(everything).not.toContain(hidden);
    }
  }
  expect(everything).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
});

it('lists what was made, newest first, with what it is for', async () => {
  const of = await newStore(shared);
  const expiresAt = { seconds: Math.floor(Date.now() / 1000) + 3600, nanos: 0 };
  const first = await make({
    store: of,
    level: 'LEVEL_GOVERNED_WRITE',
    description: 'the é service',
    expiresAt,
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const second = await make({ store: of, level: 'LEVEL_ADMIN' });
  await shared.client.call(REVOKE, { store: of, id: first.credential.id });
  const { credentials } = await shared.client.call(LIST, { store: of });
  expect(credentials).toMatchObject([
    { id: second.credential.id, level: 'LEVEL_ADMIN', description: '', expiresAt: null, revokedAt: null },
    { id: first.credential.id, level: 'LEVEL_GOVERNED_WRITE', description: 'the é service' },
  ]);
  expect(Number(credentials[1].expiresAt.seconds)).toBe(expiresAt.seconds);
  expect(Math.abs(credentials[1].revokedAt.seconds * 1000 - Date.now())).toBeLessThan(60_000);
});

it('refuses a revoked credential at once where it was revoked, and within the bound on the other node', async () => {
  for (let i = 0; i < 10; i++) {
    const { token, credential } = await make();
    const [a, b] = i % 2 === 0 ? shared.nodes : [...shared.nodes].reverse();
    await b.client.call(READ, { store, version: 1 }).catch(() => undefined);
    const madeAt = Date.now();
    while ((await b.client.call(READ, { store }, { token }).catch(() => undefined)) === undefined) {
      expect(Date.now() - madeAt).toBeLessThan(BOUND_MS);
    }
    await a.client.call(REVOKE, { store, id: credential.id });
    const revokedAt = Date.now();
    expect(await a.client.failure(READ, { store }, { token })).toEqual({
      code: 'UNAUTHENTICATED',
      reason: 'CREDENTIAL_REVOKED',
      field: undefined,
      message: `credential \`${credential.id}\` was revoked; ask for a new one`,
    });
    while ((await b.client.call(READ, { store }, { token }).catch(() => undefined)) !== undefined) {
      expect(Date.now() - revokedAt).toBeLessThan(BOUND_MS);
    }
    expect(await b.client.failure(READ, { store }, { token })).toMatchObject({
      reason: 'CREDENTIAL_REVOKED',
    });
  }
});

it('may be revoked again, which keeps the time of the first', async () => {
  const { credential } = await make();
  const revokedAt = async (): Promise<object> => {
    const { credentials } = await shared.client.call(LIST, { store });
    return credentials.find((each: { id: string }) => each.id === credential.id).revokedAt;
  };
  await shared.client.call(REVOKE, { store, id: credential.id });
  const before = await revokedAt();
  await new Promise((resolve) => setTimeout(resolve, 5));
  for (const { client } of shared.nodes) await client.call(REVOKE, { store, id: credential.id });
  expect(await revokedAt()).toEqual(before);
  const rows = await query<{ differ: boolean }>(
    shared.database,
    `select revoked_revision > created_revision + 1 as differ from credential where id = $1`,
    [credential.id],
  );
  // Whoever follows the log looks for the revocation at the revision that made it.
  expect(rows).toEqual([{ differ: false }]);
});

it('revokes only credentials of the store that is named', async () => {
  const { credential, token } = await make();
  const other = await newStore(shared);
  for (const elsewhere of [other, 'system', 'default']) {
    expect(await shared.client.failure(REVOKE, { store: elsewhere, id: credential.id })).toMatchObject({
      code: 'NOT_FOUND',
      reason: 'UNKNOWN_CREDENTIAL_ID',
    });
  }
  await shared.client.call(READ, { store }, { token });
});

it('replaces the operator’s token by a restart with another, on every node, and never takes it back', async () => {
  const database = await freshDatabase();
  const [old, young] = ['old-token-'.padEnd(40, 'o'), 'new-token-'.padEnd(40, 'n')];
  const list = 'StoreService/ListStores';
  const first = await startNode({ database, bootstrapToken: old, maxStalenessMs: BOUND_MS });
  await first.client.call(list, {});
  const second = await startNode({ database, bootstrapToken: young, maxStalenessMs: BOUND_MS });
  const since = Date.now();
  await second.client.call(list, {});
  expect(await second.client.failure(list, {}, { token: old })).toMatchObject({
    reason: 'CREDENTIAL_REVOKED',
  });
  while ((await first.client.call(list, {}).catch(() => undefined)) !== undefined) {
    expect(Date.now() - since).toBeLessThan(BOUND_MS);
  }
  await first.client.call(list, {}, { token: young });
  await expect(startNode({ database, bootstrapToken: old })).rejects.toMatchObject({
    reason: 'CONFIG_INVALID',
    message: expect.stringMatching(
      /^the bootstrap token was used before and then replaced, .*choose a new one$/,
    ),
  });
  await second.client.call(list, {});
  const again = await startNode({ database, bootstrapToken: young });
  await again.client.call(list, {});
  expect((await query(database, `select 1 from credential where revoked_at is null`)).length).toBe(1);
});

it('starts two nodes at the same time on an empty database, with the same operator’s token', async () => {
  const database = await freshDatabase();
  // With its tables made already, they come to the token at the same time.
  await startNode({ database });
  const nodes = await Promise.all([1, 2, 3].map(() => startNode({ database, bootstrapToken: BOOTSTRAP })));
  for (const { client } of nodes)
    expect((await client.call('StoreService/ListStores', {})).stores).toHaveLength(2);
  expect((await query(database, 'select 1 from credential')).length).toBe(1);
});

it('demands an end within the configured days', async () => {
  const { client } = await startNode({
    database: await freshDatabase(),
    bootstrapToken: BOOTSTRAP,
    credentialMaxDays: 30,
  });
  const inDays = (days: number): object => ({
    expiresAt: { seconds: Math.floor(Date.now() / 1000) + days * 86_400 },
  });
  const request = { level: 'LEVEL_READ' };
  expect(await client.failure(CREATE, request)).toMatchObject({
    code: 'INVALID_ARGUMENT',
    reason: 'MISSING_FIELD',
    field: 'expires_at',
    message: expect.stringMatching(
      /^expires_at is missing; credentials of this service end within 30 days, so name a time before `\d{4}-/,
    ),
  });
  expect(await client.failure(CREATE, { ...request, ...inDays(31) })).toMatchObject({
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_REQUEST',
    field: 'expires_at',
    message: expect.stringMatching(
      /^expires_at `\d{4}-.*Z` is too late; credentials of this service end within 30 days, /,
    ),
  });
  await client.call(CREATE, { ...request, ...inDays(29.9) });
});
