/**
 * Keeps the tenants of this node at the head of their stores.
 *
 * One head question for all stores, at least each quarter of the bound on staleness and whenever
 * something wakes the feed, moves every tenant: at the head it becomes fresh as of the moment before
 * the question; behind it the changes are fetched first; off it, the history is lost and the store is
 * loaded anew, serving nothing meanwhile.
 */
import { AtMost } from '../base/at-most.ts';
import { asPembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { RevisionPoint } from '../model/revision.ts';
import type { DatabaseClock } from '../tenant/database-clock.ts';
import type { Clock, Moment } from '../tenant/freshness.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Tenants } from '../tenant/tenants.ts';
import type { FeedSource, Heads, StoreHead } from './feed-source.ts';
import { HeadQuestion } from './head-question.ts';

/** Stores read at a time; more would wait for connections, and wear the database out. */
const LOADS_AT_ONCE = 4;

/** What the primary said of a store, and the moment before it was asked. */
interface Target {
  head: StoreHead;
  asked: Moment;
}

/** Notifications within this time share one head question. */
const WAKE_DELAY_MS = 2;

export interface FeedOptions {
  source: FeedSource;
  tenants: Tenants;
  clock: Clock;
  databaseClock: DatabaseClock;
  log: Log;
  /** How long the feed waits between two head questions, in milliseconds. */
  intervalMs: number;
  onHistoryLost: (tenant: Tenant) => void;
}

export class Feed {
  private readonly options: FeedOptions;
  private readonly question: HeadQuestion;
  private readonly loading = new Map<string, Promise<void>>();
  private readonly loads = new AtMost(LOADS_AT_ONCE);
  /** Stores that are being brought to a head, each by itself: one that has much to catch up with holds up no other. */
  private readonly catchingUp = new Map<string, Promise<void>>();
  /** The newest answer about a store that is being brought to an older one. */
  private readonly targets = new Map<string, Target>();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private woken = false;
  private wasFailing = false;
  constructor(options: FeedOptions) {
    this.options = options;
    this.question = new HeadQuestion(() => this.ask());
  }

  /** Loads every store and begins to follow. Resolves once this node is at the head of all. */
  async start(): Promise<void> {
    await this.options.source.listen(() => this.wake());
    await this.question.join();
    await Promise.all(this.loading.values());
    for (const { failure } of this.options.tenants.all()) if (failure !== undefined) throw failure;
    await this.question.join();
    await Promise.all(this.catchingUp.values());
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
      await this.catchingUp.get(tenant.id);
      await this.loading.get(tenant.id);
      if (tenant.failure !== undefined) throw tenant.failure;
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
    const { log, intervalMs, clock } = this.options;
    this.woken = false;
    const began = clock.now().monotonic;
    try {
      await this.question.join();
      if (this.wasFailing) log.info('the database answers again');
      this.wasFailing = false;
    } catch (error) {
      if (!this.wasFailing && !this.stopped) log.warn('the head question failed; trying on', { error });
      this.wasFailing = true;
    }
    // A wake-up that came meanwhile has set the timer to an earlier time.
    if (!this.stopped && !this.woken)
      this.schedule(Math.max(0, intervalMs - (clock.now().monotonic - began)));
  }

  private async ask(): Promise<void> {
    const { clock, tenants } = this.options;
    // What this node had before it asked: a head behind that is no head of this history.
    const loaded = [...tenants.all()].filter((tenant) => tenant.loaded);
    const before = new Map(loaded.map((tenant) => [tenant.id, tenant.head]));
    const asked = clock.now();
    const { stores, databaseTime } = await this.heads();
    this.options.databaseClock.synchronize(databaseTime, asked);
    for (const tenant of tenants.removeAllBut(stores.map((store) => store.storeId))) tenant.delete();
    for (const head of stores) this.follow(head, asked, before.get(head.storeId));
  }

  private async heads(): Promise<Heads> {
    try {
      return await this.options.source.heads();
    } catch (error) {
      // A database that this version must not read will not get better by itself; whoever asks is told.
      const failure = asPembaError(error);
      if (failure.reason === 'DATABASE_UNSUITABLE') {
        for (const tenant of this.options.tenants.all()) tenant.failure = failure;
      }
      throw error;
    }
  }

  private follow(head: StoreHead, asked: Moment, before: RevisionPoint | undefined): void {
    const tenant = this.options.tenants.add(head.storeId, head.name);
    if (!tenant.loaded) {
      this.load(tenant);
      return;
    }
    // Loaded while the question was under way: newer than its answer, or off the history it is of. The next one tells.
    if (before === undefined && tenant.head.revision >= head.revision && !tenant.isAt(head)) return;
    if (before !== undefined && this.isLost(head, before)) {
      this.loseHistory(tenant);
      return;
    }
    if (!this.catchingUp.has(tenant.id) && tenant.isAt(head)) {
      // The usual case, and it is at once: nothing has happened.
      this.arrive(tenant, { head, asked });
      return;
    }
    this.targets.set(tenant.id, { head, asked });
    if (this.catchingUp.has(tenant.id)) return;
    this.catchingUp.set(tenant.id, this.catchUpWith(tenant));
  }

  /** Brings one store to the newest answer about it. Never rejects. */
  private async catchUpWith(tenant: Tenant): Promise<void> {
    try {
      for (;;) {
        const target = this.targets.get(tenant.id);
        if (target === undefined || !tenant.loaded) return;
        // Revisions beyond an answer were read, or written, before it came, and may have been taken back before it
        // was given. Then it shows that its history is ours, but not that we are as fresh as it; the writer
        // vouches for what it has written, and the next answer for the rest.
        const isPassed = tenant.head.revision > target.head.revision;
        const outcome = await this.reach(tenant, target.head);
        // Loading has its own moment; the next answer tells how the rest stands.
        if (outcome === 'loaded anew') return;
        if (outcome === 'lost') return this.loseHistory(tenant);
        if (!isPassed) this.arrive(tenant, target);
        if (this.targets.get(tenant.id) === target) return;
      }
    } catch (error) {
      this.fail(tenant, error, 'a store cannot be followed; trying on');
    } finally {
      this.targets.delete(tenant.id);
      // At once, and not a turn later, or an answer that comes between would be left lying.
      this.catchingUp.delete(tenant.id);
    }
  }

  /** Reads and applies what leads to the head. */
  private async reach(tenant: Tenant, head: StoreHead): Promise<'there' | 'lost' | 'loaded anew'> {
    const loads = tenant.loadCount;
    while (tenant.loaded && tenant.head.revision < head.revision) {
      const base = tenant.head;
      const records = await this.options.source.after(tenant.id, base);
      // Then these records are of what is gone, and say nothing of what is there.
      if (tenant.loadCount !== loads) break;
      // The head was read before these records, so an empty answer means it went back meanwhile.
      if (records === undefined || records.length === 0 || !tenant.apply(base, records)) return 'lost';
    }
    if (tenant.loadCount !== loads || !tenant.loaded) return 'loaded anew';
    const tag = tenant.tagOf(head.revision);
    return tag === undefined || tag === head.tag ? 'there' : 'lost';
  }

  /** Everything up to the answer is applied. One so old that it cannot be told from another history says nothing. */
  private arrive(tenant: Tenant, { head, asked }: Target): void {
    if (tenant.tagOf(head.revision) !== head.tag) return;
    tenant.failure = undefined;
    tenant.freshness.confirm(asked);
  }

  /** A store that cannot be followed grows stale by itself. */
  private fail(tenant: Tenant, thrown: unknown, message: string): void {
    if (tenant.failure === undefined && !this.stopped) {
      this.options.log.warn(message, { store: tenant.name, error: thrown });
    }
    tenant.failure = asPembaError(thrown);
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
    const loading = this.loads
      .run(() => this.loadNow(tenant))
      .catch((error: unknown) => this.fail(tenant, error, 'loading a store failed; trying again'))
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
    tenant.failure = undefined;
    tenant.freshness.confirm(asked);
    log.info('loaded', {
      store: tenant.name,
      tuples: tenant.tupleCount,
      revision: tenant.head.revision,
      ms: Math.round(clock.now().monotonic - asked.monotonic),
    });
  }
}
