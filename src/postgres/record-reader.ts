/** Reads revisions out of the log, on whichever connection the caller has. */
import type pg from 'pg';
import { PembaError } from '../base/errors.ts';
import type { RevisionPoint } from '../model/revision.ts';
import { readCompiledSchema } from '../schema/upgrade-schema.ts';
import type { RevisionRecord, StoredSchema } from '../tenant/revision-record.ts';
import {
  CREDENTIAL_COLUMNS,
  type CredentialRow,
  credentialOf,
  type TupleRow,
  tupleOf,
  WHOLE_COLUMNS,
} from './rows.ts';

/** At most so many revisions in one read: a node far behind catches up in steps. */
const REVISIONS_AT_ONCE = 1_000;
/** And at most so many changes, as applying them holds the process up; a revision alone has fewer. */
const ROWS_AT_ONCE = 2_000;

export type Query = <R extends pg.QueryResultRow>(query: pg.QueryConfig) => Promise<R[]>;

/** A revision with one of its changes, or with none. */
interface RevisionRow extends TupleRow {
  revision: string;
  tag: string;
  time_ms: string;
  kind: string;
  added: boolean | null;
}

/**
 * True where `point` belongs to the kept history: older rows may be there still, for the audit, and are no history to follow.
 * @param store and point the parameters with their values
 */
export function isKept(store: string, point: string): string {
  return `${point} >= (select oldest_revision from store where id = ${store})`;
}

/**
 * The revisions after `point`; undefined if the kept history does not hold `point` itself.
 *
 * Revisions and their changes come in one statement, and so from one moment: between two, some could
 * be forgotten. What belongs to a revision beside them is never forgotten.
 */
export async function readRecords(
  query: Query,
  storeId: string,
  point: RevisionPoint,
): Promise<RevisionRecord[] | undefined> {
  const [base, ...rows] = await query<RevisionRow>({
    name: 'records-revisions',
    text: `with page as (
             select revision, tag, floor(extract(epoch from time) * 1000)::bigint as time_ms, kind
               from revision where store_id = $1 and revision >= $2 and ${isKept('$1', '$2')}
              order by revision limit $3
           )
           select page.*, changed.* from page left join lateral (
             select position, added, ${WHOLE_COLUMNS} from change
              where store_id = $1 and change.revision = page.revision and page.revision > $2 order by position
           ) as changed on true
            order by page.revision, position limit $4`,
    values: [storeId, point.revision, REVISIONS_AT_ONCE + 1, ROWS_AT_ONCE],
  });
  if (base === undefined || Number(base.revision) !== point.revision || base.tag !== point.tag)
    return undefined;
  if (rows.length === 0) return [];
  const rest = rows.length + 1 < ROWS_AT_ONCE ? rows : withoutLastRevision(rows);
  const records = toRecords(rest);
  const range = [storeId, Number(rest[0].revision), Number(rest[rest.length - 1].revision)];
  if (rest.some((row) => row.kind === 'schema')) await readSchemas(query, range, records);
  if (rest.some((row) => row.kind === 'credential')) await readCredentials(query, range, records);
  return [...records.values()];
}

/** The last revision of a read that was cut short may have been cut as well; the next read brings it whole. */
export function withoutLastRevision<Row extends { revision: string }>(rows: readonly Row[]): Row[] {
  const { revision } = rows[rows.length - 1];
  return rows.filter((row) => row.revision !== revision);
}

function toRecords(rows: readonly RevisionRow[]): Map<number, RevisionRecord> {
  const records = new Map<number, RevisionRecord>();
  for (const row of rows) {
    assertKnown(row);
    const revision = Number(row.revision);
    const record = records.get(revision) ?? {
      revision,
      tag: row.tag,
      time: Number(row.time_ms),
      changes: [],
    };
    records.set(revision, record);
    if (row.added !== null) record.changes.push({ op: row.added ? 'add' : 'remove', tuple: tupleOf(row) });
  }
  return records;
}

const KINDS = new Set(['tuples', 'schema', 'credential']);

/** A node that meets a change it does not understand must not go on as if it had not been made. */
export function assertKnown({ kind, revision }: { kind: string; revision: string }): void {
  if (KINDS.has(kind)) return;
  throw new PembaError(
    'NOT_READY',
    `revision ${revision} is of kind ${kind}, which this node does not know; run the version of Pemba that made it`,
  );
}

async function readSchemas(
  query: Query,
  range: unknown[],
  records: Map<number, RevisionRecord>,
): Promise<void> {
  const rows = await query<SchemaRow & { revision: string }>({
    name: 'records-schemas',
    text: 'select revision, version, format, compiled from schema_version where store_id = $1 and revision between $2 and $3',
    values: range,
  });
  for (const row of rows) {
    const record = records.get(Number(row.revision));
    if (record !== undefined) record.schema = schemaOf(row);
  }
}

async function readCredentials(
  query: Query,
  range: unknown[],
  records: Map<number, RevisionRecord>,
): Promise<void> {
  const rows = await query<CredentialRow & { created_revision: string; revoked_revision: string | null }>({
    name: 'records-credentials',
    text: `select ${CREDENTIAL_COLUMNS}, created_revision, revoked_revision from credential
            where store_id = $1 and (created_revision between $2 and $3 or revoked_revision between $2 and $3)`,
    values: range,
  });
  for (const row of rows) {
    for (const revision of [row.created_revision, row.revoked_revision]) {
      const record = revision === null ? undefined : records.get(Number(revision));
      if (record === undefined) continue;
      record.credentials ??= [];
      record.credentials.push(credentialOf(row));
    }
  }
}

export interface SchemaRow {
  version: string;
  format: number;
  compiled: string;
}

/** @throws PembaError NOT_READY if a newer version of Pemba wrote it */
export function schemaOf(row: SchemaRow): StoredSchema {
  return { version: Number(row.version), compiled: readCompiledSchema(row.format, row.compiled) };
}
