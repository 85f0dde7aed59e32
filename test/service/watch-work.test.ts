/** What following costs: counted, on a log that counts the questions it is asked. */
import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/base/limits.ts';
import { Graph } from '../../src/graph/graph.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import type { History, LogEntry } from '../../src/service/history.ts';
import { type WatchEvent, WatchService } from '../../src/service/watch-service.ts';
import { Freshness } from '../../src/tenant/freshness.ts';
import { Tenant } from '../../src/tenant/tenant.ts';
import { ZookieCodec } from '../../src/tenant/zookie.ts';

const PAGE = 10;

/** A tenant and its log, which is read in pages of ten revisions; questions are answered one turn later. */
function bench() {
  const zookies = new ZookieCodec(Buffer.alloc(32));
  const clock = { now: () => ({ monotonic: 0, wall: 0 }) };
  const tenant = new Tenant('1', 'default', new Freshness(clock, 1_000), zookies);
  const point = { revision: 0, tag: '0' };
  tenant.install({ point, time: 0, graph: new Graph(), schema: undefined, credentials: [] });
  tenant.freshness.confirm(clock.now());
  const log: LogEntry[] = [];
  const asked = { questions: 0, atOnce: 0, most: 0 };
  const history = {
    log: async (_: string, { revision }: { revision: number }) => {
      asked.questions++;
      asked.most = Math.max(asked.most, ++asked.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      asked.atOnce--;
      return log.slice(revision, revision + PAGE);
    },
    status: async () => 'kept',
  } as unknown as History;
  const commit = (): void => {
    const revision = log.length + 1;
    const changes = [{ op: 'add' as const, tuple: parseTuple(`space:s#writer@user:${revision}`) }];
    const entry = { revision, tag: `${revision}`, time: revision, changes };
    log.push({ ...entry, actor: undefined, metadata: undefined, schemaVersion: undefined });
    expect(tenant.apply(tenant.head, [entry])).toBe(true);
  };
  const service = new WatchService(history, zookies, defaultLimits());
  const follow = (after = ''): { events: AsyncGenerator<WatchEvent>; stop: () => void } => {
    const abortion = new AbortController();
    const query = { filters: [], after, heartbeatMs: 3_600_000 };
    return { events: service.watch(tenant, query, abortion.signal), stop: () => abortion.abort() };
  };
  return { tenant, asked, commit, follow };
}

async function take(events: AsyncGenerator<WatchEvent>, count: number): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) times.push((await events.next()).value.time);
  return times;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

it('asks once for all who are at the same place', async () => {
  const { asked, commit, follow } = bench();
  const watches = Array.from({ length: 200 }, () => follow());
  for (const { events } of watches) await take(events, 1);
  expect(asked.questions).toBe(0);
  for (let i = 1; i <= 5; i++) {
    const next = Promise.all(watches.map(({ events }) => take(events, 1)));
    // All of them wait before anything happens.
    await new Promise((resolve) => setImmediate(resolve));
    commit();
    expect(new Set((await next).flat())).toEqual(new Set([i]));
    expect(asked.questions).toBe(i);
  }
});

it('never asks much at a time, however many are behind and wherever they are', async () => {
  const { tenant, asked, commit, follow } = bench();
  const places: string[] = [];
  for (let i = 0; i < 50; i++) {
    places.push(tenant.zookie);
    commit();
  }
  const told = await Promise.all(places.map((place, i) => take(follow(place).events, 50 - i)));
  expect(told).toEqual(places.map((_, i) => upTo(50).slice(i)));
  expect(asked.most).toBe(2);
});

it('reads no page further than its reader has come', async () => {
  const { tenant, asked, commit, follow } = bench();
  const start = tenant.zookie;
  for (let i = 0; i < 100; i++) commit();
  const { events } = follow(start);
  expect(await take(events, 1)).toEqual([1]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (let i = 0; i < 100; i++) commit();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked.questions).toBe(1);
  expect(await take(events, 199)).toEqual(upTo(200).slice(1));
  expect(asked.questions).toBe(20);
});

it('asks for nothing while nothing happens, and nothing more once it is stopped', async () => {
  const { asked, commit, follow } = bench();
  const { events, stop } = follow();
  await take(events, 1);
  const next = events.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked.questions).toBe(0);
  stop();
  expect(await next).toEqual({ done: true, value: undefined });
  commit();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(asked.questions).toBe(0);
});
