/** The methods of StoreService. They are about no store but the one above all. */
import type { StoreInfo, StoreService } from '../service/store-service.ts';
import { fromMilliseconds } from './convert.ts';
import type { Method } from './unary.ts';
import type { CreateStoreRequest, DeleteStoreRequest } from './wire.ts';

export function storeMethods(stores: StoreService) {
  return {
    CreateStore: {
      level: 'admin',
      about: 'system store',
      handle: async ({ name }, { caller }) => ({
        store: fromStore(await stores.create(name, caller.credentialId)),
      }),
    } satisfies Method<CreateStoreRequest, object>,
    ListStores: {
      level: 'admin',
      about: 'system store',
      handle: async () => ({ stores: (await stores.list()).map(fromStore) }),
    } satisfies Method<object, object>,
    DeleteStore: {
      level: 'admin',
      about: 'system store',
      handle: async ({ id }, { caller }) => {
        await stores.delete(id, caller.credentialId);
        return {};
      },
    } satisfies Method<DeleteStoreRequest, object>,
  };
}

function fromStore({ id, name, createdAt }: StoreInfo): object {
  return { id, name, createdAt: fromMilliseconds(createdAt) };
}
