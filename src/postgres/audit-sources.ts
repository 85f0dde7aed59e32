/**
 * The tables that the audit trail lies in, each read by itself: newest first, from a place on. A statement says which
 * table is read in order before another is joined to it, so that it costs what it tells, whatever the statistics are.
 */
import type pg from 'pg';
import type { AuditFilter, AuditKind, AuditPlace } from '../model/audit.ts';
import { type Extent, timeOf } from './audit-extent.ts';
import { filterColumns, TUPLE_COLUMNS, WHOLE_COLUMNS } from './rows.ts';

/** One source: the kinds that lie there, and how to ask for them. */
export interface Source {
  kinds: readonly AuditKind[];
  /** Undefined if nothing of it can agree with the filter. */
  statement(extent: Extent, limit: number): pg.QueryConfig | undefined;
}

/** What every row has. The metadata is read later, of those that are told. */
function common(table: string): string {
  return `floor(extract(epoch from ${table}.time) * 1000)::bigint as time_ms, ${table}.actor, ${table}.credential_id,
          coalesce(octet_length(${table}.metadata), 0) as metadata_bytes`;
}

/** Collects the values of a statement. */
class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

const CHANGES: Source = {
  kinds: ['tuple_added', 'tuple_removed'],
  statement({ storeId, filter, first, last, after }, limit) {
    const parameters = new Parameters();
    const store = `store_id = ${parameters.add(storeId)}`;
    const within = range('revision', first, last, parameters);
    const who = byWhom(filter, parameters);
    const [added, removed] = [isAsked(filter, 'tuple_added'), isAsked(filter, 'tuple_removed')];
    const what = [
      store,
      ...(added && removed ? [] : [added ? 'added' : 'not added']),
      ...ofTuple(filter, parameters),
      ...(after?.rank === 0 ? [behind(after, 'position', parameters)] : []),
    ];
    const isAnybody = who.length === 0;
    const { objectId, subjectId } = filter.tuple;
    // Somebody may have done far more than was ever done to one object, and far less than to all of them.
    const byTuple = isAnybody || objectId !== undefined || subjectId !== undefined;
    const order = 'revision desc, position desc';
    const from = byTuple
      ? [
          inOrder('change', [...what, ...within], order, isAnybody ? limit : undefined),
          ofEach('revision', [store, ...who, 'revision = change.revision']),
        ]
      : [
          inOrder('revision', [store, ...who, ...within], 'revision desc'),
          ofEach('change', [...what, 'revision = revision.revision']),
        ];
    return {
      text: `select case when added then 'tuple_added' else 'tuple_removed' end as kind, change.revision, 0 as rank,
                    position as number, ${common('revision')}, ${WHOLE_COLUMNS}
               from ${from.join(' cross join lateral ')}
              order by ${byTuple ? 'change' : 'revision'}.revision desc, position desc limit ${limit}`,
      values: parameters.values,
    };
  },
};

/** What is told of a whole revision, and stands at its beginning. @param revision the column that says which */
function ofRevision(
  kind: AuditKind,
  [table, store, revision]: [table: string, store: string, revision: string],
  columns: string,
): Source {
  return {
    kinds: [kind],
    statement({ storeId, filter, first, last, after }, limit) {
      if (isAboutTuples(filter)) return undefined;
      const parameters = new Parameters();
      const id = parameters.add(storeId);
      // Behind an event of the same revision comes what the revision did.
      const to = after?.rank === 0 ? Math.min(last, after.revision - 1) : last;
      const who = byWhom(filter, parameters);
      const what = [`${store} = ${id}`, ...range(revision, first, to, parameters)];
      const from = [
        inOrder(table, what, `${revision} desc`, who.length === 0 ? limit : undefined),
        ofEach('revision', [`store_id = ${id}`, ...who, `revision = ${table}.${revision}`]),
      ];
      return {
        text: `select '${kind}' as kind, revision.revision, 0 as rank, -1 as number, ${common('revision')}, ${columns}
                 from ${from.join(' cross join lateral ')}
                order by ${table}.${revision} desc limit ${limit}`,
        values: parameters.values,
      };
    },
  };
}

