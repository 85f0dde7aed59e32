/** Puts a pseudonym in the place of a subject in what the audit tells and no revision does. */
import type pg from 'pg';
import { jsonMentions, messageMentions } from '../model/mentions.ts';
import { formatObject } from '../model/reference.ts';
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

/** What an event says instead of its message. */
const INSTEAD = 'it named a subject that has been erased';

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
export function rewriteEvents(): Portion {
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
    const find = {
      name: 'erase-events-find',
      text: `select revision, id, actor, metadata, message, object_type, object_id, subject_type, subject_id
               from audit_event
              where store_id = $1 and (revision, id) > ($2, $3) and (revision, id) <= ($4, $5)
                and (actor = $6 or (object_type = $7 and object_id = $8) or (subject_type = $7 and subject_id = $8)
                     or strpos(message, $6) > 0 or strpos(message, $9) > 0 or strpos(message, '…') > 0
                     or ${mayName('metadata', 10)})
              order by revision, id limit ${TEXTS_AT_ONCE} for update`,
      values: [
        ...[storeId, after.revision, after.id, last.revision, last.id],
        ...[reference, subject.type, subject.id, `\`${subject.id}\``, ...inJson(subject)],
      ],
    };
    // Locked in between: another erasure may be about to rewrite the same event.
    const found = await database.withClient(async (client) => {
      await client.query('begin isolation level read committed');
      const { rows } = await client.query<EventRow>(find);
      await putEvents(
        client,
        erasure,
        rows.map((row) => rewrittenEvent(row, erasure)).filter((row) => row !== undefined),
      );
      await client.query('commit');
      return rows;
    });
    after = found.length === TEXTS_AT_ONCE ? found[found.length - 1] : last;
    return true;
  };
}

async function putEvents(
  client: pg.PoolClient,
  { storeId, subject }: Erasure,
  events: readonly EventRow[],
): Promise<void> {
  if (events.length === 0) return;
  await client.query({
    text: `with rewritten as (
             update audit_event set actor = new.actor, metadata = new.metadata, message = new.message,
                                    object_id = new.object_id, subject_id = new.subject_id
               from unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
                      as new (id, actor, metadata, message, object_id, subject_id)
              where store_id = $1 and audit_event.id = new.id
             returning 1
           ), ${COUNTED}
           select`,
    values: [
      ...[storeId, subject.type, subject.id],
      events.map((row) => row.id),
      events.map((row) => row.actor),
      events.map((row) => row.metadata),
      events.map((row) => row.message),
      events.map((row) => row.object_id),
      events.map((row) => row.subject_id),
    ],
  });
}

/** @returns undefined if it does not name the subject */
function rewrittenEvent(row: EventRow, erasure: Erasure): EventRow | undefined {
  const { subject, pseudonym } = erasure;
  const isActor = row.actor === formatObject(subject);
  const isObject = row.object_type === subject.type && row.object_id === subject.id;
  const isSubject = row.subject_type === subject.type && row.subject_id === subject.id;
  const { message, metadata } = row;
  const isToldOf =
    isActor || isObject || isSubject || (message !== null && messageMentions(message, subject));
  const isMetadataOf = isActor || (metadata !== null && jsonMentions(metadata, subject));
  if (!isToldOf && !isMetadataOf) return undefined;
  return {
    ...row,
    actor: isActor ? pseudonymOf(erasure) : row.actor,
    object_id: isObject ? pseudonym : row.object_id,
    subject_id: isSubject ? pseudonym : row.subject_id,
    message: isToldOf && message !== null ? INSTEAD : message,
    metadata: isMetadataOf ? null : metadata,
  };
}
