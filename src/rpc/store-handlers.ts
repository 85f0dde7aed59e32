/** The methods of StoreService. They are about no store but the one above all. */
import type { StoreInfo, StoreService } from '../service/store-service.ts';
import { fromMilliseconds } from './convert.ts';
import { toRecorded } from './recorded.ts';
import type { Method } from './unary.ts';
import type { CreateStoreRequest, DeleteStoreRequest } from './wire.ts';

export function storeMethods(stores: StoreService) {
  return {
    CreateStore: {
      level: 'admin',
      about: 'system store',
      handle: async (request, context) => ({
        store: fromStore(await stores.create(request.name, toRecorded(request, context))),
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
      handle: async (request, context) => {
        await stores.delete(request.id, toRecorded(request, context));
        return {};
      },
    } satisfies Method<DeleteStoreRequest, object>,
  };
}

function fromStore({ id, name, createdAt }: StoreInfo): object {
  return { id, name, createdAt: fromMilliseconds(createdAt) };
}
