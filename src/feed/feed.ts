/**
 * Keeps the tenants of this node at the head of their stores.
 *
 * One head question for all stores, at least each quarter of the bound on staleness and whenever
 * something wakes the feed, moves every tenant: at the head it becomes fresh as of the moment before
 * the question; behind it the changes are fetched first; off it, the history is lost and the store is
 * loaded anew, serving nothing meanwhile.
 */
import { PembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type RevisionPoint, samePoint } from '../model/revision.ts';
import type { Clock, Moment } from '../tenant/freshness.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tenants } from '../tenant/tenants.ts';
import type { FeedSource, StoreHead } from './feed-source.ts';
import { HeadQuestion } from './head-question.ts';

/** Notifications within this time share one head question. */
const WAKE_DELAY_MS = 2;

export interface FeedOptions {
  source: FeedSource;
  tenants: Tenants;
  clock: Clock;
  log: Log;
  /** How long the feed waits between two head questions, in milliseconds. */
  intervalMs: number;
  onHistoryLost: (tenant: Tenant) => void;
}

export class Feed {
  private readonly options: FeedOptions;
  private readonly question: HeadQuestion;
  private readonly loading = new Map<string, Promise<void>>();
  /** Why stores could not be brought to their heads at the last question. */
  private readonly failures = new Map<string, unknown>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private woken = false;
  private wasFailing = false;
  /** Database time less local time at the last answer, in milliseconds. */
  clockSkewMs = 0;

  constructor(options: FeedOptions) {
    this.options = options;
    this.question = new HeadQuestion(() => this.ask());
  }

  /** Loads every store and begins to follow. Resolves once this node is at the head of all. */
  async start(): Promise<void> {
    await this.options.source.listen(() => this.wake());
    await this.question.join();
    await Promise.all(this.loading.values());
    await this.question.join();
    this.schedule(this.options.intervalMs);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /**
   * Resolves once this node has all that was committed when it was called, or cannot serve the store at all.
   * @throws PembaError what keeps this node from following
   */
  async catchUp(tenant: Tenant): Promise<void> {
    const came = this.options.clock.now();
    while (!tenant.deleted) {
      await this.question.join();
      if (this.failures.has(tenant.id)) throw this.failures.get(tenant.id);
      await this.loading.get(tenant.id);
      // What was loaded may have been read before this call; then the next question brings the rest.
      if (!tenant.loaded || tenant.freshness.isAsOf(came)) return;
    }
  }

  /** Looks for stores this node does not know yet. */
  async discover(): Promise<void> {
    await this.question.join();
    await Promise.all(this.loading.values());
  }

  /**
   * Asks soon, as something may have changed. Many calls make one question: a timer that each call
   * set anew would never fire under a stream of writes.
   */
  wake(): void {
    if (this.stopped || this.woken) return;
    this.woken = true;
    this.schedule(WAKE_DELAY_MS);
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.poll(), delayMs);
  }

  private async poll(): Promise<void> {
    const { log, intervalMs } = this.options;
    this.woken = false;
    try {
      await this.question.join();
      if (this.wasFailing) log.info('the database answers again');
      this.wasFailing = false;
    } catch (error) {
      if (!this.wasFailing && !this.stopped) log.warn('the head question failed; trying on', { error });
      this.wasFailing = true;
    }
    // A wake-up that came meanwhile has set the timer to an earlier time.
    if (!this.stopped && !this.woken) this.schedule(intervalMs);
  }

  private async ask(): Promise<void> {
    const { source, clock, tenants } = this.options;
    // What this node had before it asked: a head behind that is no head of this history.
    const loaded = [...tenants.all()].filter((tenant) => tenant.loaded);
    const before = new Map(loaded.map((tenant) => [tenant.id, tenant.head]));
    const asked = clock.now();
    const { stores, databaseTime } = await source.heads();
    this.clockSkewMs = databaseTime - (asked.wall + clock.now().wall) / 2;
    for (const tenant of tenants.removeAllBut(stores.map((store) => store.storeId))) {
      tenant.delete();
      this.failures.delete(tenant.id);
    }
    await Promise.all(stores.map((head) => this.tryToFollow(head, asked, before.get(head.storeId))));
  }

