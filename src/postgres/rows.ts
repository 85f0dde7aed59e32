/** Rows of our tables as the values they stand for, and back. */
import type { Credential, Level } from '../model/credential.ts';
import type { Tuple } from '../model/tuple.ts';

/** The columns of a tuple, in the order of the primary key. */
export const TUPLE_COLUMNS = 'object_type, object_id, relation, subject_type, subject_id, subject_relation';

export interface TupleRow {
  object_type: string;
  object_id: string;
  relation: string;
  subject_type: string;
  subject_id: string;
  subject_relation: string;
}

export function tupleOf(row: TupleRow): Tuple {
  return {
    object: { type: row.object_type, id: row.object_id },
    relation: row.relation,
    subject: { type: row.subject_type, id: row.subject_id, relation: row.subject_relation },
  };
}

/** The tuples as six arrays, for `unnest`. */
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
