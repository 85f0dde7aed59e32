/** What lookups found, kept for a while, so that the following pages need not be computed anew. */
import { LRUCache } from 'lru-cache';
import type { Found } from '../engine/lookup/found.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** Results kept in all, of all stores; some 100 bytes each. */
const RESULTS = 1_000_000;
/** How long a caller may think between two pages, in milliseconds, until the result may be forgotten. */
const KEPT_MS = 300_000;

/** What a result is of. */
export interface FoundAt {
  point: RevisionPoint;
  queryHash: string;
  /** The time the question was asked for, in milliseconds since 1970. */
  now: number;
}

export class FoundCache {
  private readonly cache: LRUCache<string, readonly Found[]>;

  /** @param results how many are kept in all */
  constructor(results = RESULTS) {
    this.cache = new LRUCache({
      maxSize: results,
      sizeCalculation: (found) => found.length + 1,
      ttl: KEPT_MS,
    });
  }

  /** A longer result than is kept in all is not kept. */
  keep(tenant: Tenant, at: FoundAt, found: readonly Found[]): void {
    this.cache.set(keyOf(tenant, at), found);
  }

  get(tenant: Tenant, at: FoundAt): readonly Found[] | undefined {
    return this.cache.get(keyOf(tenant, at));
  }

  /** Results kept now. */
  get size(): number {
    return this.cache.calculatedSize;
  }
}

/**
 * What was found before a store was loaded anew is not served afterwards. No part can hold the separator, and the
 * hash is of the store, too.
 */
function keyOf(tenant: Tenant, { point, queryHash, now }: FoundAt): string {
  return [tenant.id, tenant.loadCount, point.revision, point.tag, now, queryHash].join(' ');
}
