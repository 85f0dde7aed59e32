import { afterEach, describe, expect, it, vi } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { FakeStore, settle } from './scripted-source.ts';
import { holdsExactly, makeFeed } from './workbench.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function started(store = new FakeStore('1'), intervalMs?: number) {
  store.commit();
  store.commit();
  const bench = makeFeed([store], intervalMs);
  await bench.feed.start();
  return { ...bench, store, one: bench.tenant(store) };
}

describe('a feed', () => {
  it('loads every store at its start, and follows it', async () => {
    const [a, b] = [new FakeStore('1'), new FakeStore('2')];
    a.commit();
    const { feed, tenant, tenants } = makeFeed([a, b]);
    await feed.start();
    expect(tenants.areFresh()).toBe(true);
    expect(tenant(a).head).toEqual(a.head);
    b.commit();
    a.commit();
    await feed.catchUp(tenant(b));
    for (const store of [a, b]) expect(holdsExactly(tenant(store), store.records)).toBe(true);
  });

  it('counts freshness from before it asked', async () => {
    const { source, clock, feed, one } = await started();
    source.before.heads.isOpen = false;
    const caught = feed.catchUp(one);
    await settle();
    clock.ms += 700;
    source.before.heads.open();
    await caught;
    expect(one.freshness.age()).toBe(700);
  });

  it('is not fresh while what the head asks for is still on its way', async () => {
    const { source, clock, feed, store, one } = await started();
    store.commit();
    source.behind.after.isOpen = false;
    const caught = feed.catchUp(one);
    await settle();
    clock.ms += 2_001;
    expect(one.freshness.isFresh()).toBe(false);
    expect(one.head.revision).toBe(2);
    source.behind.after.open();
    await caught;
    expect(one.head.revision).toBe(3);
    // The question itself is that old by now.
    expect(one.freshness.isFresh()).toBe(false);
    await feed.catchUp(one);
    expect(one.freshness.isFresh()).toBe(true);
  });

  it('takes a head behind what its own writer applied meanwhile for what it is: old news', async () => {
    const { source, feed, store, one, lost } = await started();
    source.behind.heads.isOpen = false;
    const caught = feed.catchUp(one);
    await settle();
    one.apply(one.head, [store.commit()]);
    source.behind.heads.open();
    await caught;
    expect(lost).toEqual([]);
    expect(holdsExactly(one, store.records)).toBe(true);
  });

  it('drops a store that is gone, and loads one that is new', async () => {
    const { source, feed, tenants, one } = await started();
    const other = new FakeStore('2');
    source.stores.splice(0, 1, other);
    await feed.discover();
    expect(one.deleted).toBe(true);
    expect(() => one.assertLoaded()).toThrow(expect.objectContaining({ reason: 'UNKNOWN_STORE' }));
    expect(tenants.get('store-2').loaded).toBe(true);
  });
});

describe('a caller who waits for the head', () => {
  it('gets what was committed before it came, though a load began before that', async () => {
    const { source, clock, feed, store, one } = await started();
    store.restore(1);
    // The load sees the store as it is now, and its answer takes its time.
    source.behind.load.isOpen = false;
    void feed.catchUp(one);
    await settle();
    clock.ms += 1;
    store.commit();
    const caught = feed.catchUp(one);
    await settle();
    source.behind.load.open();
    await caught;
    expect(one.head).toEqual(store.head);
  });

  it('is not held up, nor told, when another store cannot be followed', async () => {
    const [a, b] = [new FakeStore('1'), new FakeStore('2')];
    const { feed, tenant } = makeFeed([a, b]);
    await feed.start();
    a.commit();
    b.commit();
    a.failure = new PembaError('NOT_READY', 'a newer version of Pemba wrote this');
    await feed.catchUp(tenant(b));
    expect(tenant(b).head).toEqual(b.head);
    await expect(feed.catchUp(tenant(a))).rejects.toMatchObject({ reason: 'NOT_READY' });
    a.failure = undefined;
    await feed.catchUp(tenant(a));
    expect(tenant(a).head).toEqual(a.head);
  });

  it('learns that the database is away', async () => {
    const { source, feed, one } = await started();
    source.failures.heads = 1;
    await expect(feed.catchUp(one)).rejects.toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
    await feed.catchUp(one);
  });
});

