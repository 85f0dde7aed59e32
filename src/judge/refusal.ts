/** Why a write is refused, in the words of the schema language. */
import type { PembaError, Reason } from '../base/errors.ts';

/** In the order in which the first one is told. */
export const REFUSALS = [
  'type',
  'expiry',
  'created by',
  'deleted by',
  'granted by',
  'revoked by',
  'multiplicity',
  'unique',
  'require',
] as const;
export type Refusal = (typeof REFUSALS)[number];

const OF_REASON: Partial<Record<Reason, Refusal>> = {
  UNKNOWN_TYPE: 'type',
  UNKNOWN_RELATION: 'type',
  RELATION_NOT_WRITABLE: 'type',
  SUBJECT_NOT_ALLOWED: 'type',
  EXPIRY_NOT_ALLOWED: 'expiry',
  NOT_CREATED_BY: 'created by',
  NOT_DELETED_BY: 'deleted by',
  NOT_GRANTED_BY: 'granted by',
  NOT_REVOKED_BY: 'revoked by',
  INVARIANT_MULTIPLICITY: 'multiplicity',
  INVARIANT_UNIQUE: 'unique',
  INVARIANT_REQUIRE: 'require',
};

/** Undefined if the schema has no say in it, such as a limit that was reached. */
export function refusalOf(error: PembaError): Refusal | undefined {
  return OF_REASON[error.reason];
}
