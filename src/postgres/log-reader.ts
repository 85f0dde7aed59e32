/** Reads the log for those who follow a store from outside: with who made each revision, and why. */
import type { RevisionPoint } from '../model/revision.ts';
import type { LogEntry } from '../service/history.ts';
import { assertKnown, isKept, type Query, withoutLastRevision } from './record-reader.ts';
import { type TupleRow, tupleOf, WHOLE_COLUMNS } from './rows.ts';

/**
 * A page stays in memory for as long as its reader takes over it, so it is small: so many revisions at most,
 * so many changes, of which a revision alone has fewer, and about so many bytes of metadata.
 */
const REVISIONS_AT_ONCE = 250;
const ROWS_AT_ONCE = 1_250;
const METADATA_BYTES_AT_ONCE = 262_144;

/** A revision with one of its changes, or with none; what is said of the revision stands beside the first. */
interface LogRow extends TupleRow {
  revision: string;
  tag: string;
  time_ms: string;
  kind: string;
  actor: string | null;
  metadata: string | null;
  schema_version: string | null;
  added: boolean | null;
}

/** The revisions after `point`, in one statement; undefined if the kept history does not hold `point` itself. */
export async function readLog(
  query: Query,
  storeId: string,
  point: RevisionPoint,
): Promise<LogEntry[] | undefined> {
  const [base, ...rows] = await query<LogRow>({
    name: 'log-page',
    text: `with weighed as (
             select revision, tag, floor(extract(epoch from time) * 1000)::bigint as time_ms, kind, actor,
                    case when revision > $2 then metadata end as metadata,
                    coalesce(sum(octet_length(metadata)) over (
                      order by revision rows between unbounded preceding and 1 preceding), 0) as bytes_before
               from revision where store_id = $1 and revision >= $2 and ${isKept('$1', '$2')}
              order by revision limit $3
           ), page as (
             select * from weighed where bytes_before < $5 or revision <= $2 + 1
           )
           select page.revision, tag, time_ms, kind, schema_version.version as schema_version,
                  case when coalesce(position, 0) = 0 then page.actor end as actor,
                  case when coalesce(position, 0) = 0 then metadata end as metadata,
                  position, added, ${WHOLE_COLUMNS}
             from page left join lateral (
               select position, added, ${WHOLE_COLUMNS} from change
                where store_id = $1 and change.revision = page.revision and page.revision > $2 order by position
             ) as changed on true
             left join schema_version on kind = 'schema' and schema_version.store_id = $1
                                     and schema_version.revision = page.revision
            order by page.revision, position limit $4`,
    values: [storeId, point.revision, REVISIONS_AT_ONCE + 1, ROWS_AT_ONCE, METADATA_BYTES_AT_ONCE],
  });
  if (base === undefined || Number(base.revision) !== point.revision || base.tag !== point.tag)
    return undefined;
  return toEntries(rows.length + 1 < ROWS_AT_ONCE ? rows : withoutLastRevision(rows));
}

function toEntries(rows: readonly LogRow[]): LogEntry[] {
  const entries: LogEntry[] = [];
  for (const row of rows) {
    assertKnown(row);
    const revision = Number(row.revision);
    let entry = entries.at(-1);
    if (entry?.revision !== revision) {
      entry = toEntry(row);
      entries.push(entry);
    }
    if (row.added !== null) entry.changes.push({ op: row.added ? 'add' : 'remove', tuple: tupleOf(row) });
  }
  return entries;
}

function toEntry({ revision, tag, time_ms, actor, metadata, schema_version }: LogRow): LogEntry {
  return {
    revision: Number(revision),
    tag,
    time: Number(time_ms),
    changes: [],
    actor: actor ?? undefined,
    metadata: metadata ?? undefined,
    schemaVersion: schema_version === null ? undefined : Number(schema_version),
  };
}