describe('a history that is lost', () => {
  it.each([
    ['its head lies behind', (store: FakeStore) => store.restore(1)],
    [
      'its head has the same number and another tag',
      (store: FakeStore) => {
        store.restore(1);
        store.commit();
      },
    ],
    [
      'its head lies ahead on another branch',
      (store: FakeStore) => {
        store.restore(0);
        for (let i = 0; i < 5; i++) store.commit();
      },
    ],
  ])('is noticed when %s; nothing is served until all is loaded anew, once', async (_, lose) => {
    const { source, feed, store, one, lost } = await started();
    lose(store);
    source.behind.load.isOpen = false;
    const caught = feed.catchUp(one);
    await settle();
    expect(lost).toEqual(['store-1']);
    expect(() => one.assertLoaded()).toThrow(expect.objectContaining({ reason: 'NOT_READY' }));
    expect(one.freshness.isFresh()).toBe(false);
    source.behind.load.open();
    await caught;
    expect(holdsExactly(one, store.records)).toBe(true);
    await feed.catchUp(one);
    expect(lost).toEqual(['store-1']);
    expect(source.asked.load).toBe(2);
  });

  it('is noticed when the changes after the head it was told of are gone', async () => {
    const { source, feed, store, one, lost } = await started();
    store.commit();
    source.before.after.isOpen = false;
    const caught = feed.catchUp(one);
    await settle();
    store.restore(2);
    source.before.after.open();
    await caught;
    expect(lost).toEqual(['store-1']);
    expect(one.head).toEqual(store.head);
  });

  it('is not lost twice by a question that was asked while it was loaded anew', async () => {
    const { source, feed, store, one, lost } = await started();
    store.restore(1);
    source.behind.load.isOpen = false;
    void feed.catchUp(one);
    await settle();
    expect(one.loaded).toBe(false);
    source.behind.heads.isOpen = false;
    const caught = feed.catchUp(one);
    await settle();
    source.behind.load.open();
    await settle();
    source.behind.heads.open();
    await caught;
    expect(lost).toEqual(['store-1']);
    expect(source.asked.load).toBe(2);
  });

  it('is loaded again when loading failed', async () => {
    const { source, feed, store, one, logged } = await started();
    store.restore(1);
    source.failures.load = 2;
    await expect(feed.catchUp(one)).rejects.toThrow('scripted failure');
    for (let i = 0; i < 3 && !one.loaded; i++) await feed.catchUp(one).catch(() => undefined);
    expect(one.loaded).toBe(true);
    expect(holdsExactly(one, store.records)).toBe(true);
    expect(logged.filter((line) => line.startsWith('loading a store failed'))).toHaveLength(1);
  });
});

describe('a revision that does not fit what is there', () => {
  it('is never half applied: the store is loaded anew', async () => {
    const { feed, store, one } = await started();
    const [first] = store.records;
    const record = store.commit();
    // Adds what is there already, after something that is new.
    store.records[2] = { ...record, changes: [...record.changes, ...first.changes] };
    await feed.catchUp(one).catch(() => undefined);
    expect(one.loaded).toBe(false);
    await feed.catchUp(one);
    expect(one.head).toEqual(store.head);
    expect(one.tupleCount).toBe(3);
  });
});

describe('being woken', () => {
  it('makes one question of many calls', async () => {
    const { source, store, one } = await started();
    const before = source.asked.heads;
    store.commit();
    for (let i = 0; i < 1_000; i++) source.onWake();
    await vi.waitFor(() => expect(one.head).toEqual(store.head));
    expect(source.asked.heads).toBe(before + 1);
  });

  it('is not forgotten when it comes while a question is under way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { source, store, one } = await started();
    source.behind.heads.isOpen = false;
    source.onWake();
    await vi.advanceTimersByTimeAsync(3);
    // The answer is on its way and does not hold this yet.
    store.commit();
    source.onWake();
    source.behind.heads.open();
    await settle();
    await vi.advanceTimersByTimeAsync(10);
    await settle();
    expect(one.head).toEqual(store.head);
  });

  it('goes on under a stream of calls that never ends', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { source, store, one } = await started();
    for (let i = 0; i < 100; i++) {
      store.commit();
      source.onWake();
      await vi.advanceTimersByTimeAsync(1);
    }
    expect(one.head.revision).toBeGreaterThan(90);
    expect(source.asked.heads).toBeLessThan(60);
  });

  it('is not needed: it asks by itself, and goes on after failures', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { source, store, one, logged } = await started(new FakeStore('1'), 500);
    store.commit();
    source.failures.heads = 3;
    await vi.advanceTimersByTimeAsync(1_600);
    expect(one.head.revision).toBe(2);
    await vi.advanceTimersByTimeAsync(500);
    expect(one.head).toEqual(store.head);
    expect(logged.filter((line) => line.startsWith('the head question failed'))).toHaveLength(1);
    expect(logged).toContain('the database answers again');
  });
});
