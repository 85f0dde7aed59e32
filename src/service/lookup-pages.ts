/**
 * The pages of a lookup: all at the revision of the first, on whichever node.
 *
 * A lookup is computed as a whole before its first page is sent, so that no pin waits for a slow reader. What is sent is
 * dropped.
 */
import type { Limits } from '../base/limits.ts';
import type { Found } from '../engine/lookup/found.ts';
import { formatContext } from '../model/grant.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import type { ConsistencyService } from './consistency.ts';
import { type Exploration, Explorations } from './explorations.ts';
import type { FoundAt, KeptFound } from './found-cache.ts';
import type { RevisionName } from './named-revision.ts';
import {
  assertNoConsistency,
  assertPageSize,
  type Cursor,
  hashOf,
  PageTokens,
  pageTokenInvalid,
} from './page-token.ts';
import { askPinned, type ExploreContext, type Question } from './pinned-work.ts';

/** Results of one message. */
const MESSAGE_RESULTS = 1_000;

/** One message. */
export interface LookupPage {
  /** Up to 1,000. */
  results: readonly Found[];
  /** Goes on after the last result; empty if there are no more. */
  nextPageToken: string;
  /** The revision of all pages. */
  zookie: string;
}

export interface PageRequest {
  /** 0 for everything. */
  pageSize: number;
  /** Empty for the first page. */
  pageToken: string;
}

interface LookupCursor extends Cursor {
  /** The time all pages are asked for, in milliseconds since 1970. */
  now: number;
  /** How many results the pages before had, and the last of them. */
  before: number;
  lastId: string;
}

/** All that a lookup found, and where the page begins. */
interface Whole extends FoundAt, KeptFound {
  /** Nobody else has the list. */
  isOwn: boolean;
  start: number;
  zookie: string;
}

/** What the caller asked for and has not got yet. */
interface Rest extends FoundAt {
  /** What is sent already is {@link SENT}. */
  results: Found[];
  /** The place of the first in all that was found, and how much that was. */
  start: number;
  total: number;
  zookie: string;
}

const SENT: Found = { id: '', answer: 'denied' };

export class LookupPages {
  private readonly consistency: ConsistencyService;
  private readonly zookies: ZookieCodec;
  private readonly limits: Limits;
  private readonly tokens: PageTokens<LookupCursor>;
  private readonly explorations: Explorations;
  private readonly now: () => number;

  /** @param now milliseconds since 1970 */
  constructor(
    consistency: ConsistencyService,
    zookies: ZookieCodec,
    limits: Limits,
    now: () => number,
    explorations = new Explorations(limits),
  ) {
    this.consistency = consistency;
    this.zookies = zookies;
    this.limits = limits;
    this.now = now;
    this.explorations = explorations;
    this.tokens = new PageTokens(zookies, 'lookup', 'question');
  }

  /**
   * @param asked what tells the question from others, beside its contextual tuples
   * @throws PembaError PAGE_TOKEN_INVALID, MALFORMED_REQUEST, LIMIT, and what {@link askPinned} throws
   */
  async *pages(
    tenant: Tenant,
    asked: readonly string[],
    question: Question<Found[]>,
    request: PageRequest,
    context: ExploreContext,
  ): AsyncGenerator<LookupPage, void, undefined> {
    assertPageSize(request.pageSize, this.limits, 'lookupPage', 'everything, or how many results to list');
    const queryHash = hashOf([
      tenant.id,
      ...asked,
      context.contextualTuples,
      context.context === undefined ? null : formatContext(context.context),
    ]);
    const cursor = this.tokens.decode(request.pageToken, queryHash);
    const exploration = this.explorations.begin();
    try {
      const rest = await this.restOf(tenant, queryHash, cursor, question, request, context, exploration);
      const { results } = rest;
      const bytesEach = Math.floor(exploration.heldBytes / Math.max(1, results.length));
      let from = 0;
      do {
        const to = Math.min(from + MESSAGE_RESULTS, results.length);
        yield {
          results: results.slice(from, to),
          nextPageToken: this.tokenAt(rest, to),
          zookie: rest.zookie,
        };
        exploration.hold(-bytesEach * (to - from));
        results.fill(SENT, from, to);
        from = to;
      } while (from < results.length);
    } finally {
      exploration.end();
    }
  }

