/** Who changed schemas, credentials and stores, on whose behalf and why: recorded as it is said, and told by ReadAudit. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { newStore, shareNodes, storeId } from './shared.ts';

const shared = shareNodes(1, {
  bootstrapToken: 'bootstrap-token-of-at-least-32-characters',
  maxStalenessMs: 200,
});
let credential: string;
beforeAll(async () => {
  const { credentials } = await shared.client.call('CredentialService/ListCredentials', { store: 'system' });
  credential = credentials[0].id;
});

interface Entry {
  kind: string;
  actor: string;
  credential: string;
  metadata: { fields: Record<string, { stringValue: string }> } | null;
  aboutStore: { id: string; name: string } | null;
}

const ACTOR = 'user:ada.lovelace@example.org';
const WHY = { fields: { ticket: { stringValue: 'OPS-12' } } };
const RECORDED = { actor: ACTOR, metadata: WHY };

let store: string;
let id: string;
beforeEach(async () => {
  store = await newStore(shared);
  id = await storeId(shared, store);
});

const call = (method: string, request: object) => shared.client.call(method, request);
const trail = async (of: string, filter: object = {}): Promise<Entry[]> =>
  (await call('AuditService/ReadAudit', { store: of, filter })).entries;
const makeCredential = async (): Promise<string> =>
  (await call('CredentialService/CreateCredential', { store, level: 'LEVEL_READ' })).credential.id;

/** What it is called in the trail, its method, a request, and the store whose trail has it. */
const CHANGES: [kind: string, method: string, request: () => object | Promise<object>, of: () => string][] = [
  ['SCHEMA_WRITTEN', 'SchemaService/WriteSchema', () => ({ store, text: 'type user' }), () => store],
  [
    'CREDENTIAL_CREATED',
    'CredentialService/CreateCredential',
    () => ({ store, level: 'LEVEL_READ' }),
    () => store,
  ],
  [
    'CREDENTIAL_REVOKED',
    'CredentialService/RevokeCredential',
    async () => ({ store, id: await makeCredential() }),
    () => store,
  ],
  ['STORE_CREATED', 'StoreService/CreateStore', () => ({ name: `${store}-x` }), () => `${store}-x`],
  ['STORE_CREATED', 'StoreService/CreateStore', () => ({ name: `${store}-y` }), () => 'system'],
  ['STORE_DELETED', 'StoreService/DeleteStore', () => ({ id }), () => 'system'],
];

/** The entries of the kind that a request leads to. */
async function told([kind, method, request, of]: (typeof CHANGES)[number], recorded: object) {
  const asked = { ...(await request()), ...recorded };
  const filter = { kinds: [`AUDIT_KIND_${kind}`] };
  const before = of() === 'system' || kind !== 'STORE_CREATED' ? await trail(of(), filter) : [];
  await call(method, asked);
  const after = await trail(of(), filter);
  return after.slice(0, after.length - before.length);
}

describe.each(CHANGES)('%s, by %s', (...change) => {
  const [, method, request] = change;

  it('is told with the credential, on whose behalf and why', async () => {
    expect(await told(change, RECORDED)).toMatchObject([{ ...RECORDED, credential }]);
  });

  it('is told by the credential alone where no more is said', async () => {
    expect(await told(change, {})).toMatchObject([{ actor: '', metadata: null, credential }]);
  });

  it('takes no actor that is no object, and does nothing then', async () => {
    const asked = await request();
    const changed = async () => [
      await trail(store),
      (await trail('system')).length,
      await call('StoreService/ListStores', {}),
    ];
    const before = await changed();
    for (const actor of ['ada', 'user:*', 'user:ada#member', 'user:a b'])
      expect(await shared.client.failure(method, { ...asked, actor })).toMatchObject({
        code: 'INVALID_ARGUMENT',
        reason: 'MALFORMED_REFERENCE',
        field: 'actor',
      });
    expect(await changed()).toEqual(before);
  });
});

it('tells what somebody had done, whatever it was', async () => {
  await call('SchemaService/WriteSchema', { store, text: 'type user', ...RECORDED });
  await call('CredentialService/RevokeCredential', { store, id: await makeCredential() });
  await call('CredentialService/RevokeCredential', { store, id: await makeCredential(), ...RECORDED });
  const kinds = (await trail(store, { actor: ACTOR })).map(({ kind }) => kind);
  expect(kinds).toEqual(['AUDIT_KIND_CREDENTIAL_REVOKED', 'AUDIT_KIND_SCHEMA_WRITTEN']);
});

