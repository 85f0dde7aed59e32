/** Puts a pseudonym in the place of a subject all over the log of a store, in portions. */
import type pg from 'pg';
import { jsonMentions, messageMentions } from '../model/mentions.ts';
import { formatObject, type ObjectRef } from '../model/reference.ts';
import type { Database } from './database.ts';
import type { Stopped } from './forget.ts';

const ROWS_AT_ONCE = 10_000;
/** Rows with texts that may be long. */
const TEXTS_AT_ONCE = 50;
/** What an event says instead of its message. */
const INSTEAD = 'it named a subject that has been erased';

export interface Erasure {
  storeId: string;
  subject: ObjectRef;
  /** The id it has from now on. */
  pseudonym: string;
  /** The last revision to rewrite. */
  upTo: number;
}

/** One portion. @returns true if there may be another */
type Portion = (database: Database, erasure: Erasure) => Promise<boolean>;

/** Can be repeated. @returns false if it was stopped */
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
  const [{ count }] = await database.query<{ count: string }>({
    name: `erase-changes-${side}`,
    // In the order of the index, as whoever else removes or rewrites rows does.
    text: `with portion as (
             select revision, position from change
              where store_id = $1 and ${side}_type = $2 and ${side}_id = $3 and revision <= $4
              order by revision, position limit ${ROWS_AT_ONCE} for update
           ), rewritten as (
             update change
                set object_id = case when object_type = $2 and object_id = $3 then $5 else object_id end,
                    subject_id = case when subject_type = $2 and subject_id = $3 then $5 else subject_id end,
                    condition_context = null
               from portion
              where store_id = $1 and change.revision = portion.revision and change.position = portion.position
             returning 1
           )
           select count(*) from rewritten`,
    values: [storeId, subject.type, subject.id, upTo, pseudonym],
  });
  return Number(count) === ROWS_AT_ONCE;
}

async function rewriteActors(database: Database, erasure: Erasure): Promise<boolean> {
  const { storeId, upTo } = erasure;
  const [{ count }] = await database.query<{ count: string }>({
    name: 'erase-actors',
    text: `with portion as (
             select revision from revision where store_id = $1 and actor = $2 and revision <= $3
              order by revision limit ${ROWS_AT_ONCE} for update
           ), rewritten as (
             update revision set actor = $4, metadata = null from portion
              where store_id = $1 and revision.revision = portion.revision returning 1
           )
           select count(*) from rewritten`,
    values: [storeId, formatObject(erasure.subject), upTo, pseudonymOf(erasure)],
  });
  return Number(count) === ROWS_AT_ONCE;
}

async function rewriteSchemas(database: Database, erasure: Erasure): Promise<boolean> {
  await database.query({
    text: 'update schema_version set actor = $4 where store_id = $1 and actor = $2 and revision <= $3',
    values: [erasure.storeId, formatObject(erasure.subject), erasure.upTo, pseudonymOf(erasure)],
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
        text: 'update revision set metadata = null where store_id = $1 and revision = any($2::bigint[])',
        values: [storeId, named.map(({ revision }) => revision)],
      });
    }
    after = Number(found.length === TEXTS_AT_ONCE ? found[found.length - 1].revision : last);
    return true;
  };
}

interface EventRow {
  revision: string;
  id: string;
  actor: string | null;
  metadata: string | null;
  message: string | null;
  object_type: string | null;
  object_id: string | null;
  subject_type: string | null;
  subject_id: string | null;
}

