/** What lookups found, kept for a while, so that the following pages need not be computed anew. */
import { LRUCache } from 'lru-cache';
import type { Found } from '../engine/lookup/found.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** Kept in all, of all stores. */
const MOST_BYTES = 67_108_864;
/** How long a caller may think between two pages, in milliseconds, until the result may be forgotten. */
const KEPT_MS = 300_000;

/** What a result is of. */
export interface FoundAt {
  point: RevisionPoint;
  queryHash: string;
  /** The time the question was asked for, in milliseconds since 1970. */
  now: number;
}

/** A whole result, and the memory it takes. */
export interface KeptFound {
  found: readonly Found[];
  bytes: number;
}

export class FoundCache {
  private readonly cache: LRUCache<string, KeptFound>;

  /** @param mostBytes how much is kept in all */
  constructor(mostBytes = MOST_BYTES) {
    this.cache = new LRUCache({
      maxSize: mostBytes,
      sizeCalculation: ({ bytes }) => Math.max(1, bytes),
      ttl: KEPT_MS,
    });
  }

  /** A longer result than is kept in all is not kept. */
  keep(tenant: Tenant, at: FoundAt, result: KeptFound): void {
    this.cache.set(keyOf(tenant, at), result);
  }

  get(tenant: Tenant, at: FoundAt): KeptFound | undefined {
    return this.cache.get(keyOf(tenant, at));
  }

  /** Forgets what was not asked for the longest, until there is no more than that. */
  shrinkTo(bytes: number): void {
    while (this.bytes > bytes) this.cache.pop();
  }

  /** Kept now. */
  get bytes(): number {
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
