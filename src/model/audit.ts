/** The audit trail: who did what, when, on whose behalf and why. */
import type { Level } from './credential.ts';
import type { Tuple } from './tuple.ts';
import type { Operation, TupleFilter } from './write.ts';

export const AUDIT_KINDS = [
  'tuple_added',
  'tuple_removed',
  'schema_written',
  'credential_created',
  'credential_revoked',
  'store_created',
  'store_deleted',
  'write_refused',
  'refusals_not_recorded',
  'subject_erased',
] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** What to tell: what agrees with every part that is set. */
export interface AuditFilter {
  /** Of which tuples; if it has a part, what is not about a tuple is left out. */
  tuple: TupleFilter;
  /** `type:id` on whose behalf. */
  actor: string | undefined;
  credentialId: string | undefined;
  /** Each once; all if there are none. */
  kinds: readonly AuditKind[];
  /** From this time on; milliseconds since 1970. */
  since: number | undefined;
  /** Before this time; milliseconds since 1970. */
  until: number | undefined;
}

/** Where an entry stands. The trail begins with the greatest: the parts are compared in their order. */
export interface AuditPlace {
  revision: number;
  /** What a revision did comes before what happened after it. */
  rank: 0 | 1;
  /** Position in its revision, or the number of its event. */
  number: number;
}

/** One thing that happened. */
export interface AuditEntry {
  place: AuditPlace;
  kind: AuditKind;
  /** Milliseconds since 1970, by the database's clock. */
  time: number;
  /** The revision that it made, or that was the newest when it happened. */
  revision: number;
  /** `type:id` on whose behalf. */
  actor: string | undefined;
  /** The credential that was used; undefined if the service asks for none. */
  credentialId: string | undefined;
  /** The caller's metadata, as JSON. */
  metadata: string | undefined;
  /** Added, removed, or not to be. */
  tuple?: Tuple;
  schemaVersion?: number;
  /** Made or revoked. */
  credential?: { id: string; level: Level; description: string };
  /** Made or deleted. */
  store?: { id: string; name: string };
  /** Why a write was refused. */
  refusal?: AuditRefusal;
  /** Refusals that were not recorded, or tuples that an erasure removed. */
  count?: number;
  /** `type:id` that stands for who was erased. */
  pseudonym?: string;
}

export interface AuditRefusal {
  /** As errors have it. */
  reason: string;
  message: string;
  /** What was to be done with the tuple; undefined if the write was refused as a whole. */
  operation: Operation | undefined;
  /** How many updates the write had. */
  updates: number;
}
