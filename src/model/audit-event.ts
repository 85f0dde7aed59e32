/** What the audit tells and no revision does. */
import type { Tuple } from './tuple.ts';
import type { Operation } from './write.ts';

export type AuditEventKind =
  | 'write_refused'
  | 'refusals_not_recorded'
  | 'store_created'
  | 'store_deleted'
  | 'subject_erased';

export interface AuditEvent {
  kind: AuditEventKind;
  /** The store's head when it happened. */
  revision: number;
  /** Milliseconds since 1970, by the database's clock. */
  time: number;
  /** `type:id` on whose behalf. */
  actor?: string;
  credentialId?: string;
  /** The caller's metadata, as JSON. */
  metadata?: string;
  /** Of a refused write: why, as errors have it and in words. */
  reason?: string;
  message?: string;
  /** The update that was refused, if it was for one of them. */
  operation?: Operation;
  tuple?: Pick<Tuple, 'object' | 'relation' | 'subject'>;
  /** Updates of the refused write; refused writes that were not recorded; tuples that an erasure removed. */
  count?: number;
  /** Rows of the log that named who was erased. */
  rewritten?: number;
  /** The store that was made or deleted, as `NAME (ID)`; the pseudonym of who was erased, as `type:id`. */
  name?: string;
}
