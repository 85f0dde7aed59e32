/** What is recorded of many refusals, and when: by a clock of the test's own, into a log of its own. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import type { Moment } from '../../src/tenant/freshness.ts';
import { RefusalRecorder } from '../../src/write/refusal-recorder.ts';

const PER_SECOND = 10;

class World {
  now: Moment = { monotonic: 5_000, wall: 1_000_000 };
  readonly written: { store: string; events: AuditEvent[] }[] = [];
  readonly logged: { message: string; fields: Record<string, unknown> | undefined }[] = [];
  /** What the metrics say. */
  recorded = 0;
  notRecorded = 0;
  /** Undefined: the database takes it. */
  failure: ((store: string) => Error | undefined) | undefined;
  /** How many of the events the database keeps, of those it is given. */
  keeps = (events: readonly AuditEvent[]): readonly AuditEvent[] => events;
  gate: Promise<void> | undefined;
  readonly recorder: RefusalRecorder;
  private nextRevision = 1;

  constructor(perSecond = PER_SECOND) {
    const note = (message: string, fields?: Record<string, unknown>): void => {
      this.logged.push({ message, fields });
    };
    this.recorder = new RefusalRecorder({
      log: { debug: note, info: note, warn: note, error: note },
      refusalLog: { write: (store, events) => this.write(store, events) },
      clock: { now: () => this.now },
      perSecond,
      onRecorded: (count) => {
        this.recorded += count;
      },
      onNotRecorded: (count) => {
        this.notRecorded += count;
      },
    });
  }

  private async write(store: string, events: readonly AuditEvent[]): Promise<number> {
    await this.gate;
    const failure = this.failure?.(store);
    if (failure !== undefined) throw failure;
    const kept = [...this.keeps(events)];
    this.written.push({ store, events: kept });
    return kept.length;
  }

  pass(ms: number): void {
    this.now = { monotonic: this.now.monotonic + ms, wall: this.now.wall + ms };
  }

  /** Of twelve actors in turn, unless one is named. */
  refuse(count: number, store = 's', more: Partial<AuditEvent> = {}): void {
    for (let i = 0; i < count; i++) {
      const revision = this.nextRevision++;
      const actor = `user:${revision % 12}`;
      const time = this.now.wall;
      this.recorder.note(store, { kind: 'write_refused', revision, time, actor, count: 1, ...more });
    }
  }

  /** How many were recorded of an actor, and how many are counted for them. */
  seenOf(actor: string | undefined): [one: number, counted: number] {
    const events = this.written.flatMap((each) => each.events).filter((event) => event.actor === actor);
    const isCount = ({ kind }: AuditEvent): boolean => kind === 'refusals_not_recorded';
    const counted = events.filter(isCount).reduce((sum, { count = 0 }) => sum + count, 0);
    return [events.filter((event) => !isCount(event)).length, counted];
  }

  /** How many events the log has of a store, and what those count that were not recorded. */
  seen(store = 's'): { one: number; counted: number } {
    const events = this.written.filter((each) => each.store === store).flatMap((each) => each.events);
    const counts = events.filter(({ kind }) => kind === 'refusals_not_recorded');
    return {
      one: events.length - counts.length,
      counted: counts.reduce((sum, { count = 0 }) => sum + count, 0),
    };
  }
}

const AWAY = new PembaError('DATABASE_UNAVAILABLE', 'the database does not answer now; try again shortly');

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  vi.useRealTimers();
});

it('writes of a storm as many as the limit, and counts the others', async () => {
  world.refuse(12_345);
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: PER_SECOND, counted: 12_345 - PER_SECOND });
  expect(world.written[0].events.slice(0, 10).map(({ revision }) => revision)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  expect([world.recorded, world.notRecorded]).toEqual([10, 12_335]);
});