  private async restOf(
    tenant: Tenant,
    queryHash: string,
    cursor: LookupCursor | undefined,
    question: Question<Found[]>,
    { pageSize, pageToken }: PageRequest,
    context: ExploreContext,
    exploration: Exploration,
  ): Promise<Rest> {
    const { found, bytes, isOwn, start, ...at } = await (cursor === undefined
      ? this.first(tenant, queryHash, question, context, exploration)
      : this.following(tenant, cursor, pageToken, question, context, exploration));
    const total = found.length;
    const end = pageSize === 0 ? total : Math.min(start + pageSize, total);
    if (end < total) this.explorations.cache.keep(tenant, at, { found, bytes });
    if (isOwn && start === 0 && end === total) return { ...at, results: found as Found[], start, total };
    // The whole is held by the cache, or by nobody.
    const share = Math.ceil((bytes * (end - start)) / Math.max(1, total));
    exploration.hold(share - exploration.heldBytes);
    return { ...at, results: found.slice(start, end), start, total };
  }

  private async first(
    tenant: Tenant,
    queryHash: string,
    question: Question<Found[]>,
    context: ExploreContext,
    exploration: Exploration,
  ): Promise<Whole> {
    const { consistency } = context;
    const now = consistency.mode === 'at_exact_time' ? consistency.timeMs : this.now();
    const state = await this.consistency.pinned(tenant, context.consistency, context);
    const { point, zookie } = state;
    const found = await askPinned(state, question, context, this.limits, () => now, exploration);
    return { found, bytes: exploration.heldBytes, isOwn: true, start: 0, point, queryHash, now, zookie };
  }

  private async following(
    tenant: Tenant,
    cursor: LookupCursor,
    pageToken: string,
    question: Question<Found[]>,
    context: ExploreContext,
    exploration: Exploration,
  ): Promise<Whole> {
    assertNoConsistency(context.consistency);
    const { zookie, now, queryHash } = cursor;
    const name = { field: 'page_token', text: pageToken };
    const point = this.zookies.decode(zookie, tenant.id, name.field);
    const at = { point, queryHash, now };
    // What is kept is served only where it could be computed as well.
    tenant.assertLoaded();
    tenant.assertFresh();
    const kept = this.explorations.cache.get(tenant, at);
    // Where history ended because somebody was erased, what was found before may name them.
    if (kept !== undefined) await this.consistency.assertStillKept(tenant, point, name, context.deadline);
    const { found, bytes } = kept ?? (await this.again(tenant, at, name, question, context, exploration));
    return {
      ...at,
      found,
      bytes,
      isOwn: kept === undefined,
      start: startAfter(found, cursor, pageToken),
      zookie,
    };
  }

  private async again(
    tenant: Tenant,
    { point, now }: FoundAt,
    name: RevisionName,
    question: Question<Found[]>,
    context: ExploreContext,
    exploration: Exploration,
  ): Promise<KeptFound> {
    const state = await this.consistency.pinnedAt(tenant, point, name, context);
    const found = await askPinned(state, question, context, this.limits, () => now, exploration);
    return { found, bytes: exploration.heldBytes };
  }

  private tokenAt({ results, start, total, queryHash, zookie, now }: Rest, to: number): string {
    if (start + to >= total) return '';
    return this.tokens.encode({
      queryHash,
      zookie,
      now,
      before: start + to,
      lastId: results[to - 1].id,
    });
  }
}

/** One question about one revision has one result; but another version of the service may have made the token. */
function startAfter(found: readonly Found[], { before, lastId }: LookupCursor, pageToken: string): number {
  if (found[before - 1]?.id === lastId) return before;
  const last = found.findIndex(({ id }) => id === lastId);
  if (last >= 0) return last + 1;
  throw pageTokenInvalid(
    pageToken,
    'there is no such place in the result any more; ask for the first page again',
  );
}
