/** Who made and deleted a store is in the audit. */
import { beforeAll, describe, expect, it } from 'vitest';
import { query } from '../support/database.ts';
import { shareNodes, storeId } from './shared.ts';

const shared = shareNodes(1, { bootstrapToken: 'bootstrap-token-of-at-least-32-characters' });
let credential: string;
beforeAll(async () => {
  const { credentials } = await shared.client.call('CredentialService/ListCredentials', { store: 'system' });
  credential = credentials[0].id;
});

describe('stores', () => {
  const started = async (id: string): Promise<unknown> =>
    (
      await query(
        shared.database,
        'select kind, credential_id from revision where store_id = $1 and revision = 0',
        [id],
      )
    )[0];
  const told = (name: string): Promise<object[]> =>
    query(
      shared.database,
      `select kind, credential_id, audit_event.name, audit_event.revision = store.revision as is_at_head
         from audit_event join store on store.id = store_id where store.name = 'system' and audit_event.name like $1
        order by audit_event.id`,
      [`${name} (%`],
    );

  it('tell by whose credential they were made and deleted', async () => {
    const system = { store: 'system', level: 'LEVEL_ADMIN', description: 'makes stores' };
    const made = await shared.client.call('CredentialService/CreateCredential', system);
    const { token } = made;
    const by = made.credential.id;
    const { store } = await shared.client.call('StoreService/CreateStore', { name: 'townhall' }, { token });
    expect(await started(store.id)).toEqual({ kind: 'start', credential_id: by });
    const name = `townhall (${store.id})`;
    const created = { kind: 'store_created', credential_id: by, name, is_at_head: true };
    expect(await told('townhall')).toEqual([created]);
    await shared.client.call('StoreService/DeleteStore', { id: store.id });
    expect(await told('townhall')).toEqual([
      created,
      { kind: 'store_deleted', credential_id: credential, name, is_at_head: true },
    ]);
  });

  it('tell nothing where nothing was done', async () => {
    await shared.client.call('StoreService/CreateStore', { name: 'library' });
    const failures = [
      await shared.client.failure('StoreService/CreateStore', { name: 'library' }),
      await shared.client.failure('StoreService/DeleteStore', { id: await storeId(shared, 'default') }),
      await shared.client.failure('StoreService/DeleteStore', { id: '17' }),
    ];
    expect(failures.map(({ reason }) => reason)).toEqual([
      'STORE_EXISTS',
      'STORE_PROTECTED',
      'UNKNOWN_STORE',
    ]);
    expect(await told('library')).toHaveLength(1);
    expect(await told('default')).toEqual([]);
    expect(await told('')).toEqual([]);
  });

  it('that are there from the start were made by nobody', async () => {
    for (const name of ['default', 'system']) {
      expect(await started(await storeId(shared, name))).toEqual({ kind: 'start', credential_id: null });
    }
  });
});
