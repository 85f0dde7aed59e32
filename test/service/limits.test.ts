/** Every limit but those of a walk, on both sides: what reaches it passes, what exceeds it names it. */
import pg from 'pg';
import { beforeAll, expect, it } from 'vitest';
import { LIMITS, type LimitName } from '../../src/base/limits.ts';
import { question, writeRequest } from '../support/client.ts';
import { query } from '../support/database.ts';
import { watching } from '../support/watching.ts';
import { field, rawCall, rawFailure } from './raw-call.ts';
import { SCHEMA, shareNodes, storeId } from './shared.ts';

const LIMIT = {
  batchChecks: 2,
  contextualTuples: 2,
  writeUpdates: 3,
  writePreconditions: 2,
  preconditionSteps: 6,
  metadataBytes: 20,
  contextBytes: 20,
  idempotencyKeyBytes: 8,
  writeQueue: 3,
  writeQueueUpdates: 7,
  readPage: 5,
  auditPage: 6,
  snapshotChanges: 4,
  schemaBytes: 600,
  requestBytes: 4096,
  credentials: 2,
  stores: 4,
  lookupPage: 3,
  watches: 2,
  watchFilters: 2,
} satisfies Partial<Record<LimitName, number>>;

const shared = shareNodes(1, { limits: LIMIT });
beforeAll(() => shared.client.writeSchema(SCHEMA));

const ASKED = question('space:s#read@user:ada');
const users = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `space:s#writer@user:u${i}`);
const tuples = (count: number): object[] => users(count).map(question);

it('has a test here, in explorations.test.ts, many-refusals.test.ts, test/engine/ or test/judge/, for every limit there is', () => {
  const inEngine = ['walkDepth', 'walkVisits', 'lookupSteps', 'expandNodes', 'explainSteps'];
  const ofExplorations = ['explorations', 'lookupBytes'];
  const inJudge = ['clauseSteps', 'invariantSteps'];
  const ofRefusals = ['refusalsRecorded'];
  const tested = [...Object.keys(LIMIT), ...ofExplorations, ...ofRefusals, ...inEngine, ...inJudge];
  expect(Object.keys(LIMITS).sort()).toEqual(tested.sort());
});

function reached(name: keyof typeof LIMIT, at: string | undefined, value?: number): object {
  const { doc, unit } = LIMITS[name];
  const message = `limit ${name} reached: at most ${LIMIT[name]} ${unit} (${doc})`;
  return {
    code: 'RESOURCE_EXHAUSTED',
    reason: 'LIMIT',
    field: at,
    message: value === undefined ? message : `${message}; this one has ${value}`,
  };
}

const precondition = { condition: 'CONDITION_MUST_NOT_EXIST', filter: { object: 'space:none' } };
/** As JSON `{"k":"…"}`, of so many bytes. */
const metadata = (bytes: number): object => ({ fields: { k: { stringValue: 'é'.repeat((bytes - 8) / 2) } } });
const write = (more: object): object => ({ ...writeRequest(['space:s#writer@user:ada']), ...more });

