/** Puts a pseudonym in the place of a subject all over the log of a store, in portions. */
import { jsonMentions } from '../model/mentions.ts';
import { formatObject } from '../model/reference.ts';
import type { Database } from './database.ts';
import { rewriteEvents } from './erase-events.ts';
import {
  byIndex,
  COUNTED,
  type Erasure,
  inJson,
  mayName,
  type Portion,
  pseudonymOf,
  ROWS_AT_ONCE,
  TEXTS_AT_ONCE,
} from './erase-portion.ts';
import type { Stopped } from './forget.ts';

/**
 * Can be repeated. What it rewrites is counted with the erasure, each row of the log once: nothing names the subject in it
 * afterwards.
 * @returns false if it was stopped
 */
export async function rewriteLog(database: Database, erasure: Erasure, isStopped: Stopped): Promise<boolean> {
  const portions: Portion[] = [
    (...of) => rewriteChanges(...of, 'object'),
    (...of) => rewriteChanges(...of, 'subject'),
    rewriteActors,
    rewriteSchemas,
    dropMetadata(),
    rewriteEvents(),
  ];
  for (const portion of portions) {
    do {
      if (isStopped()) return false;
    } while (await portion(database, erasure));
  }
  return true;
}

async function rewriteChanges(
  database: Database,
  { storeId, subject, pseudonym, upTo }: Erasure,
  side: 'object' | 'subject',
): Promise<boolean> {
  const [{ found }] = await database.query<{ found: string }>({
    name: `erase-changes-${side}`,
    // In the order of the index, as whoever else removes or rewrites rows does; and by their places, for without
    // statistics each row would be looked for among all of the store.
    text: `with portion as (
             select ctid as place from change
              where store_id = $1 and ${side}_type = $2 and ${side}_id = $3 and revision <= $4
              order by revision, position limit ${ROWS_AT_ONCE} for update
           ), rewritten as (
             update change
                set object_id = case when object_type = $2 and object_id = $3 then $5 else object_id end,
                    subject_id = case when subject_type = $2 and subject_id = $3 then $5 else subject_id end,
                    condition_context = null
              where ctid = any (array(select place from portion))
             returning 1
           ), ${COUNTED}
           select count(*) as found from portion`,
    values: [storeId, subject.type, subject.id, upTo, pseudonym],
  });
  return Number(found) > 0;
}

async function rewriteActors(database: Database, erasure: Erasure): Promise<boolean> {
  const { storeId, subject, upTo } = erasure;
  const [{ found }] = await database.query<{ found: string }>({
    name: 'erase-actors',
    text: `with portion as (
             select ctid as place from revision where store_id = $1 and actor = $4 and revision <= $5
              order by revision limit ${ROWS_AT_ONCE} for update
           ), rewritten as (
             update revision set actor = $6, metadata = null
              where ctid = any (array(select place from portion)) returning 1
           ), ${COUNTED}
           select count(*) as found from portion`,
    values: [storeId, subject.type, subject.id, formatObject(subject), upTo, pseudonymOf(erasure)],
  });
  return Number(found) > 0;
}

async function rewriteSchemas(database: Database, erasure: Erasure): Promise<boolean> {
  const { storeId, subject, upTo } = erasure;
  await database.query({
    // They outlive the revisions that put them in force; where those are still there, they are counted already.
    text: `with named as (
             update schema_version set actor = $6 where store_id = $1 and actor = $4 and revision <= $5 returning revision
           ), rewritten as (
             select from named
              where not exists (select from revision where store_id = $1 and revision.revision = named.revision)
           ), ${COUNTED}
           select`,
    values: [storeId, subject.type, subject.id, formatObject(subject), upTo, pseudonymOf(erasure)],
  });
  return false;
}

/** Drops metadata that names the subject. Nothing leads to it, so all revisions are looked at. */
function dropMetadata(): Portion {
  let after = -1;
  return async (database, { storeId, subject, upTo }) => {
    const [{ last }] = await byIndex<{ last: string | null }>(database, {
      name: 'erase-metadata-portion',
      text: `select max(revision) as last from (
               select revision from revision where store_id = $1 and revision > $2 and revision <= $3
                order by revision limit ${ROWS_AT_ONCE}) as portion`,
      values: [storeId, after, upTo],
    });
    if (last === null) return false;
    const found = await database.query<{ revision: string; metadata: string }>({
      name: 'erase-metadata-find',
      text: `select revision, metadata from revision
              where store_id = $1 and revision > $2 and revision <= $3 and ${mayName('metadata', 4)}
              order by revision limit ${TEXTS_AT_ONCE}`,
      values: [storeId, after, last, ...inJson(subject)],
    });
    const named = found.filter(({ metadata }) => jsonMentions(metadata, subject));
    if (named.length > 0) {
      await database.query({
        text: `with rewritten as (
                 update revision set metadata = null where store_id = $1 and revision = any($4::bigint[]) returning 1
               ), ${COUNTED}
               select`,
        values: [storeId, subject.type, subject.id, named.map(({ revision }) => revision)],
      });
    }
    after = Number(found.length === TEXTS_AT_ONCE ? found[found.length - 1].revision : last);
    return true;
  };
}
