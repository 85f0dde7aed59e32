/** Rows of our tables as the values they stand for, and back. */
import type { Credential, Level } from '../model/credential.ts';
import type { TupleCondition } from '../model/grant.ts';
import { formatContext } from '../model/grant.ts';
import type { Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';

/** The columns of a tuple, in the order of the primary key. */
export const TUPLE_COLUMNS = 'object_type, object_id, relation, subject_type, subject_id, subject_relation';

/** What a tuple carries. */
const GRANT_COLUMNS = 'condition_name, condition_context, expires_ms';

/** A tuple with what it carries. */
export const WHOLE_COLUMNS = `${TUPLE_COLUMNS}, ${GRANT_COLUMNS}`;

/** The types of {@link WHOLE_COLUMNS} as arrays, for {@link wholeArrays}. */
export const WHOLE_ARRAY_TYPES = [...Array<string>(8).fill('text[]'), 'bigint[]'];

export interface TupleRow {
  object_type: string;
  object_id: string;
  relation: string;
  subject_type: string;
  subject_id: string;
  subject_relation: string;
  condition_name: string | null;
  /** JSON; there if the name is. */
  condition_context: string | null;
  /** Milliseconds since 1970. */
  expires_ms: string | null;
}

export function tupleOf(row: TupleRow): Tuple {
  const tuple: Tuple = {
    object: { type: row.object_type, id: row.object_id },
    relation: row.relation,
    subject: { type: row.subject_type, id: row.subject_id, relation: row.subject_relation },
  };
  if (row.condition_name === null && row.expires_ms === null) return tuple;
  return {
    ...tuple,
    ...(row.condition_name === null ? {} : { condition: conditionOf(row.condition_name, row) }),
    ...(row.expires_ms === null ? {} : { expiresAt: Number(row.expires_ms) }),
  };
}

function conditionOf(name: string, { condition_context }: TupleRow): TupleCondition {
  return { name, context: JSON.parse(condition_context ?? '{}') as TupleCondition['context'] };
}

/** The columns that a filter names, with their values. */
export function filterColumns(filter: TupleFilter): [column: string, value: string][] {
  const columns: [string, string | undefined][] = [
    ['object_type', filter.objectType],
    ['object_id', filter.objectId],
    ['relation', filter.relation],
    ['subject_type', filter.subjectType],
    ['subject_id', filter.subjectId],
    ['subject_relation', filter.subjectRelation],
  ];
  return columns.flatMap(([column, value]) => (value === undefined ? [] : [[column, value]]));
}

/** The tuples with what they carry as arrays, for `unnest`. */
export function wholeArrays(tuples: readonly Tuple[]): (string | number | null)[][] {
  return [
    ...tupleArrays(tuples),
    tuples.map(({ condition }) => condition?.name ?? null),
    tuples.map(({ condition }) => (condition === undefined ? null : formatContext(condition.context))),
    tuples.map(({ expiresAt }) => expiresAt ?? null),
  ];
}

/** The tuples without what they carry as six arrays, for `unnest`. */
export function tupleArrays(tuples: readonly Tuple[]): string[][] {
  return [
    tuples.map((tuple) => tuple.object.type),
    tuples.map((tuple) => tuple.object.id),
    tuples.map((tuple) => tuple.relation),
    tuples.map((tuple) => tuple.subject.type),
    tuples.map((tuple) => tuple.subject.id),
    tuples.map((tuple) => tuple.subject.relation),
  ];
}

export interface CredentialRow {
  id: string;
  store_id: string;
  secret_hash: Buffer;
  level: Level;
  description: string;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
}

export const CREDENTIAL_COLUMNS =
  'id, store_id, secret_hash, level, description, created_at, expires_at, revoked_at';

export function credentialOf(row: CredentialRow): Credential {
  return {
    id: row.id,
    storeId: row.store_id,
    secretHash: row.secret_hash,
    level: row.level,
    description: row.description,
    createdAt: row.created_at.getTime(),
    expiresAt: row.expires_at?.getTime(),
    revokedAt: row.revoked_at?.getTime(),
  };
}
