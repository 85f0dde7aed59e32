/**
 * A feed under commits, restores, failures and delays in any order: whatever a tenant holds was the
 * whole truth at some moment since its fresh-as-of, and whoever waited for the head got it.
 */
import { expect, it } from 'vitest';
import type { RevisionRecord } from '../../src/tenant/revision-record.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { FakeStore, settle } from './scripted-source.ts';
import { type Bench, holdsExactly, makeFeed } from './workbench.ts';

/** What a store held at each head it ever had, and until when that was its head. */
class Truth {
  private readonly store: FakeStore;
  private readonly heads = new Map<string, { until: number; records: RevisionRecord[] }>();

  constructor(store: FakeStore) {
    this.store = store;
    this.note();
  }

  note(): void {
    const records = [...this.store.records];
    this.heads.set(this.store.head.tag, { until: Number.POSITIVE_INFINITY, records });
  }

  change(now: number, change: () => void): void {
    const old = this.heads.get(this.store.head.tag);
    if (old !== undefined) old.until = now;
    change();
    this.note();
  }

  at(tag: string): { until: number; records: RevisionRecord[] } {
    return this.heads.get(tag) ?? { until: Number.NEGATIVE_INFINITY, records: [] };
  }
}

const KINDS = ['heads', 'after', 'load'] as const;

class Run {
  private readonly stores = [new FakeStore('1'), new FakeStore('2')];
  private readonly truths = this.stores.map((store) => new Truth(store));
  private readonly bench: Bench = makeFeed(this.stores);
  private readonly random: () => number;
  private readonly label: string;
  private readonly callers: Promise<void>[] = [];
  answered = 0;
  restores = 0;

  constructor(seed: number) {
    this.random = seeded(seed);
    this.label = `seed ${seed}`;
  }

  async go(steps: number): Promise<void> {
    await this.bench.feed.start();
    for (let i = 0; i < steps; i++) {
      this.bench.clock.ms += 1;
      this.step(this.random());
      for (let turns = Math.floor(this.random() * 4); turns > 0; turns--) await Promise.resolve();
      if (this.random() < 0.3) await settle();
      this.look();
    }
    await this.end();
  }

  private step(what: number): void {
    const which = this.random() < 0.7 ? 0 : 1;
    const [store, truth] = [this.stores[which], this.truths[which]];
    const { clock, source, tenants } = this.bench;
    const tenant = tenants.get(store.id);
    const kind = KINDS[Math.floor(this.random() * KINDS.length)];
    const gate = (this.random() < 0.5 ? source.before : source.behind)[kind];
    if (what < 0.3) truth.change(clock.ms, () => void store.commit());
    else if (what < 0.4) this.write(which);
    else if (what < 0.44 && store.head.revision > 0) {
      this.restores += 1;
      truth.change(clock.ms, () => store.restore(Math.floor(this.random() * store.head.revision)));
    } else if (what < 0.6) this.wait(which);
    else if (what < 0.7) gate.isOpen = false;
    else if (what < 0.95) gate.open();
    else source.failures[kind] += 1;
    expect(tenant.deleted).toBe(false);
  }

  /** As the writer does: only on the head, and applied at once. */
  private write(which: number): void {
    const [store, truth, tenant] = [
      this.stores[which],
      this.truths[which],
      this.bench.tenants.get(this.stores[which].id),
    ];
    if (!tenant.isAt(store.head)) return;
    const { ms } = this.bench.clock;
    truth.change(ms, () => void store.commit());
    tenant.apply(tenant.head, store.records.slice(-1));
    tenant.freshness.confirm({ monotonic: ms, wall: ms });
  }

  private wait(which: number): void {
    const { clock, feed, tenants } = this.bench;
    const tenant = tenants.get(this.stores[which].id);
    const came = clock.ms;
    const got = (): void => {
      if (!tenant.loaded) return;
      this.answered += 1;
      expect(this.truths[which].at(tenant.head.tag).until, this.label).toBeGreaterThanOrEqual(came);
    };
    this.callers.push(
      feed.catchUp(tenant).then(got, (error: Error) => {
        expect(error.message, this.label).toContain('scripted failure');
      }),
    );
  }

  private look(): void {
    const { clock, tenants } = this.bench;
    for (const [i, store] of this.stores.entries()) {
      const tenant = tenants.get(store.id);
      if (!tenant.loaded) continue;
      const { until, records } = this.truths[i].at(tenant.head.tag);
      expect(holdsExactly(tenant, records), this.label).toBe(true);
      expect(until, this.label).toBeGreaterThanOrEqual(clock.ms - tenant.freshness.age());
    }
  }

  private async end(): Promise<void> {
    const { source, feed, tenants } = this.bench;
    source.failures.heads = source.failures.after = source.failures.load = 0;
    for (const kind of KINDS) for (const gate of [source.before[kind], source.behind[kind]]) gate.open();
    await Promise.all(this.callers);
    // A load that was seen to be of a lost history is followed by another.
    for (let i = 0; i < 3; i++) for (const store of this.stores) await feed.catchUp(tenants.get(store.id));
    for (const store of this.stores) {
      expect(tenants.get(store.id).isAt(store.head), this.label).toBe(true);
      expect(holdsExactly(tenants.get(store.id), store.records), this.label).toBe(true);
    }
  }
}

it('holds what was true since its fresh-as-of, and answers who waits for the head with the head', async () => {
  const seed = randomSeed();
  let [answered, restores] = [0, 0];
  for (let i = 0; i < 60; i++) {
    const run = new Run(seed + i);
    await run.go(300);
    answered += run.answered;
    restores += run.restores;
  }
  expect(answered).toBeGreaterThan(500);
  expect(restores).toBeGreaterThan(100);
});