  /** One store that cannot be followed grows stale by itself, and leaves the others alone. */
  private async tryToFollow(
    head: StoreHead,
    asked: Moment,
    before: RevisionPoint | undefined,
  ): Promise<void> {
    try {
      await this.follow(head, asked, before);
      this.failures.delete(head.storeId);
    } catch (error) {
      if (!this.failures.has(head.storeId) && !this.stopped) {
        this.options.log.warn('a store cannot be followed; trying on', { store: head.name, error });
      }
      this.failures.set(head.storeId, error);
    }
  }

  private async follow(head: StoreHead, asked: Moment, before: RevisionPoint | undefined): Promise<void> {
    const tenant = this.options.tenants.add(head.storeId, head.name);
    if (!tenant.loaded) return this.load(tenant);
    // Loaded while the question was under way: newer than its answer, or off the history it is of. The next one tells.
    if (before === undefined && tenant.head.revision >= head.revision && !tenant.isAt(head)) return;
    if (before !== undefined && this.isLost(head, before)) return this.loseHistory(tenant);
    while (tenant.loaded && tenant.head.revision < head.revision) {
      const records = await this.options.source.after(tenant.id, tenant.head);
      // The head was read before these records, so an empty answer means it went back meanwhile.
      if (records === undefined || records.length === 0 || !tenant.apply(records))
        return this.loseHistory(tenant);
    }
    if (!tenant.loaded) return;
    if (tenant.head.revision === head.revision && !samePoint(tenant.head, head))
      return this.loseHistory(tenant);
    tenant.freshness.confirm(asked);
  }

  private isLost(head: RevisionPoint, before: RevisionPoint): boolean {
    return head.revision < before.revision || (head.revision === before.revision && head.tag !== before.tag);
  }

  private loseHistory(tenant: Tenant): void {
    if (!tenant.loaded) return;
    this.options.log.warn('the history this node followed is gone from the database; loading it anew', {
      store: tenant.name,
      revision: tenant.head.revision,
    });
    this.options.onHistoryLost(tenant);
    tenant.unload();
    this.load(tenant);
  }

  /** Loads in the background; the feed and the other stores go on. */
  private load(tenant: Tenant): void {
    if (this.loading.has(tenant.id)) return;
    const loading = this.loadNow(tenant)
      .catch((error: unknown) => {
        if (!this.stopped)
          this.options.log.warn('loading a store failed; trying again', { store: tenant.name, error });
      })
      .finally(() => this.loading.delete(tenant.id));
    this.loading.set(tenant.id, loading);
  }

  private async loadNow(tenant: Tenant): Promise<void> {
    const { source, clock, log } = this.options;
    const asked = clock.now();
    let reported = asked.monotonic;
    const state = await source.load(tenant.id, (tuples) => {
      const now = clock.now().monotonic;
      if (now - reported < 1000) return;
      reported = now;
      log.info('loading', { store: tenant.name, tuples });
    });
    if (state === undefined || tenant.deleted) return;
    tenant.install(state);
    tenant.freshness.confirm(asked);
    log.info('loaded', {
      store: tenant.name,
      tuples: tenant.tupleCount,
      revision: tenant.head.revision,
      ms: Math.round(clock.now().monotonic - asked.monotonic),
    });
  }
}

/** What a caller gets who waits for a revision that does not come. */
export function notYetKnown(field: string): PembaError {
  return new PembaError(
    'ZOOKIE_NOT_YET_KNOWN',
    `${field}: this revision is not in the database; if it was restored from an earlier copy the write is lost, otherwise try again`,
    { field },
  );
}
