/** What the feed reads from: implemented by `postgres/`; later, Redis may bring records as well. */
import type { RevisionPoint } from '../model/revision.ts';
import type { RevisionRecord } from '../tenant/revision-record.ts';
import type { TenantState } from '../tenant/tenant.ts';

/** The head of one store, as the primary said. */
export interface StoreHead extends RevisionPoint {
  storeId: string;
  name: string;
}

/** The answer to one head question. */
export interface Heads {
  stores: StoreHead[];
  /** Milliseconds since 1970 by the database's clock. */
  databaseTime: number;
}

export interface FeedSource {
  /**
   * Asks the primary for the heads of all stores, in one query.
   * @throws PembaError DATABASE_UNAVAILABLE, also if it is not the primary that answers
   */
  heads(): Promise<Heads>;

  /**
   * The revisions after `point`, in order, as far as one read goes; empty if there are none.
   * @returns undefined if the store's history does not hold `point`: it is lost, or pruned
   */
  after(storeId: string, point: RevisionPoint): Promise<RevisionRecord[] | undefined>;

  /** Reads a whole store in one snapshot; undefined if it does not exist. */
  load(storeId: string, onProgress: (tuples: number) => void): Promise<TenantState | undefined>;

  /** Calls back whenever some store may have changed, until stopped. Losing calls costs latency only. */
  listen(onWake: () => void): Promise<void>;
}
