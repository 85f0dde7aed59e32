/** The table of stores in Postgres. */
import { randomBytes } from 'node:crypto';
import type { StoreInfo, StoreTable } from '../service/store-service.ts';
import { SYSTEM_STORE } from '../tenant/tenants.ts';
import type { Attribution } from '../write/ledger.ts';
import type { Database } from './database.ts';
import { purgeStore } from './forget.ts';

interface StoreRow {
  id: string;
  name: string;
  created_at: Date;
}

export class PostgresStoreTable implements StoreTable {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  async list(): Promise<StoreInfo[]> {
    const rows = await this.database.query<StoreRow>({
      text: 'select id, name, created_at from store where deleted_at is null order by name',
    });
    return rows.map(infoOf);
  }

  create(name: string, attribution: Attribution): Promise<StoreInfo | undefined> {
    return createStore(this.database, name, attribution);
  }

  async delete(id: string, attribution: Attribution): Promise<boolean> {
    const rows = await this.database.query({
      // From here on it is gone for all. A name like this one nobody can give.
      text: `with there as (
               select id, name from store where id = $1 and deleted_at is null for update
             ), gone as (
               update store set deleted_at = now(), name = '!deleted-' || store.id
                 from there where store.id = there.id
               returning store.id, there.name
             ), ${audited('store_deleted', 'gone', 2)}
             select id from gone`,
      values: [id, SYSTEM_STORE, ...whoAndWhy(attribution)],
    });
    if (rows.length === 0) return false;
    void this.purge(id);
    return true;
  }

  /** However long it takes, nobody waits; what is left when this node ends is removed by the maintenance. */
  private async purge(id: string): Promise<void> {
    try {
      await purgeStore(this.database, id, () => this.database.isClosed);
    } catch (error) {
      if (this.database.isClosed) return;
      this.database.options.log.warn('a deleted store could not be removed; trying again later', { error });
    }
  }
}

/**
 * Makes a store with its revision 0; undefined if the name is taken.
 * @param attribution empty if nobody makes it
 */
export async function createStore(
  database: Database,
  name: string,
  attribution: Attribution = {},
): Promise<StoreInfo | undefined> {
  const rows = await database.query<StoreRow>({
    text: `with made as (
             insert into store (id, name, tag, revision_time)
             values ($1, $2, $3, date_trunc('milliseconds', clock_timestamp())) on conflict (name) do nothing
             returning id, name, created_at, tag, revision_time
           ), started as (
             insert into revision (store_id, revision, tag, time, kind, actor, credential_id, metadata)
             select id, 0, tag, revision_time, 'start', $5, $6, $7 from made
           ), ${audited('store_created', 'made', 4)}
           select id, name, created_at from made`,
    // Random ids, so that one is not given again after a restore from an earlier copy.
    values: [
      ...[randomInteger() >> 1n, name, randomInteger(), SYSTEM_STORE].map(String),
      ...whoAndWhy(attribution),
    ],
  });
  return rows.length === 0 ? undefined : infoOf(rows[0]);
}

/**
 * A part of a statement that tells in the trail of the store above the stores what became of those in `stores`.
 * @param first the parameter with the name of the store above the stores; behind it those of {@link whoAndWhy}
 */
function audited(kind: 'store_created' | 'store_deleted', stores: string, first: number): string {
  return `told as (
            insert into audit_event (store_id, revision, time, kind, actor, credential_id, metadata, name)
            select system.id, system.revision, date_trunc('milliseconds', clock_timestamp()), '${kind}',
                   $${first + 1}, $${first + 2}, $${first + 3}, ${stores}.name || ' (' || ${stores}.id || ')'
              from ${stores}, store as system where system.name = $${first}
          )`;
}

function whoAndWhy({ actor, credentialId, metadata }: Attribution): (string | null)[] {
  return [actor ?? null, credentialId ?? null, metadata ?? null];
}

function randomInteger(): bigint {
  return BigInt.asIntN(64, randomBytes(8).readBigUInt64BE());
}

function infoOf(row: StoreRow): StoreInfo {
  return { id: row.id, name: row.name, createdAt: row.created_at.getTime() };
}
