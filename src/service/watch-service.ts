/**
 * Watch: the changes of a store, from a revision on.
 *
 * Each watch reads the log of the database at its own pace, a page at a time, and is woken when this node learns of
 * a revision. Nothing is queued for it, so a slow reader loses nothing and costs nobody anything.
 */
import { PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
import { assertNamesKnown } from '../judge/filter-names.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { Change } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { ZookieCodec } from '../tenant/zookie.ts';
import { Bell } from './bell.ts';
import type { History, LogEntry } from './history.ts';
import { LogPages } from './log-pages.ts';
import { assertKept } from './named-revision.ts';
import { isSelected } from './selects.ts';

const AFTER = 'after';

export interface WatchQuery {
  /** At most the limit `watchFilters`; none for all changes. */
  filters: readonly TupleFilter[];
  /** A zookie; empty for the present. */
  after: string;
  /** An event comes at least so often, in milliseconds. */
  heartbeatMs: number;
}

/** What one revision changed, or a checkpoint: that nothing selected has changed up to one. */
export interface WatchEvent {
  zookie: string;
  /** Empty in a checkpoint, and where only the schema changed. */
  changes: Change[];
  /** Milliseconds since 1970 by the database's clock; undefined where it is not known. */
  time: number | undefined;
  actor: string | undefined;
  /** JSON */
  metadata: string | undefined;
  schemaVersion: number | undefined;
}

/** How far a watch has come. */
interface Position {
  point: RevisionPoint;
  time: number | undefined;
}

export class WatchService {
  private readonly history: History;
  private readonly pages: LogPages;
  private readonly zookies: ZookieCodec;
  private readonly limits: Limits;
  /** How many are open, by store. */
  private readonly open = new Map<Tenant, number>();

  constructor(history: History, zookies: ZookieCodec, limits: Limits) {
    this.history = history;
    this.pages = new LogPages(history);
    this.zookies = zookies;
    this.limits = limits;
  }

  /**
   * Goes on until the signal is aborted, and then ends without an error.
   * @throws PembaError LIMIT, NOT_READY, STALE, UNKNOWN_STORE, NO_SCHEMA, UNKNOWN_TYPE, UNKNOWN_RELATION, ZOOKIE_*; while
   *   it runs: UNKNOWN_STORE, STALE, NOT_READY, ZOOKIE_TOO_OLD, ZOOKIE_LOST_HISTORY, DATABASE_UNAVAILABLE
   */
  async *watch(tenant: Tenant, query: WatchQuery, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    tenant.assertLoaded();
    query.filters.forEach((filter, i) => {
      if (Object.keys(filter).length > 0) assertNamesKnown(tenant.currentPlan, filter, `filters[${i}]`);
    });
    this.enter(tenant);
    const bell = new Bell();
    const ring = (): void => bell.ring();
    const stopListening = tenant.onChange(ring);
    signal.addEventListener('abort', ring);
    try {
      yield* this.follow(tenant, query, bell, signal);
    } finally {
      signal.removeEventListener('abort', ring);
      stopListening();
      this.leave(tenant);
    }
  }

  private async *follow(
    tenant: Tenant,
    { filters, after, heartbeatMs }: WatchQuery,
    bell: Bell,
    signal: AbortSignal,
  ): AsyncGenerator<WatchEvent> {
    const position = await this.start(tenant, after);
    let sent = performance.now();
    // Tells the caller where to go on, should nothing ever change.
    if (after === '') yield this.checkpoint(tenant, position);
    while (!signal.aborted) {
      const page = tenant.isAt(position.point) ? [] : await this.read(tenant, position.point);
      for (const entry of page) {
        const event = this.eventOf(tenant, entry, filters);
        position.point = { revision: entry.revision, tag: entry.tag };
        position.time = entry.time;
        if (event === undefined) continue;
        yield event;
        sent = performance.now();
      }
      if (performance.now() - sent >= heartbeatMs) {
        yield this.checkpoint(tenant, position);
        sent = performance.now();
      }
      if (page.length === 0) await bell.wait(sent + heartbeatMs - performance.now());
    }
  }

  /** Where it begins. @throws PembaError ZOOKIE_*, STALE */
  private async start(tenant: Tenant, after: string): Promise<Position> {
    if (after === '') {
      tenant.assertFresh();
      return { point: tenant.head, time: tenant.headTime };
    }
    const point = this.zookies.decode(after, tenant.id, AFTER);
    assertKept(tenant, await this.history.status(tenant.id, point), { field: AFTER, text: after });
    return { point, time: undefined };
  }

  private async read(tenant: Tenant, point: RevisionPoint): Promise<readonly LogEntry[]> {
    if (tenant.deleted) tenant.assertLoaded();
    const page = await this.pages.after(tenant, point);
    if (page !== undefined) return page;
    const status = await this.history.status(tenant.id, point);
    // It was there before.
    assertKept(tenant, status === 'ahead' ? 'lost' : status, {
      field: AFTER,
      text: this.zookies.encode(tenant.id, point),
    });
    throw new PembaError('NOT_READY', 'the history of this store changed meanwhile; try again');
  }

  private eventOf(tenant: Tenant, entry: LogEntry, filters: readonly TupleFilter[]): WatchEvent | undefined {
    const { time, actor, metadata, schemaVersion } = entry;
    const changes = entry.changes.filter(({ tuple }) => isSelected(tuple, filters));
    if (changes.length === 0 && schemaVersion === undefined) return undefined;
    return { zookie: this.zookies.encode(tenant.id, entry), changes, time, actor, metadata, schemaVersion };
  }

  /** A checkpoint says that there is nothing else, which only a node that follows can know. */
  private checkpoint(tenant: Tenant, { point, time }: Position): WatchEvent {
    tenant.assertLoaded();
    tenant.assertFresh();
    return {
      zookie: this.zookies.encode(tenant.id, point),
      changes: [],
      time,
      actor: undefined,
      metadata: undefined,
      schemaVersion: undefined,
    };
  }

  private enter(tenant: Tenant): void {
    const open = this.open.get(tenant) ?? 0;
    if (open >= this.limits.watches) throw limitReached('watches', this.limits.watches);
    this.open.set(tenant, open + 1);
  }

  private leave(tenant: Tenant): void {
    const open = (this.open.get(tenant) ?? 0) - 1;
    if (open > 0) this.open.set(tenant, open);
    else this.open.delete(tenant);
  }
}
