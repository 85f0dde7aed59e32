/** Making, listing and deleting stores. */
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import { limitReached } from '../base/limits.ts';
import type { Feed } from '../feed/feed.ts';
import { quoted } from '../model/reference.ts';
import { DEFAULT_STORE, SYSTEM_STORE } from '../tenant/tenants.ts';
import type { Attribution } from '../write/ledger.ts';
import { attributionOf, type Recorded } from './attribution.ts';

export interface StoreInfo {
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  createdAt: number;
}

/** The table of stores: implemented by `postgres/`. */
export interface StoreTable {
  list(): Promise<StoreInfo[]>;
  /** @param attribution what the audit tells of it. @returns undefined if the name is taken */
  create(name: string, attribution: Attribution): Promise<StoreInfo | undefined>;
  /** As {@link StoreTable.create}. @returns false if there is no such store */
  delete(id: string, attribution: Attribution): Promise<boolean>;
}

const NAME = /^[a-z][a-z0-9_-]{0,63}$/;
const ID = /^-?[0-9]{1,19}$/;

export class StoreService {
  private readonly table: StoreTable;
  private readonly feed: Feed;
  private readonly limits: Limits;

  constructor(table: StoreTable, feed: Feed, limits: Limits) {
    this.table = table;
    this.feed = feed;
    this.limits = limits;
  }

  /** In the order of their names. */
  list(): Promise<StoreInfo[]> {
    return this.table.list();
  }

  /** Resolves once this node serves the store. */
  async create(name: string, recorded: Recorded): Promise<StoreInfo> {
    if (!NAME.test(name)) {
      throw new PembaError(
        'MALFORMED_REQUEST',
        `name ${quoted(name)}: a store's name is lower case letters, digits, \`-\` and \`_\`, begins with a letter and has at most 64`,
        { field: 'name' },
      );
    }
    const attribution = attributionOf(recorded, this.limits);
    if ((await this.table.list()).length >= this.limits.stores)
      throw limitReached('stores', this.limits.stores, 'name');
    const store = await this.table.create(name, attribution);
    if (store === undefined) {
      throw new PembaError(
        'STORE_EXISTS',
        `name: there is a store \`${name}\` already; choose another name`,
        { field: 'name' },
      );
    }
    await this.feed.discover();
    return store;
  }

  async delete(id: string, recorded: Recorded): Promise<void> {
    const attribution = attributionOf(recorded, this.limits);
    const store = ID.test(id) ? (await this.table.list()).find((each) => each.id === id) : undefined;
    if (store === undefined) throw unknownId(id);
    if (store.name === DEFAULT_STORE || store.name === SYSTEM_STORE) {
      throw new PembaError('STORE_PROTECTED', `id: the store \`${store.name}\` cannot be deleted`, {
        field: 'id',
      });
    }
    if (!(await this.table.delete(id, attribution))) throw unknownId(id);
    await this.feed.discover();
  }
}

function unknownId(id: string): PembaError {
  return new PembaError(
    'UNKNOWN_STORE',
    `id: there is no store with the id ${quoted(id)}; ListStores tells the ids, and a name will not do`,
    { field: 'id' },
  );
}