/** Events are few: all are looked at. */
function rewriteEvents(): Portion {
  let after: Pick<EventRow, 'revision' | 'id'> = { revision: '-1', id: '0' };
  return async (database, erasure) => {
    const { storeId, subject, upTo } = erasure;
    const [last] = await byIndex<{ revision: string; id: string }>(database, {
      name: 'erase-events-portion',
      text: `select revision, id from (
               select revision, id from audit_event where store_id = $1 and (revision, id) > ($2, $3) and revision <= $4
                order by revision, id limit ${ROWS_AT_ONCE}) as portion
              order by revision desc, id desc limit 1`,
      values: [storeId, after.revision, after.id, upTo],
    });
    if (last === undefined) return false;
    const reference = formatObject(subject);
    const found = await database.query<EventRow>({
      name: 'erase-events-find',
      text: `select revision, id, actor, metadata, message, object_type, object_id, subject_type, subject_id
               from audit_event
              where store_id = $1 and (revision, id) > ($2, $3) and (revision, id) <= ($4, $5)
                and (actor = $6 or (object_type = $7 and object_id = $8) or (subject_type = $7 and subject_id = $8)
                     or strpos(message, $6) > 0 or strpos(message, $9) > 0 or strpos(message, '…') > 0
                     or ${mayName('metadata', 10)})
              order by revision, id limit ${TEXTS_AT_ONCE}`,
      values: [
        ...[storeId, after.revision, after.id, last.revision, last.id],
        ...[reference, subject.type, subject.id, `\`${subject.id}\``, ...inJson(subject)],
      ],
    });
    const rewritten = found.map((row) => rewrittenEvent(row, erasure));
    if (rewritten.length > 0) {
      await database.query({
        text: `update audit_event set actor = new.actor, metadata = new.metadata, message = new.message,
                                      object_id = new.object_id, subject_id = new.subject_id
                 from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                        as new (id, actor, metadata, message, object_id, subject_id)
                where store_id = $1 and audit_event.id = new.id`,
        values: [
          storeId,
          rewritten.map((row) => row.id),
          rewritten.map((row) => row.actor),
          rewritten.map((row) => row.metadata),
          rewritten.map((row) => row.message),
          rewritten.map((row) => row.object_id),
          rewritten.map((row) => row.subject_id),
        ],
      });
    }
    after = found.length === TEXTS_AT_ONCE ? found[found.length - 1] : last;
    return true;
  };
}

function rewrittenEvent(row: EventRow, erasure: Erasure): EventRow {
  const { subject, pseudonym } = erasure;
  const isActor = row.actor === formatObject(subject);
  const isObject = row.object_type === subject.type && row.object_id === subject.id;
  const isSubject = row.subject_type === subject.type && row.subject_id === subject.id;
  const { message, metadata } = row;
  const isToldOf =
    isActor || isObject || isSubject || (message !== null && messageMentions(message, subject));
  const isMetadataOf = isActor || (metadata !== null && jsonMentions(metadata, subject));
  return {
    ...row,
    actor: isActor ? pseudonymOf(erasure) : row.actor,
    object_id: isObject ? pseudonym : row.object_id,
    subject_id: isSubject ? pseudonym : row.subject_id,
    message: isToldOf && message !== null ? INSTEAD : message,
    metadata: isMetadataOf ? null : metadata,
  };
}

function pseudonymOf({ subject, pseudonym }: Erasure): string {
  return formatObject({ type: subject.type, id: pseudonym });
}

/** Whatever the statistics are: they would have all of a store that was just filled sorted, for each portion. */
function byIndex<R extends pg.QueryResultRow>(database: Database, query: pg.QueryConfig): Promise<R[]> {
  return database.withClient(async (client) => {
    await client.query('begin isolation level read committed; set local enable_sort = off');
    const { rows } = await client.query<R>(query);
    await client.query('commit');
    return rows;
  });
}

/** True of JSON that may name the subject; {@link jsonMentions} knows. @param first the first of {@link inJson} */
function mayName(column: string, first: number): string {
  return `(strpos(${column}, $${first}) > 0 or strpos(${column}, $${first + 1}) > 0)`;
}

/** As JSON has the id where it stands alone, and the reference anywhere. */
function inJson(subject: ObjectRef): [string, string] {
  return [JSON.stringify(subject.id), JSON.stringify(formatObject(subject)).slice(1, -1)];
}