it('does not judge the actor, whose type no schema needs to have', async () => {
  await call('SchemaService/WriteSchema', { store, text: 'type user', actor: 'robot:r2' });
  expect(await trail(store, { kinds: ['AUDIT_KIND_SCHEMA_WRITTEN'] })).toMatchObject([
    { actor: 'robot:r2' },
    { actor: '' },
  ]);
});

describe('a person who is erased', () => {
  const WITNESS = { actor: 'user:ben', metadata: { fields: { who: { stringValue: `for ${ACTOR}` } } } };
  const erase = async (of: string): Promise<string> =>
    (await call('AuditService/EraseSubject', { store: of, subject: ACTOR })).pseudonym;
  /** What is told of changes, oldest first. */
  const whoAndWhy = async (of: string, kinds: string[], about = '') => {
    const filter = { kinds: kinds.map((kind) => `AUDIT_KIND_${kind}`) };
    return (await trail(of, filter))
      .filter(({ aboutStore }) => about === '' || aboutStore?.name === about)
      .map(({ actor, metadata }) => [actor, metadata])
      .reverse();
  };

  it('is nowhere in what was done to schemas and credentials, nor at the beginning of the store', async () => {
    const own = `${store}-own`;
    await call('StoreService/CreateStore', { name: own, ...RECORDED });
    for (const recorded of [RECORDED, WITNESS, { actor: 'user:ben', metadata: WHY }]) {
      await call('SchemaService/WriteSchema', { store: own, text: 'type user', ...recorded });
      const made = { store: own, level: 'LEVEL_READ', ...recorded };
      const { id: of } = (await call('CredentialService/CreateCredential', made)).credential;
      await call('CredentialService/RevokeCredential', { store: own, id: of, ...recorded });
    }
    const pseudonym = await erase(own);
    const kinds = ['SCHEMA_WRITTEN', 'CREDENTIAL_CREATED', 'CREDENTIAL_REVOKED'];
    for (const kind of kinds) {
      expect(await whoAndWhy(own, [kind]), kind).toEqual([
        [pseudonym, null],
        ['user:ben', null],
        ['user:ben', expect.objectContaining({ fields: { ticket: expect.anything() } })],
      ]);
    }
    expect(await whoAndWhy(own, ['STORE_CREATED'])).toEqual([[pseudonym, null]]);
    const { actor } = await call('SchemaService/ReadSchema', { store: own, version: 1 });
    expect(actor).toBe(pseudonym);
    const ownId = await storeId(shared, own);
    const left = await query(
      shared.database,
      `select actor, metadata from revision where store_id = $1
        union all select actor, null from schema_version where store_id = $1`,
      [ownId],
    );
    expect(JSON.stringify(left)).not.toContain('lovelace');
    // What the store above the stores has to tell of it is erased there.
    expect(await whoAndWhy('system', ['STORE_CREATED'], own)).toMatchObject([[ACTOR, WHY]]);
  });

  it('is nowhere in what was done to stores, once erased from the store above them', async () => {
    const names = ['a', 'b'].map((end) => `${store}-${end}`);
    for (const [i, recorded] of [RECORDED, WITNESS].entries()) {
      const made = await call('StoreService/CreateStore', { name: names[i], ...recorded });
      await call('StoreService/DeleteStore', { id: made.store.id, ...recorded });
    }
    const pseudonym = await erase('system');
    const kinds = ['STORE_CREATED', 'STORE_DELETED'];
    expect(await whoAndWhy('system', kinds, names[0])).toEqual([
      [pseudonym, null],
      [pseudonym, null],
    ]);
    expect(await whoAndWhy('system', kinds, names[1])).toEqual([
      ['user:ben', null],
      ['user:ben', null],
    ]);
    const left = await query(
      shared.database,
      `select actor, metadata from audit_event join store on store.id = store_id where store.name = 'system'`,
      [],
    );
    expect(JSON.stringify(left)).not.toContain('lovelace');
  });

  it('is erased from the store above the stores though nothing but metadata names them there', async () => {
    const made = await call('StoreService/CreateStore', { name: `${store}-c`, ...WITNESS });
    await call('StoreService/DeleteStore', { id: made.store.id, actor: 'user:ben', metadata: WHY });
    await erase('system');
    expect(await whoAndWhy('system', ['STORE_CREATED', 'STORE_DELETED'], `${store}-c`)).toMatchObject([
      ['user:ben', null],
      ['user:ben', WHY],
    ]);
    // Nobody there, and no schema that knows the type: there is nothing to do, which is no mistake.
    expect(await erase('system')).toEqual(expect.any(String));
  });
});
