/** What the rewriting of every part of the log has in common. */
import type pg from 'pg';
import { numberOf } from '../model/mentions.ts';
import { formatObject, type ObjectRef } from '../model/reference.ts';
import type { Database } from './database.ts';

export const ROWS_AT_ONCE = 10_000;
/** Rows with texts that may be long. */
export const TEXTS_AT_ONCE = 50;
/** Counts what `rewritten` returns, in the same statement; `$1` to `$3` are the key of the erasure. */
export const COUNTED = `counted as (
  update erasure set rewritten = erasure.rewritten + named.rows
    from (select count(*) as rows from rewritten) as named
   where store_id = $1 and subject_type = $2 and subject_id = $3 and named.rows > 0)`;

export interface Erasure {
  storeId: string;
  subject: ObjectRef;
  /** The id it has from now on. */
  pseudonym: string;
  /** The last revision to rewrite. */
  upTo: number;
}

/**
 * One portion. @returns true if there may be another: also after one that rewrote less than it found, for what somebody
 * else changed while it waited is there for the next statement only
 */
export type Portion = (database: Database, erasure: Erasure) => Promise<boolean>;

export function pseudonymOf({ subject, pseudonym }: Erasure): string {
  return formatObject({ type: subject.type, id: pseudonym });
}

/** Whatever the statistics are: they would have all of a store that was just filled sorted, for each portion. */
export function byIndex<R extends pg.QueryResultRow>(
  database: Database,
  query: pg.QueryConfig,
): Promise<R[]> {
  return database.withClient(async (client) => {
    await client.query('begin isolation level read committed; set local enable_sort = off');
    const { rows } = await client.query<R>(query);
    await client.query('commit');
    return rows;
  });
}

/** True of JSON that may name the subject; `jsonMentions` knows. @param first the first of {@link inJson} */
export function mayName(column: string, first: number): string {
  return `(strpos(${column}, $${first}) > 0 or strpos(${column}, $${first + 1}) > 0 or ${column} ~ $${first + 2})`;
}

/** As JSON has the id where it stands alone, and the reference anywhere; and a pattern of the id as a number, if it is one. */
export function inJson(subject: ObjectRef): [string, string, string | null] {
  const number = numberOf(subject.id);
  const asNumber = number === undefined ? null : `[:,[]${String(number).replace(/[.+]/g, '\\$&')}[],}]`;
  return [JSON.stringify(subject.id), JSON.stringify(formatObject(subject)).slice(1, -1), asNumber];
}
