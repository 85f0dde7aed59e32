/** What the writer needs of the database: implemented by `postgres/`. */
import type { Credential } from '../model/credential.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Change, Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import type { RevisionRecord } from '../tenant/revision-record.ts';

/** Who made a revision, and why; recorded with it. */
export interface Attribution {
  /** `type:id` on whose behalf. */
  actor?: string;
  credentialId?: string;
  /** The caller's metadata, as JSON. */
  metadata?: string;
}

/** A revision about to be committed. */
export interface NewRevision extends RevisionPoint, Attribution {
  kind: 'tuples' | 'schema' | 'credential';
  changes: Change[];
  schema?: NewSchema;
  credentialCreated?: Credential;
  credentialRevoked?: { id: string; revokedAt: number };
  idempotency?: IdempotencyKey;
}

export interface NewSchema {
  version: number;
  text: string;
  compiled: CompiledSchema;
}

/** A name for a request, unique to the credential that sent it. */
export interface IdempotencyKey {
  /** Empty for the service itself, and for nobody else: no caller's key is ever one of its own. */
  credentialId: string;
  key: string;
  requestHash: Buffer;
  /** Kept as long as the store is, rather than for 24 hours. */
  isLasting?: boolean;
}

/** An earlier request of the same key, and the revision it made. */
export interface IdempotentResult {
  requestHash: Buffer;
  point: RevisionPoint;
}

/** The difference a whole group of revisions makes to the stored tuples. */
export interface TupleDelta {
  /** Present afterwards, and added last at this revision. */
  present: { tuple: Tuple; revision: number }[];
  /** Present before and absent afterwards. */
  absent: Tuple[];
}

/** One transaction that holds the lock of one store's row. */
export interface LedgerTransaction {
  /** The store's head, read under the lock. */
  readonly head: RevisionPoint;
  /** The time of revisions made in this transaction, in milliseconds since 1970; never before the head's. */
  readonly time: number;
  /** As {@link FeedSource.after}, inside the transaction. */
  after(point: RevisionPoint): Promise<RevisionRecord[] | undefined>;
  /** Results of earlier requests, by {@link idempotencyName}. */
  findIdempotent(keys: readonly IdempotencyKey[]): Promise<Map<string, IdempotentResult>>;
  /** At most `limit` stored tuples that a filter selects, those of one object behind each other. */
  selectTuples(filter: TupleFilter, limit: number): Promise<Tuple[]>;
  append(revisions: readonly NewRevision[], delta: TupleDelta): Promise<void>;
  /** @throws CommitAnswerLost if it cannot be known whether it committed */
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface Ledger {
  /** @throws PembaError DATABASE_UNAVAILABLE, UNKNOWN_STORE */
  begin(storeId: string): Promise<LedgerTransaction>;
  /**
   * Whether the transaction that would have made `point` committed: waits for the store's lock, and
   * so for that transaction's end, then looks for the point.
   */
  wasCommitted(storeId: string, point: RevisionPoint): Promise<boolean>;
  /** Tells other nodes that something changed. Never fails; never waits. */
  announce(): void;
}

/** The connection broke while COMMIT was under way. */
export class CommitAnswerLost extends Error {}

export function idempotencyName(key: { credentialId: string; key: string }): string {
  return JSON.stringify([key.credentialId, key.key]);
}