/** The revision that every store begins with. */
const BEGINNING: Source = {
  kinds: ['store_created'],
  statement({ storeId, filter, first, last, after }) {
    const isPast = first > 0 || last < 0 || (after !== undefined && after.revision === 0 && after.rank === 0);
    if (isAboutTuples(filter) || isPast) return undefined;
    const parameters = new Parameters();
    const where = [`revision.store_id = ${parameters.add(storeId)}`, ...byWhom(filter, parameters)];
    return {
      text: `select 'store_created' as kind, revision.revision, 0 as rank, -1 as number, ${common('revision')},
                    store.id as about_id, store.name as about_name
               from revision join store on store.id = store_id
              where revision.revision = 0 and revision.kind = 'start' and ${where.join(' and ')}`,
      values: parameters.values,
    };
  },
};

const EVENTS: Source = {
  kinds: ['write_refused', 'refusals_not_recorded', 'store_created', 'store_deleted', 'subject_erased'],
  statement({ storeId, filter, events: { first, last, since, until }, after }, limit) {
    const parameters = new Parameters();
    const to = after?.rank === 0 ? Math.min(last, after.revision - 1) : last;
    const where = [
      `store_id = ${parameters.add(storeId)}`,
      ...range('revision', first, to, parameters),
      `time >= ${timeOf(parameters.add(since))}`,
      ...(until === undefined ? [] : [`time < ${timeOf(parameters.add(until))}`]),
      ...(filter.kinds.length === 0 ? [] : [`kind = any (${parameters.add(filter.kinds)})`]),
      ...ofTuple(filter, parameters),
      ...byWhom(filter, parameters),
      ...(after?.rank === 1 ? [behind(after, 'id', parameters)] : []),
    ];
    return {
      text: `select kind, revision, 1 as rank, id as number, ${common('audit_event')}, ${TUPLE_COLUMNS},
                    null as condition_name, null as condition_context, null as expires_ms, reason, message, operation,
                    count, name
               from audit_event where ${where.join(' and ')}
              order by revision desc, id desc limit ${limit}`,
      values: parameters.values,
    };
  },
};

const ABOUT_CREDENTIAL = 'credential.id as about_id, level, description';

export const SOURCES: readonly Source[] = [
  CHANGES,
  ofRevision('schema_written', ['schema_version', 'store_id', 'revision'], 'version as schema_version'),
  ofRevision('credential_created', ['credential', 'store_id', 'created_revision'], ABOUT_CREDENTIAL),
  ofRevision('credential_revoked', ['credential', 'store_id', 'revoked_revision'], ABOUT_CREDENTIAL),
  BEGINNING,
  EVENTS,
];

/** True if the filter asks for a kind. */
export function isAsked({ kinds }: AuditFilter, kind: AuditKind): boolean {
  return kinds.length === 0 || kinds.includes(kind);
}

function isAboutTuples({ tuple }: AuditFilter): boolean {
  return Object.keys(tuple).length > 0;
}

/** The first rows of a table, or all of them, which a join then takes one by one for as long as it needs some. */
function inOrder(table: string, where: readonly string[], order: string, limit?: number): string {
  const end = limit === undefined ? 'offset 0' : `limit ${limit}`;
  return `(select * from ${table} where ${where.join(' and ')} order by ${order} ${end}) as ${table}`;
}

/** Looked up for each row of what stands before it, and in no other way. */
function ofEach(table: string, where: readonly string[]): string {
  return `(select * from ${table} where ${where.join(' and ')} offset 0) as ${table}`;
}

/**
 * What a revision has to be. A bound that bounds nothing is left out: where there are no statistics yet, two bounds
 * look as if they left hardly a row, and any index as good as the right one.
 */
function range(column: string, first: number, last: number, parameters: Parameters): string[] {
  const most = `${column} <= ${parameters.add(last)}`;
  return first > 0 ? [most, `${column} >= ${parameters.add(first)}`] : [most];
}

/** At the same revision only what stands behind. */
function behind({ revision, number }: AuditPlace, column: string, parameters: Parameters): string {
  return `(revision < ${parameters.add(revision)} or ${column} < ${parameters.add(number)})`;
}

function ofTuple({ tuple }: AuditFilter, parameters: Parameters): string[] {
  return filterColumns(tuple).map(([column, value]) => `${column} = ${parameters.add(value)}`);
}

function byWhom({ actor, credentialId }: AuditFilter, parameters: Parameters): string[] {
  return [
    ...(actor === undefined ? [] : [`actor = ${parameters.add(actor)}`]),
    ...(credentialId === undefined ? [] : [`credential_id = ${parameters.add(credentialId)}`]),
  ];
}
