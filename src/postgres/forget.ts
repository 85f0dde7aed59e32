/** Removes rows for good, in portions, so that no statement takes long however many there are. */
import type { Database } from './database.ts';

const ROWS_AT_ONCE = 10_000;
/** Revisions cost more: each is looked after in `change` too. */
const REVISIONS_AT_ONCE = 1_000;

/** What a store has beside its revisions, with the rest of each table's key: portions follow it. */
const TABLES: [table: string, key: string][] = [
  ['tuple', 'object_type, object_id, relation, subject_type, subject_id, subject_relation'],
  ['idempotency', 'credential_id, key'],
  ['credential', 'id'],
  ['schema_version', 'version'],
  ['audit_event', 'revision, id'],
  ['erasure', 'subject_type, subject_id'],
];

/** Told before each portion: true to leave the rest to another time. */
export type Stopped = () => boolean;

/** In days. */
export interface Retention {
  /** What may be followed, looked back at and paged through. */
  historyDays: number;
  /** What the audit tells. */
  auditDays: number;
}

/**
 * Ends the kept history of a store so many days ago. It begins with the revision that was in force then, however old
 * that is: what was true within those days can be asked for, in a store where little happens too.
 */
export async function endHistory(
  database: Database,
  storeId: string,
  historyDays: number,
  isStopped: Stopped,
): Promise<void> {
  while (!isStopped()) {
    const [{ newest }] = await database.query<{ newest: string | null }>({
      name: 'forget-history',
      // A revision that is not old ends the portion. The newest that is old was in force until the next one.
      text: `with next as (
               select revision, time < now() - $2 * interval '1 day' as is_old from revision
                where store_id = $1 and revision > (select oldest_revision from store where id = $1)
                order by revision limit ${ROWS_AT_ONCE}
             )
             select max(revision) as newest from next
              where revision < coalesce((select min(revision) from next where not is_old), revision + 1)`,
      values: [storeId, historyDays],
    });
    if (newest === null) return;
    await database.query({
      name: 'forget-record',
      text: 'update store set oldest_revision = greatest(oldest_revision, $2) where id = $1',
      values: [storeId, Number(newest)],
    });
  }
}

/**
 * Removes the revisions of a store that the history does not hold any more and that are older than so many days, the
 * oldest first and with their changes, so that what is left has no holes.
 * @returns how many there were
 */
export async function forgetRevisions(
  database: Database,
  storeId: string,
  days: number,
  isStopped: Stopped,
): Promise<number> {
  let forgotten = 0;
  while (!isStopped()) {
    const [{ upto }] = await database.query<{ upto: string | null }>({
      name: 'forget-upto',
      // A revision that has to stay ends the portion, and so does the change that fills it.
      text: `with oldest as (
               select revision, time < now() - $2 * interval '1 day' as is_old from revision
                where store_id = $1 and revision < (select oldest_revision from store where id = $1)
                order by revision limit ${REVISIONS_AT_ONCE}
             ), full_at as (
               select revision from change where store_id = $1 order by revision, position
               offset ${ROWS_AT_ONCE} limit 1
             )
             select max(revision) as upto from oldest
              where revision < coalesce((select min(revision) from oldest where not is_old), revision + 1)
                and revision <= coalesce((select revision from full_at), revision)`,
      values: [storeId, days],
    });
    if (upto === null) return forgotten;
    forgotten += await forgetUpTo(database, storeId, upto);
  }
  return forgotten;
}

