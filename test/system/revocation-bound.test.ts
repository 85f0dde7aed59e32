/**
 * The promise: after a commit is acknowledged no node allows on the old state later than the bound.
 * An answer counts for the moment its question was sent, which is before it was evaluated.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { admin, freshDatabase, startNode, type TestNode } from '../support/database.ts';
import { outcomeOf } from '../support/outcome.ts';
import { startServer } from '../support/process.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';
import { tell } from '../support/tell.ts';
import { healthOf } from './health.ts';
import { type Seen, Watcher } from './watcher.ts';

const BOUND_MS = 600;
const ROUNDS = 4;
const SCHEMA = `
type user
type team { relation member : user }
type space {
  relation reader : team#member
  permission read = reader
}
`;
const MEMBERSHIP = 'team:a#member@user:ada';
const QUESTION = 'space:s#read@user:ada';

interface Pair {
  a: TestNode;
  b: TestNode;
  proxy: FaultProxy;
  database: string;
}

async function twoNodes(): Promise<Pair> {
  const database = await freshDatabase();
  const proxy = await startProxy(database);
  const a = await startNode({ database, maxStalenessMs: BOUND_MS });
  await a.client.writeSchema(SCHEMA);
  await a.client.write(['space:s#reader@team:a#member']);
  const b = await startNode({ database: proxy.url, maxStalenessMs: BOUND_MS });
  return { a, b, proxy, database };
}

async function grant(a: TestNode, b: TestNode['client']): Promise<void> {
  await a.client.write([MEMBERSHIP]);
  await eventually(b, 'allowed');
}

/** @returns how long it took, in milliseconds */
async function eventually(client: TestNode['client'], wanted: string, withinMs = 10_000): Promise<number> {
  const began = performance.now();
  let last = '';
  while (performance.now() - began < withinMs) {
    last = await outcomeOf(client, QUESTION);
    if (last === wanted) return performance.now() - began;
    await sleep(5);
  }
  throw new Error(`wanted ${wanted}, got ${last} for ${withinMs} ms`);
}

async function revoke(a: TestNode): Promise<number> {
  await a.client.write([['delete', MEMBERSHIP]]);
  return performance.now();
}

/** How long after `acknowledged` the last question was sent that was answered with `allowed`. */
function lastAllow(seen: Seen[], acknowledged: number): number {
  const late = seen.filter(({ outcome }) => outcome === 'allowed').map(({ sent }) => sent - acknowledged);
  return Math.max(...late);
}

function outcomesAfter(seen: Seen[], moment: number): string[] {
  return [...new Set(seen.filter(({ sent }) => sent > moment).map(({ outcome }) => outcome))];
}

describe('a node that no longer hears from its database', () => {
  it.each([
    ['whose connections fall silent and come back', (proxy: FaultProxy) => proxy.release()],
    [
      'whose connections fall silent and turn out dead',
      (proxy: FaultProxy) => {
        proxy.isHolding = false;
        proxy.reset();
      },
    ],
  ])(
    '%s allows nothing past the bound, says STALE and NOT_SERVING, and serves again once it hears',
    async (_, heal) => {
      const { a, b, proxy } = await twoNodes();
      const health = healthOf(b.port);
      for (let round = 0; round < ROUNDS; round++) {
        await grant(a, b.client);
        expect(await health()).toBe('SERVING');
        const watcher = new Watcher(b.client, QUESTION);
        proxy.hold();
        const acknowledged = await revoke(a);
        await sleep(BOUND_MS + 300);
        expect(await health()).toBe('NOT_SERVING');
        const seen = await watcher.stop();
        const late = lastAllow(seen, acknowledged);
        expect(late).toBeLessThanOrEqual(BOUND_MS);
        // It did go on for a while, or this would show nothing.
        expect(late).toBeGreaterThan(0);
        expect(outcomesAfter(seen, acknowledged + BOUND_MS)).toEqual(['STALE']);
        expect(
          await b.client.failure('PermissionService/Check', {
            object: 'space:s',
            relation: 'read',
            subject: 'user:ada',
          }),
        ).toMatchObject({ code: 'UNAVAILABLE', reason: 'STALE' });
        heal(proxy);
        const back = await eventually(b.client, 'denied', 3_000);
        expect(await health()).toBe('SERVING');
        tell(
          `round ${round}: allowed until ${Math.round(late)} ms after, back ${Math.round(back)} ms after it healed`,
        );
      }
    },
  );

  it('is back within the bound and a little when only its present connections are dead', async () => {
    const { a, b, proxy } = await twoNodes();
    for (let round = 0; round < 2; round++) {
      await grant(a, b.client);
      proxy.abandon();
      await revoke(a);
      // Nothing ends the dead connections but the node's own patience.
      expect(await eventually(b.client, 'denied', 10_000)).toBeLessThan(BOUND_MS * 2 + 500);
    }
  });
});

describe('a node whose notifications get lost', () => {
  it('allows nothing past the bound, for it asks by itself', async () => {
    const { a, b, database } = await twoNodes();
    const name = new URL(database).pathname.slice(1);
    for (let round = 0; round < ROUNDS; round++) {
      await grant(a, b.client);
      const watcher = new Watcher(b.client, QUESTION);
      await admin(`select pg_terminate_backend(pid) from pg_stat_activity
                    where application_name = 'pemba-listen' and datname = '${name}'`);
      const acknowledged = await revoke(a);
      await sleep(BOUND_MS + 200);
      const seen = await watcher.stop();
      expect(lastAllow(seen, acknowledged)).toBeLessThanOrEqual(BOUND_MS);
      expect(outcomesAfter(seen, acknowledged + BOUND_MS)).toEqual(['denied']);
    }
  });
});

describe('a node far from its database', () => {
  it('allows nothing past the bound, be it stale or not', async () => {
    const { a, b, proxy } = await twoNodes();
    for (const latencyMs of [50, 150, 400]) {
      proxy.latencyMs = 0;
      await grant(a, b.client);
      proxy.latencyMs = latencyMs;
      const watcher = new Watcher(b.client, QUESTION);
      await sleep(300);
      const acknowledged = await revoke(a);
      await sleep(BOUND_MS + 600);
      const late = lastAllow(await watcher.stop(), acknowledged);
      tell(`latency ${latencyMs} ms: allowed until ${Math.round(late)} ms after`);
      expect(late).toBeLessThanOrEqual(BOUND_MS);
    }
  });
});

describe('a node whose process is paused for longer than the bound', () => {
  it('does not allow on the old state when it goes on', async () => {
    const database = await freshDatabase();
    const a = await startNode({ database, maxStalenessMs: BOUND_MS });
    await a.client.writeSchema(SCHEMA);
    await a.client.write(['space:s#reader@team:a#member']);
    const b = await startServer({ DATABASE: database, MAX_STALENESS_MS: String(BOUND_MS) });
    for (let round = 0; round < 2 * ROUNDS; round++) {
      await grant(a, b.client);
      const watcher = new Watcher(b.client, QUESTION);
      await sleep(50 + round * 17);
      b.child.kill('SIGSTOP');
      const acknowledged = await revoke(a);
      await sleep(BOUND_MS + 100);
      // These wait in the kernel and are the first thing the node finds.
      const first = Array.from({ length: 20 }, () => outcomeOf(b.client, QUESTION));
      await sleep(50);
      b.child.kill('SIGCONT');
      for (const outcome of await Promise.all(first)) expect(['denied', 'STALE']).toContain(outcome);
      await eventually(b.client, 'denied', 3_000);
      expect(lastAllow(await watcher.stop(), acknowledged)).toBeLessThanOrEqual(BOUND_MS);
    }
  });
});