/** Limit, method, field, and a request that counts so many. */
const COUNTED: [keyof typeof LIMIT, string, string, (count: number) => object, number][] = [
  ['batchChecks', 'PermissionService/BatchCheck', 'items', (n) => ({ items: Array(n).fill(ASKED) }), 1],
  [
    'contextualTuples',
    'PermissionService/Check',
    'contextual_tuples',
    (n) => ({ ...ASKED, contextualTuples: tuples(n) }),
    1,
  ],
  [
    'contextualTuples',
    'PermissionService/BatchCheck',
    'contextual_tuples',
    (n) => ({ items: [ASKED], contextualTuples: tuples(n) }),
    1,
  ],
  ['writeUpdates', 'PermissionService/Write', 'updates', (n) => writeRequest(users(n)), 1],
  [
    'writePreconditions',
    'PermissionService/Write',
    'preconditions',
    (n) => write({ preconditions: Array(n).fill(precondition) }),
    1,
  ],
  ['metadataBytes', 'PermissionService/Write', 'metadata', (n) => write({ metadata: metadata(n) }), 2],
  [
    'metadataBytes',
    'PermissionService/DeleteTuples',
    'metadata',
    (n) => ({ filter: { object: 'space:gone' }, metadata: metadata(n) }),
    2,
  ],
  [
    'metadataBytes',
    'SchemaService/WriteSchema',
    'metadata',
    (n) => ({ text: SCHEMA, dryRun: true, metadata: metadata(n) }),
    2,
  ],
  ['contextBytes', 'PermissionService/Check', 'context', (n) => ({ ...ASKED, context: metadata(n) }), 2],
  [
    'contextBytes',
    'PermissionService/ListPermissions',
    'context',
    (n) => ({ object: 'space:s', subject: 'user:ada', context: metadata(n) }),
    2,
  ],
  [
    'idempotencyKeyBytes',
    'PermissionService/Write',
    'idempotency_key',
    (n) => write({ idempotencyKey: 'é'.repeat(n / 2) }),
    2,
  ],
  ['readPage', 'PermissionService/Read', 'page_size', (n) => ({ pageSize: n }), 1],
  ['auditPage', 'AuditService/ReadAudit', 'page_size', (n) => ({ pageSize: n }), 1],
  [
    'lookupPage',
    'PermissionService/LookupResources',
    'page_size',
    (n) => ({ resourceType: 'space', relation: 'read', subject: 'user:ada', pageSize: n }),
    1,
  ],
  [
    'lookupPage',
    'PermissionService/LookupSubjects',
    'page_size',
    (n) => ({ object: 'space:s', relation: 'read', subjectType: 'user', pageSize: n }),
    1,
  ],
  [
    'contextualTuples',
    'PermissionService/LookupResources',
    'contextual_tuples',
    (n) => ({ resourceType: 'space', relation: 'read', subject: 'user:ada', contextualTuples: tuples(n) }),
    1,
  ],
  [
    'watchFilters',
    'PermissionService/Watch',
    'filters',
    (n) => ({ filters: Array(n).fill({ object: 'space' }) }),
    1,
  ],
  [
    'schemaBytes',
    'SchemaService/WriteSchema',
    'text',
    (n) => ({ text: SCHEMA.padEnd(n, ' '), dryRun: true }),
    1,
  ],
];

it.each(COUNTED)(
  'takes %s in %s up to the limit and names it beyond',
  async (name, method, at, request, step) => {
    await shared.client.call(method, request(LIMIT[name]));
    const failure = await shared.client.failure(method, request(LIMIT[name] + step));
    expect(failure).toEqual(reached(name, at, LIMIT[name] + step));
  },
);

it('takes as much metadata with changes of credentials and stores', async () => {
  const { client } = shared;
  const [fits, large] = [0, 2].map((more) => ({ metadata: metadata(LIMIT.metadataBytes + more) }));
  const tooLarge = reached('metadataBytes', 'metadata', LIMIT.metadataBytes + 2);
  const attempt = async (method: string, request: object) => {
    expect(await client.failure(method, { ...request, ...large }), method).toEqual(tooLarge);
    return client.call(method, { ...request, ...fits });
  };
  const level = 'LEVEL_READ';
  const { credential } = await attempt('CredentialService/CreateCredential', { level });
  await attempt('CredentialService/RevokeCredential', { id: credential.id });
  const { store } = await attempt('StoreService/CreateStore', { name: 'explained' });
  await attempt('StoreService/DeleteStore', { id: store.id });
});

it('judges preconditions with as many steps as a write may take for all of them, and names the limit beyond', async () => {
  const { client } = shared;
  const walks = (object: string): object => ({
    condition: 'CONDITION_MUST_NOT_EXIST',
    filter: { object, relation: 'writer', subject: 'team' },
  });
  const more = { preconditions: [walks('space:a'), walks('space:b')] };
  await client.write(['a', 'b'].map((space) => `space:${space}#writer@user:u0`));
  await client.write(['a', 'b'].map((space) => `space:${space}#writer@user:u1`));
  await client.write(['a', 'b'].map((space) => `space:${space}#writer@user:u2`));
  await client.call('PermissionService/Write', write(more));
  await client.write(['space:b#writer@user:u3']);
  const failure = await client.failure('PermissionService/Write', write(more));
  expect(failure).toEqual(reached('preconditionSteps', 'preconditions[1].filter'));
});

it('lists no more than the limit where no page size is asked for', async () => {
  for (const batch of [users(3), users(6).slice(3)]) await shared.client.write(batch);
  const page = await shared.client.call('PermissionService/Read', {});
  expect(page.tuples).toHaveLength(LIMIT.readPage);
  expect(page.nextPageToken).not.toBe('');
  const audit = await shared.client.call('AuditService/ReadAudit', {});
  expect(audit.entries).toHaveLength(LIMIT.auditPage);
  expect(audit.nextPageToken).not.toBe('');
});

