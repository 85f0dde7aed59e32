/** A database in memory that answers when the test says so, and can be restored to an earlier state. */
import { PembaError } from '../../src/base/errors.ts';
import type { FeedSource, Heads } from '../../src/feed/feed-source.ts';
import { Graph } from '../../src/graph/graph.ts';
import type { RevisionPoint } from '../../src/model/revision.ts';
import { type Change, parseTuple } from '../../src/model/tuple.ts';
import type { Clock, Moment } from '../../src/tenant/freshness.ts';
import type { RevisionRecord } from '../../src/tenant/revision-record.ts';
import type { TenantState } from '../../src/tenant/tenant.ts';

/** Lets all promises that can settle do so. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

export class FakeClock implements Clock {
  ms = 1_000;

  now(): Moment {
    return { monotonic: this.ms, wall: this.ms };
  }
}

/** The tuple a revision adds; one that is restored and written anew adds another. */
export function tupleText(point: RevisionPoint): string {
  return `doc:${point.revision}x${point.tag}#reader@user:ada`;
}

export class FakeStore {
  readonly id: string;
  records: RevisionRecord[] = [];
  /** What `after` fails with, if it does. */
  failure: Error | undefined;
  private start: RevisionPoint;
  private lastTag = 0;

  constructor(id: string) {
    this.id = id;
    this.start = this.point(0);
  }

  private point(revision: number): RevisionPoint {
    this.lastTag += 1;
    return { revision, tag: String(this.lastTag) };
  }

  get head(): RevisionPoint {
    const { revision, tag } = this.records[this.records.length - 1] ?? this.start;
    return { revision, tag };
  }

  commit(): RevisionRecord {
    const point = this.point(this.head.revision + 1);
    const change: Change = { op: 'add', tuple: parseTuple(tupleText(point), 'tuple') };
    const record = { ...point, time: point.revision, changes: [change] };
    this.records.push(record);
    return record;
  }

  /** Goes back to a revision, as a restore from an earlier copy does. */
  restore(revision: number): void {
    this.records.length = revision;
  }

  state(): TenantState {
    const graph = new Graph();
    for (const { changes } of this.records) for (const { tuple } of changes) graph.add(tuple);
    return { point: this.head, time: 0, graph, schema: undefined, credentials: [] };
  }

  after({ revision, tag }: RevisionPoint): RevisionRecord[] | undefined {
    const base = revision === 0 ? this.start : this.records[revision - 1];
    return base?.tag === tag ? this.records.slice(revision) : undefined;
  }
}

type Kind = 'heads' | 'after' | 'load';

/** Stops answers of a kind where they are until it is opened. */
export class Gate {
  private readonly waiting: (() => void)[] = [];
  isOpen = true;

  pass(): Promise<void> {
    return this.isOpen ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  open(): void {
    this.isOpen = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  get count(): number {
    return this.waiting.length;
  }
}

export class ScriptedSource implements FeedSource {
  readonly stores: FakeStore[];
  /** Holds what was asked before it reaches the database. */
  readonly before: Record<Kind, Gate> = { heads: new Gate(), after: new Gate(), load: new Gate() };
  /** Holds the answer on its way back. */
  readonly behind: Record<Kind, Gate> = { heads: new Gate(), after: new Gate(), load: new Gate() };
  readonly asked: Record<Kind, number> = { heads: 0, after: 0, load: 0 };
  /** So many of the next ones fail. */
  readonly failures: Record<Kind, number> = { heads: 0, after: 0, load: 0 };
  onWake: () => void = () => undefined;

  constructor(...stores: FakeStore[]) {
    this.stores = stores;
  }

  heads(): Promise<Heads> {
    return this.answer('heads', () => ({
      stores: this.stores.map((store) => ({ ...store.head, storeId: store.id, name: `store-${store.id}` })),
      databaseTime: 0,
    }));
  }

  after(storeId: string, point: RevisionPoint): Promise<RevisionRecord[] | undefined> {
    return this.answer('after', () => {
      const store = this.store(storeId);
      if (store?.failure !== undefined) throw store.failure;
      return store?.after(point);
    });
  }

  load(storeId: string): Promise<TenantState | undefined> {
    return this.answer('load', () => this.store(storeId)?.state());
  }

  listen(onWake: () => void): Promise<void> {
    this.onWake = onWake;
    return Promise.resolve();
  }

  private store(id: string): FakeStore | undefined {
    return this.stores.find((store) => store.id === id);
  }

  private async answer<T>(kind: Kind, look: () => T): Promise<T> {
    this.asked[kind] += 1;
    await this.before[kind].pass();
    if (this.failures[kind] > 0) {
      this.failures[kind] -= 1;
      throw new PembaError('DATABASE_UNAVAILABLE', `scripted failure of ${kind}`);
    }
    const seen = look();
    await this.behind[kind].pass();
    return seen;
  }
}