it('tells of each actor how many were not recorded, where the last of them was', async () => {
  world.refuse(3, 's', { actor: 'user:a' });
  world.refuse(40, 's', { actor: 'user:eve' });
  world.refuse(9, 's', { actor: 'user:a' });
  await world.recorder.flush();
  const time = world.now.wall;
  expect(world.written[0].events.slice(10)).toEqual([
    { kind: 'refusals_not_recorded', revision: 43, time, actor: 'user:eve', count: 35 },
    { kind: 'refusals_not_recorded', revision: 52, time, actor: 'user:a', count: 7 },
  ]);
});

it('leaves half of them to others, whatever one actor does', async () => {
  for (let second = 0; second < 20; second++) {
    for (let part = 0; part < 10; part++) {
      world.refuse(1_000, 's', { actor: 'user:eve' });
      if (part < 5) world.refuse(1, 's', { actor: 'user:ada' });
      world.pass(100);
    }
    await world.recorder.flush();
  }
  const [one, counted] = world.seenOf('user:eve');
  expect(one).toBeLessThanOrEqual((PER_SECOND / 2) * 21);
  expect(one + counted).toBe(200_000);
  expect(world.seenOf('user:ada')).toEqual([100, 0]);
});

it('has at most a second of what passed for one actor too, and rounds the half up', async () => {
  world = new World(3);
  world.refuse(3, 's', { actor: 'user:eve' });
  world.pass(3_600_000);
  world.refuse(3, 's', { actor: 'user:eve' });
  world.refuse(3, 's', { actor: 'user:ada' });
  await world.recorder.flush();
  expect(world.seenOf('user:eve')).toEqual([4, 2]);
  expect(world.seenOf('user:ada')).toEqual([1, 2]);
});

it('names at most twenty at a time of whose they were, and counts the others as one', async () => {
  world.refuse(PER_SECOND);
  for (let i = 0; i < 300; i++) world.refuse(2, 's', { actor: `user:storm-${i % 100}` });
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: PER_SECOND, counted: 600 });
  expect(world.written[0].events).toHaveLength(PER_SECOND + 21);
  expect(world.seenOf('user:storm-19')).toEqual([0, 6]);
  expect(world.seenOf(undefined)).toEqual([0, 480]);
  // The next time others have their turn.
  world.refuse(4, 's', { actor: 'user:storm-99' });
  await world.recorder.flush();
  expect(world.seenOf('user:storm-99')).toEqual([0, 4]);
});

it('writes all of as many as the limit', async () => {
  world.refuse(PER_SECOND);
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: PER_SECOND, counted: 0 });
});

it('takes on again what time has passed for, and never more than a second of it', async () => {
  world.refuse(15);
  world.pass(300);
  world.refuse(5);
  world.pass(3_600_000);
  world.refuse(15);
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: 10 + 3 + 10, counted: 5 + 2 + 5 });
});

it('writes by itself, soon', async () => {
  world.refuse(3);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.seen().one).toBe(3);
  world.refuse(100);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.seen()).toEqual({ one: 10, counted: 93 });
});

it('writes nothing while nothing is refused, and forgets the store', async () => {
  world.refuse(1);
  await vi.advanceTimersByTimeAsync(1_000);
  world.pass(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(world.written).toHaveLength(1);
});

it('has an allowance for each store', async () => {
  world.refuse(50, 'a');
  world.refuse(20, 'b');
  await world.recorder.flush();
  expect([world.seen('a'), world.seen('b')]).toEqual([
    { one: 10, counted: 40 },
    { one: 10, counted: 10 },
  ]);
});

it('keeps what comes while it writes', async () => {
  let open = (): void => undefined;
  world.gate = new Promise((resolve) => {
    open = resolve;
  });
  world.refuse(12);
  const flushed = world.recorder.flush();
  world.pass(200);
  world.refuse(5);
  open();
  await flushed;
  expect(world.seen()).toEqual({ one: 10, counted: 2 });
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: 12, counted: 5 });
});