it('reads a request of requestBytes and refuses one byte more', async () => {
  const { port } = shared.nodes[0];
  const question = Buffer.concat([field(2, 'space:s'), field(3, 'read'), field(4, 'user:ada')]);
  // A field that nobody knows, to fill it up: its tag and its length take 4 bytes.
  const ofSize = (bytes: number): Buffer =>
    Buffer.concat([question, field(100, Buffer.alloc(bytes - question.length - 4))]);
  expect(ofSize(LIMIT.requestBytes)).toHaveLength(LIMIT.requestBytes);
  await rawCall(port, 'PermissionService/Check', ofSize(LIMIT.requestBytes));
  const failure = await rawFailure(port, 'PermissionService/Check', ofSize(LIMIT.requestBytes + 1));
  expect(failure.code).toBe('RESOURCE_EXHAUSTED');
  expect(failure.message).toContain(String(LIMIT.requestBytes));
});

it('undoes as many changes as snapshotChanges allows, and no more', async () => {
  const { client } = shared;
  const consistency = { atExactSnapshot: await client.write(['space:snap#writer@user:ada']) };
  await client.write([['delete', 'space:snap#writer@user:ada'], 'space:snap#writer@user:bob']);
  await client.write(['space:snap#writer@user:cyd', 'space:snap#writer@user:dan']);
  expect(await client.check('space:snap#read@user:ada', { consistency })).toBe('allowed');
  await client.write(['space:snap#writer@user:eve']);
  const failure = await client.failure('PermissionService/Check', { ...ASKED, consistency });
  expect(failure).toEqual(reached('snapshotChanges', undefined));
});

it('makes as many credentials as may be alive, and another once one is revoked or has expired', async () => {
  const make = { level: 'LEVEL_READ' };
  const method = 'CredentialService/CreateCredential';
  const first = await shared.client.call(method, make);
  const soon = Math.floor(Date.now() / 1000) + 1;
  await shared.client.call(method, { ...make, expiresAt: { seconds: soon + 1 } });
  expect(await shared.client.failure(method, make)).toEqual(reached('credentials', undefined));
  await shared.client.call('CredentialService/RevokeCredential', { id: first.credential.id });
  await shared.client.call(method, make);
  expect(await shared.client.failure(method, make)).toEqual(reached('credentials', undefined));
  await new Promise((resolve) => setTimeout(resolve, (soon + 1) * 1000 - Date.now() + 50));
  await shared.client.call(method, make);
});

it('makes as many stores as there may be, and another once one is deleted', async () => {
  const create = (name: string): Promise<{ store: { id: string } }> =>
    shared.client.call('StoreService/CreateStore', { name });
  const { store } = await create('one');
  await create('two');
  expect(await shared.client.failure('StoreService/CreateStore', { name: 'three' })).toEqual(
    reached('stores', 'name'),
  );
  await shared.client.call('StoreService/DeleteStore', { id: store.id });
  await create('three');
});

it.each([
  { name: 'writeQueue', sizes: [1, 1, 1], next: 1 },
  { name: 'writeQueueUpdates', sizes: [3, 3], next: 2 },
] as const)('queues writes up to $name and refuses the next at once', async ({ name, sizes, next }) => {
  const id = await storeId(shared, 'default');
  const locker = new pg.Client({ connectionString: shared.database });
  await locker.connect();
  await locker.query('begin');
  await locker.query('select 1 from store where id = $1 for update', [id]);
  const updates = (i: number, size: number): string[] =>
    Array.from({ length: size }, (_, j) => `space:${name}#writer@user:q${i}-${j}`);
  const submit = (i: number, size: number): Promise<string> => shared.client.write(updates(i, size));
  // One is under way and waits for the lock; the others wait behind it.
  const first = submit(0, 1);
  await waitFor(
    async () =>
      (
        await locker.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).rowCount === 1,
  );
  const queued = sizes.map((size, i) => submit(i + 1, size));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const failure = await shared.client.failure('PermissionService/Write', writeRequest(updates(99, next)));
  expect(failure).toEqual(reached(name, undefined));
  await locker.query('rollback');
  await locker.end();
  await Promise.all([first, ...queued]);
  const [{ count }] = await query<{ count: string }>(
    shared.database,
    'select count(*) from tuple where object_id = $1',
    [name],
  );
  expect(Number(count)).toBe(sizes.reduce<number>((sum, size) => sum + size, 1));
});

it('lets as many watch a store as may, and another once one has gone', async () => {
  const { client } = shared;
  const [first] = [await watching(client), await watching(client)];
  await watching(client, { store: 'system' });
  const refused = () => client.failure('PermissionService/Watch', {});
  expect(await refused()).toEqual(reached('watches', undefined));
  first.stream.cancel();
  await waitFor(async () => (await client.call('PermissionService/Watch', {}).catch(() => '')) !== '');
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
