/**
 * The one error class of the project and its closed set of reasons.
 *
 * A reason is what a program reacts to; its code is the coarse class that `rpc/` turns into a gRPC
 * status. The message is for a person: it names the field, the value and what to do.
 */

/** The coarse classes of failure, named as gRPC names them. */
export type Code =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'OUT_OF_RANGE'
  | 'PERMISSION_DENIED'
  | 'UNAUTHENTICATED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'DEADLINE_EXCEEDED'
  | 'CANCELLED'
  | 'INTERNAL';

/** Every reason the project can fail for, with the code it belongs to. */
export const REASONS = {
  // what the caller sent does not make sense by itself
  MALFORMED_REFERENCE: 'INVALID_ARGUMENT',
  MALFORMED_UTF8: 'INVALID_ARGUMENT',
  MALFORMED_REQUEST: 'INVALID_ARGUMENT',
  MALFORMED_CONTEXT: 'INVALID_ARGUMENT',
  MISSING_FIELD: 'INVALID_ARGUMENT',
  DUPLICATE_UPDATE: 'INVALID_ARGUMENT',
  ZOOKIE_MALFORMED: 'INVALID_ARGUMENT',
  ZOOKIE_FORGED: 'INVALID_ARGUMENT',
  PAGE_TOKEN_INVALID: 'INVALID_ARGUMENT',
  SCHEMA_INVALID: 'INVALID_ARGUMENT',
  CONFIG_INVALID: 'INVALID_ARGUMENT',

  // what the caller sent does not fit what is stored
  UNKNOWN_STORE: 'NOT_FOUND',
  UNKNOWN_CREDENTIAL_ID: 'NOT_FOUND',
  STORE_EXISTS: 'ALREADY_EXISTS',
  TUPLE_EXISTS: 'ALREADY_EXISTS',
  NO_SCHEMA: 'FAILED_PRECONDITION',
  UNKNOWN_TYPE: 'FAILED_PRECONDITION',
  UNKNOWN_RELATION: 'FAILED_PRECONDITION',
  RELATION_NOT_WRITABLE: 'FAILED_PRECONDITION',
  SUBJECT_NOT_ALLOWED: 'FAILED_PRECONDITION',
  EXPIRY_NOT_ALLOWED: 'FAILED_PRECONDITION',
  INVARIANT_MULTIPLICITY: 'FAILED_PRECONDITION',
  INVARIANT_UNIQUE: 'FAILED_PRECONDITION',
  INVARIANT_REQUIRE: 'FAILED_PRECONDITION',
  PRECONDITION_FAILED: 'FAILED_PRECONDITION',
  IDEMPOTENCY_KEY_REUSED: 'FAILED_PRECONDITION',
  SCHEMA_IN_USE: 'FAILED_PRECONDITION',
  STORE_PROTECTED: 'FAILED_PRECONDITION',
  NEGATION_CYCLE: 'FAILED_PRECONDITION',
  CONDITION_FAILED: 'FAILED_PRECONDITION',
  ZOOKIE_OTHER_STORE: 'FAILED_PRECONDITION',
  ZOOKIE_LOST_HISTORY: 'FAILED_PRECONDITION',
  ZOOKIE_TOO_OLD: 'OUT_OF_RANGE',

  // who is calling
  CREDENTIAL_MISSING: 'UNAUTHENTICATED',
  CREDENTIAL_UNKNOWN: 'UNAUTHENTICATED',
  CREDENTIAL_EXPIRED: 'UNAUTHENTICATED',
  CREDENTIAL_REVOKED: 'UNAUTHENTICATED',
  CREDENTIAL_WRONG_STORE: 'PERMISSION_DENIED',
  CREDENTIAL_LEVEL: 'PERMISSION_DENIED',

  // on whose behalf; the schema decides
  NOT_CREATED_BY: 'PERMISSION_DENIED',
  NOT_DELETED_BY: 'PERMISSION_DENIED',
  NOT_GRANTED_BY: 'PERMISSION_DENIED',
  NOT_REVOKED_BY: 'PERMISSION_DENIED',

  // a bound was reached; the message names it
  LIMIT: 'RESOURCE_EXHAUSTED',

  // the service cannot answer now; trying again may help
  ZOOKIE_NOT_YET_KNOWN: 'UNAVAILABLE',
  STALE: 'UNAVAILABLE',
  NOT_READY: 'UNAVAILABLE',
  SHUTTING_DOWN: 'UNAVAILABLE',
  DATABASE_UNAVAILABLE: 'UNAVAILABLE',
  DATABASE_UNSUITABLE: 'UNAVAILABLE',
  WRITE_NOT_COMMITTED: 'UNAVAILABLE',
  WRITE_OUTCOME_UNKNOWN: 'UNAVAILABLE',
  DEADLINE: 'DEADLINE_EXCEEDED',
  CANCELLED: 'CANCELLED',

  // starting the process
  PORT_TAKEN: 'UNAVAILABLE',
  DATA_DIRECTORY_IN_USE: 'FAILED_PRECONDITION',
  FILE_UNREADABLE: 'NOT_FOUND',

  INTERNAL: 'INTERNAL',
} as const satisfies Record<string, Code>;

export type Reason = keyof typeof REASONS;

/** What an error may carry beside its message. */
export interface ErrorDetails {
  /** Path of the offending field in the request, such as `updates[3].tuple.subject`. */
  field?: string;
  /** The failure underneath; logged, never sent. */
  cause?: unknown;
}

/** The only error the project throws on purpose. */
export class PembaError extends Error {
  readonly reason: Reason;
  readonly code: Code;
  readonly field: string | undefined;

  constructor(reason: Reason, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PembaError';
    this.reason = reason;
    this.code = REASONS[reason];
    this.field = details.field;
  }
}

/** The error as it is, or `INTERNAL` around what was not thrown on purpose. */
export function asPembaError(error: unknown): PembaError {
  if (error instanceof PembaError) return error;
  return new PembaError('INTERNAL', 'internal error; the log of the server says more', { cause: error });
}