it('loses nothing while the database is away, and says so once', async () => {
  world.failure = () => AWAY;
  for (let second = 0; second < 5; second++) {
    world.refuse(15);
    world.pass(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(world.written).toEqual([]);
  expect(world.logged.map(({ message }) => message)).toEqual([
    'refused writes could not be recorded; trying again',
  ]);
  world.failure = undefined;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(world.seen()).toEqual({ one: 50, counted: 25 });
  expect([world.recorded, world.notRecorded]).toEqual([50, 25]);
});

it('holds no more than so many, and of their texts no more than so much, and counts the others', async () => {
  world.failure = () => AWAY;
  for (let second = 0; second < 200; second++) {
    world.refuse(10);
    world.pass(1_000);
  }
  world.failure = undefined;
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: 1_000, counted: 1_000 });
  // They are free again.
  world.refuse(10, 'large', { metadata: 'x'.repeat(1_048_576) });
  world.refuse(1, 'small');
  await world.recorder.flush();
  expect(world.seen('large')).toEqual({ one: 8, counted: 2 });
  expect(world.seen('small').one + world.seen('small').counted).toBe(1);
});

it('goes on with other stores where one fails', async () => {
  world.failure = (store) => (store === 'busy' ? AWAY : undefined);
  world.refuse(2, 'busy');
  world.refuse(2, 'other');
  await world.recorder.flush();
  await world.recorder.flush();
  expect(world.seen('other').one).toBe(2);
  world.failure = undefined;
  await world.recorder.flush();
  expect(world.seen('busy').one).toBe(2);
});

it('counts what cannot be written at all', async () => {
  world.failure = () => new PembaError('INTERNAL', 'a defect');
  world.refuse(3);
  await world.recorder.flush();
  expect(world.logged).toMatchObject([
    { message: 'refused writes cannot be recorded', fields: { count: 3 } },
  ]);
  world.failure = undefined;
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: 0, counted: 3 });
  expect([world.recorded, world.notRecorded]).toEqual([0, 3]);
});

it('counts those that the database leaves out', async () => {
  world.refuse(4);
  world.keeps = (events) => events.slice(0, 1);
  await world.recorder.flush();
  world.keeps = (events) => events;
  await world.recorder.flush();
  expect(world.seen()).toEqual({ one: 1, counted: 3 });
});

it('forgets a store that is gone', async () => {
  world.refuse(14);
  world.keeps = () => [];
  await world.recorder.flush();
  world.pass(5_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(vi.getTimerCount()).toBe(0);
  expect([world.recorded, world.notRecorded]).toEqual([0, 14]);
});

it('writes what waits when it stops', async () => {
  world.refuse(11);
  await world.recorder.stop(1_000);
  expect(world.seen()).toEqual({ one: 10, counted: 1 });
  expect(world.logged).toEqual([]);
  world.pass(1_000);
  world.refuse(1);
  expect([world.recorded, world.notRecorded, vi.getTimerCount()]).toEqual([10, 2, 0]);
});

it('writes what came while it wrote, before it stops', async () => {
  let open = (): void => undefined;
  world.gate = new Promise((resolve) => {
    open = resolve;
  });
  world.refuse(2);
  const flushed = world.recorder.flush();
  world.refuse(3);
  const stopped = world.recorder.stop(1_000);
  open();
  await Promise.all([flushed, stopped]);
  expect(world.seen()).toEqual({ one: 5, counted: 0 });
});

it.each([
  ['says that it is away', () => AWAY, undefined],
  ['does not answer', () => undefined, new Promise<void>(() => undefined)],
])('stops in time while the database %s, and says how many are lost', async (_, failure, gate) => {
  world.failure = failure;
  world.gate = gate;
  world.refuse(25);
  const stopped = world.recorder.stop(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  await stopped;
  expect(world.logged.at(-1)).toEqual({
    message: 'stopped before refused writes were recorded',
    fields: { count: 25 },
  });
  expect([world.recorded, world.notRecorded]).toEqual([0, 25]);
});
