/** The kept history in Postgres. */
import { PembaError } from '../base/errors.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';
import type { History, LogEntry, PointStatus, SchemaText, TuplePage } from '../service/history.ts';
import type { RevisionRecord, StoredSchema } from '../tenant/revision-record.ts';
import type { Database } from './database.ts';
import { readLog } from './log-reader.ts';
import { readRecords, type SchemaRow, schemaOf } from './record-reader.ts';
import { filterColumns, TUPLE_COLUMNS, type TupleRow, tupleOf, WHOLE_COLUMNS } from './rows.ts';

/** What a request calls the time it asks for. */
const TIME_FIELD = 'consistency.at_exact_time';

export class PostgresHistory implements History {
  private readonly database: Database;

  constructor(database: Database) {
    this.database = database;
  }

  async status(storeId: string, { revision, tag }: RevisionPoint): Promise<PointStatus> {
    const [row] = await this.database.query<{
      kept_tag: string | null;
      oldest: string | null;
      head: string | null;
    }>({
      name: 'history-status',
      text: `select (select tag from revision where store_id = $1 and revision = $2 and revision >= oldest_revision) as kept_tag,
                    oldest_revision as oldest, store.revision as head
               from (select 1) as always left join store on id = $1 and deleted_at is null`,
      values: [storeId, revision],
    });
    if (row.head === null) return 'gone';
    if (row.kept_tag !== null) return row.kept_tag === tag ? 'kept' : 'lost';
    if (revision > Number(row.head)) return 'ahead';
    return revision < Number(row.oldest) ? 'pruned' : 'lost';
  }

  async pointAt(storeId: string, timeMs: number): Promise<RevisionPoint> {
    const row = await this.database.withClient(async (client) => {
      await client.query('begin isolation level read committed');
      // A writer takes its time under this lock, so whoever waits for it sees every revision of the past.
      await client.query('select 1 from store where id = $1 for share', [storeId]);
      const { rows } = await client.query<{ now_ms: string; revision: string | null; tag: string }>(
        `select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms, found.revision, found.tag
           from (select 1) as always left join lateral (
             select revision, tag from revision
              where store_id = $1 and time <= to_timestamp($2::float8 / 1000)
                and revision >= (select oldest_revision from store where id = $1)
              order by revision desc limit 1) as found on true`,
        [storeId, timeMs],
      );
      await client.query('commit');
      return rows[0];
    });
    if (timeMs >= Number(row.now_ms)) {
      throw new PembaError(
        'MALFORMED_REQUEST',
        `${TIME_FIELD} ${timeText(timeMs)} is still to come; name a time of the past`,
        {
          field: TIME_FIELD,
        },
      );
    }
    if (row.revision === null) {
      throw new PembaError(
        'ZOOKIE_TOO_OLD',
        `${TIME_FIELD} ${timeText(timeMs)} lies before the kept history; name a later time`,
        { field: TIME_FIELD },
      );
    }
    return { revision: Number(row.revision), tag: row.tag };
  }

  after(storeId: string, point: RevisionPoint): Promise<RevisionRecord[] | undefined> {
    return readRecords((query) => this.database.query(query), storeId, point);
  }

  log(storeId: string, point: RevisionPoint): Promise<LogEntry[] | undefined> {
    return readLog((query) => this.database.query(query), storeId, point);
  }

  async schemaAt(storeId: string, revision: number): Promise<StoredSchema | undefined> {
    const rows = await this.database.query<SchemaRow>({
      name: 'history-schema-at',
      text: `select version, format, compiled from schema_version
              where store_id = $1 and revision <= $2 order by version desc limit 1`,
      values: [storeId, revision],
    });
    return rows.length === 0 ? undefined : schemaOf(rows[0]);
  }

  async schemaText(storeId: string, version: number): Promise<SchemaText | undefined> {
    const rows = await this.database.query<
      SchemaRow & { text: string; written_at: Date; actor: string | null }
    >({
      name: 'history-schema-text',
      text: `select version, format, compiled, text, written_at, actor from schema_version
              where store_id = $1 and version = $2`,
      values: [storeId, version],
    });
    if (rows.length === 0) return undefined;
    const [row] = rows;
    return {
      text: row.text,
      version: Number(row.version),
      writtenAt: row.written_at.getTime(),
      actor: row.actor ?? undefined,
      compiled: schemaOf(row).compiled,
    };
  }

  async readTuples(
    storeId: string,
    { revision }: RevisionPoint,
    filter: TupleFilter,
    from: Tuple | undefined,
    limit: number,
  ): Promise<TuplePage> {
    const values: unknown[] = [storeId, revision, limit + 1];
    const parameter = (value: unknown): string => `$${values.push(value)}`;
    const where = conditions(filter, from, parameter);
    // A tuple existed at a revision if its first change after it is a removal, or if it has none
    // and exists now.
    const rows = await this.database.query<TupleRow>({
      text: `with later as (
               select distinct on (${TUPLE_COLUMNS}) ${WHOLE_COLUMNS}, added from change
                where store_id = $1 and revision > $2 ${where}
                order by ${TUPLE_COLUMNS}, revision, position
             )
             (select ${WHOLE_COLUMNS} from tuple
               where store_id = $1 ${where}
                 and not exists (select 1 from later where (${columnsOf('later')}) = (${columnsOf('tuple')}))
               order by ${TUPLE_COLUMNS} limit $3)
             union all
             (select ${WHOLE_COLUMNS} from later where not added order by ${TUPLE_COLUMNS} limit $3)
             order by ${TUPLE_COLUMNS} limit $3`,
      values,
    });
    return { tuples: rows.slice(0, limit).map(tupleOf), isLast: rows.length <= limit };
  }
}

function timeText(ms: number): string {
  return `\`${new Date(ms).toISOString()}\``;
}

function columnsOf(table: string): string {
  return TUPLE_COLUMNS.split(', ')
    .map((column) => `${table}.${column}`)
    .join(', ');
}

function conditions(
  filter: TupleFilter,
  from: Tuple | undefined,
  parameter: (value: unknown) => string,
): string {
  const parts = filterColumns(filter).map(([column, value]) => `and ${column} = ${parameter(value)}`);
  if (from !== undefined) {
    const { object, relation, subject } = from;
    const last = [object.type, object.id, relation, subject.type, subject.id, subject.relation];
    parts.push(`and (${TUPLE_COLUMNS}) > (${last.map((value) => parameter(value)).join(', ')})`);
  }
  return parts.join(' ');
}