/** Removes what is left of a store that is marked as deleted. */
export async function purgeStore(database: Database, storeId: string, isStopped: Stopped): Promise<void> {
  // Revisions before all else and the oldest first: whoever still follows this store notices that the one
  // it is at is gone, instead of finding some without their changes.
  for (let upto: string | null = ''; upto !== null; ) {
    if (isStopped()) return;
    const [row]: { upto: string | null }[] = await database.query<{ upto: string | null }>({
      name: 'purge-upto',
      text: `with full_at as (
               select revision from change where store_id = $1 order by revision, position
               offset ${ROWS_AT_ONCE} limit 1
             ), oldest as (
               select revision from revision where store_id = $1 order by revision limit ${REVISIONS_AT_ONCE}
             )
             select max(revision) as upto from oldest
              where revision <= coalesce((select revision from full_at), revision)`,
      values: [storeId],
    });
    upto = row.upto;
    if (upto !== null) await forgetUpTo(database, storeId, upto);
  }
  for (const [table, key] of TABLES) {
    if (!(await purgeTable(database, storeId, table, key, isStopped))) return;
  }
  await database.query({
    text: 'delete from store where id = $1 and deleted_at is not null',
    values: [storeId],
  });
}

/** @returns false if it was stopped */
async function purgeTable(
  database: Database,
  storeId: string,
  table: string,
  key: string,
  isStopped: Stopped,
): Promise<boolean> {
  let after: unknown[] = [];
  for (;;) {
    if (isStopped()) return false;
    // Each portion begins behind the last: what was removed is still in the index, and would be passed anew.
    const behind =
      after.length === 0 ? '' : `and (${key}) > (${after.map((_, i) => `$${i + 2}`).join(', ')})`;
    const last = await database.withClient(async (client) => {
      await client.query('begin isolation level read committed');
      // By the key's index, whatever the statistics are: they would have all of a store that was just filled sorted.
      await client.query('set local enable_sort = off');
      const { rows } = await client.query<Record<string, unknown>>({
        text: `with portion as (
                 select ctid as place, ${key} from ${table} where store_id = $1 ${behind}
                  order by store_id, ${key} limit ${ROWS_AT_ONCE}
               ), gone as (
                 delete from ${table} where ctid = any (array(select place from portion))
               )
               select * from portion order by ${descending(key)} limit 1`,
        values: [storeId, ...after],
      });
      await client.query('commit');
      return rows.at(0);
    });
    if (last === undefined) return true;
    after = key.split(', ').map((column) => last[column]);
  }
}

function descending(key: string): string {
  return key
    .split(', ')
    .map((column) => `${column} desc`)
    .join(', ');
}

/** Their changes go with them, in the same statement. */
async function forgetUpTo(database: Database, storeId: string, upto: string): Promise<number> {
  const [{ forgotten }] = await database.query<{ forgotten: string }>({
    name: 'forget-revisions',
    text: `with gone as (delete from revision where store_id = $1 and revision <= $2 returning 1)
           select count(*) as forgotten from gone`,
    values: [storeId, upto],
  });
  return Number(forgotten);
}

/** Forgets idempotency keys that are free again. */
export async function forgetIdempotencyKeys(
  database: Database,
  hours: number,
  isStopped: Stopped,
): Promise<void> {
  // A key may be used anew meanwhile.
  await forgetOld(database, 'idempotency', `created_at < now() - $1 * interval '1 hour'`, hours, isStopped);
}

/** Forgets events that the audit does not tell any more. */
export async function forgetAuditEvents(database: Database, days: number, isStopped: Stopped): Promise<void> {
  await forgetOld(database, 'audit_event', `time < now() - $1 * interval '1 day'`, days, isStopped);
}

async function forgetOld(
  database: Database,
  table: string,
  isOld: string,
  age: number,
  isStopped: Stopped,
): Promise<void> {
  while (!isStopped()) {
    const [{ count }] = await database.query<{ count: string }>({
      name: `forget-${table}`,
      // Looked at again where it is removed: it may have changed meanwhile.
      text: `with gone as (
               delete from ${table}
                where ctid = any (array(select ctid from ${table} where ${isOld} limit ${ROWS_AT_ONCE}))
                  and ${isOld} returning 1
             )
             select count(*) from gone`,
      values: [age],
    });
    if (Number(count) === 0) return;
  }
}
