/** Erasing in the log of a store, as the service needs it. */
import { PembaError } from '../base/errors.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Attribution } from '../write/ledger.ts';

/** An erasure whose tuples are removed. */
export interface NewErasure {
  subject: ObjectRef;
  attribution: Attribution;
  /** Tuples, since the last attempt to begin that was not answered by `stored`. */
  removed: number;
  /** How long all nodes have to follow the last removal before the log is touched, in milliseconds. */
  settleMs: number;
}

/** What became of an attempt to begin. */
export type Beginning =
  | { state: 'begun'; point: RevisionPoint; pseudonym: ObjectRef; removed: number }
  /** There are tuples of it: they have to be removed first. */
  | { state: 'stored' }
  /** It is on record, but some node may still have to read rows that name it; to be tried again in so many milliseconds. */
  | { state: 'settling'; waitMs: number };

/** Erasing in the log: implemented by `postgres/`. */
export interface ErasureTable {
  /** Whether the store's log names the subject, or an erasure of it is under way. */
  isNamed(storeId: string, subject: ObjectRef): Promise<boolean>;
  /**
   * Ends the history that may be followed where it names the subject, and records that it is to be erased: from then on
   * it will be, even if this node ends. One that is under way already is taken up again, and all that it removed counts.
   * @throws PembaError UNKNOWN_STORE, DATABASE_UNAVAILABLE
   */
  begin(storeId: string, erasure: NewErasure): Promise<Beginning>;
  /**
   * Puts the pseudonym in the place of the subject, and forgets who it was. If nothing named it, nothing is told of it.
   * @param isStopped asked before each portion
   * @throws PembaError SHUTTING_DOWN if it was stopped, DATABASE_UNAVAILABLE
   */
  finish(storeId: string, subject: ObjectRef, isStopped: () => boolean): Promise<void>;
  /**
   * How many rows of the log named a subject that has been erased since a revision, whoever finished it; undefined if
   * nothing named it.
   */
  rewritten(storeId: string, pseudonym: ObjectRef, since: number): Promise<number | undefined>;
}

/** What a caller is told whose erasure did not come to its end. */
export function eraseAgain(): PembaError {
  return new PembaError(
    'SHUTTING_DOWN',
    'this node is stopping before the subject was erased; send the request again, to another node',
  );
}
