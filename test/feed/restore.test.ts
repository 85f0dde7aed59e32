/** A database that is replaced by an earlier copy of itself under running nodes, and goes another way from there. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../src/embedded/access.ts';
import { admin, freshDatabase, query, startNode, type TestNode, urlOf } from '../support/database.ts';
import { outcomeOf } from '../support/outcome.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';

const BOUND_MS = 600;
const SCHEMA = `
type user
type team { relation member : user }
`;

async function copyOf(url: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await admin(`create database ${name} template ${new URL(url).pathname.slice(1)}`);
  onTestFinished(() => admin(`drop database if exists ${name} with (force)`));
  return urlOf(name);
}

async function addMembers(node: TestNode, ...users: string[]): Promise<string[]> {
  const zookies: string[] = [];
  for (const user of users) zookies.push(await node.client.write([`team:a#member@user:${user}`]));
  return zookies;
}

async function historiesLost(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^pemba_histories_lost_total (\d+)$/m.exec(text)?.[1]);
}

/** Puts the copy in the place of the original, as an operator does who restores a backup. */
async function restore({ original, copy, proxies }: Setting): Promise<void> {
  const [name, earlier] = [original, copy].map((url) => new URL(url).pathname.slice(1));
  for (const proxy of proxies) proxy.refuse();
  await admin(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname in ('${name}', '${earlier}')`,
  );
  await admin(`drop database ${name} with (force)`);
  await admin(`alter database ${earlier} rename to ${name}`);
  for (const proxy of proxies) proxy.admit();
}

interface Setting {
  nodes: TestNode[];
  metricsPorts: number[];
  proxies: FaultProxy[];
  original: string;
  /** The copy that was made before the nodes wrote on. */
  copy: string;
  /** A zookie from before the copy, and those of the writes after it. */
  kept: string;
  lost: string[];
}

/** Two nodes that have written `lost-1` to `lost-4` since the copy was made. */
async function prepare(): Promise<Setting> {
  const original = await freshDatabase();
  const first = await startNode({ database: original });
  await first.client.writeSchema(SCHEMA);
  const [kept] = await addMembers(first, 'kept', 'revoked-after-the-restore');
  await first.stop();
  const copy = await copyOf(original);

  const proxies = [await startProxy(original), await startProxy(original)];
  const metricsPorts = [await freePort(undefined), await freePort(undefined)];
  const nodes = await Promise.all(
    proxies.map(({ url }, i) =>
      startNode({
        database: url,
        maxStalenessMs: BOUND_MS,
        metricsListen: { host: '127.0.0.1', port: metricsPorts[i] },
      }),
    ),
  );
  const lost = await addMembers(nodes[0], 'lost-1', 'lost-2', 'lost-3', 'lost-4');
  for (const { client } of nodes) {
    expect(
      await client.check('team:a#member@user:lost-4', { consistency: { atLeastAsFresh: lost[3] } }),
    ).toBe('allowed');
  }
  return { nodes, metricsPorts, proxies, original, copy, kept, lost };
}

function ask(node: TestNode, user: string, consistency: object = {}): Promise<string> {
  return outcomeOf(node.client, `team:a#member@user:${user}`, { consistency });
}

it.each([
  ['behind the lost one', 1],
  ['at the number of the lost one', 4],
  ['ahead of the lost one', 7],
])('answers from the restored history, whose head is %s, and never from the lost one', async (_, writes) => {
  const setting = await prepare();
  const { nodes, metricsPorts, original, copy, kept, lost } = setting;
  const other = await startNode({ database: copy, maxStalenessMs: BOUND_MS });
  await other.client.write([['delete', 'team:a#member@user:revoked-after-the-restore']]);
  const news = Array.from({ length: writes - 1 }, (_each, i) => `new-${i}`);
  const zookies = await addMembers(other, ...news);

  await other.stop();
  await restore(setting);
  const swapped = performance.now();
  const forbidden: string[] = [];
  const reasons = new Set<string>();
  while (performance.now() - swapped < 2 * BOUND_MS) {
    for (const [i, node] of nodes.entries()) {
      for (const user of ['lost-1', 'lost-4', 'revoked-after-the-restore']) {
        const sent = performance.now() - swapped;
        const outcome = await ask(node, user);
        reasons.add(outcome);
        if (outcome === 'allowed' && sent > BOUND_MS)
          forbidden.push(`node ${i}: ${user}, ${Math.round(sent)} ms after`);
      }
    }
  }
  expect(forbidden).toEqual([]);
  // While it loads anew a node serves nothing.
  for (const outcome of reasons) expect(['allowed', 'denied', 'NOT_READY', 'STALE']).toContain(outcome);

  for (const [i, node] of nodes.entries()) {
    expect(await ask(node, 'kept')).toBe('allowed');
    for (const user of news) expect(await ask(node, user)).toBe('allowed');
    expect(await historiesLost(metricsPorts[i])).toBe(1);
    for (const zookie of lost) {
      for (const consistency of [{ atLeastAsFresh: zookie }, { atExactSnapshot: zookie }]) {
        expect(['ZOOKIE_LOST_HISTORY', 'ZOOKIE_NOT_YET_KNOWN']).toContain(
          await ask(node, 'kept', consistency),
        );
      }
    }
    for (const zookie of [kept, ...zookies]) {
      for (const consistency of [{ atLeastAsFresh: zookie }, { atExactSnapshot: zookie }]) {
        expect(await ask(node, 'kept', consistency)).toBe('allowed');
      }
    }
    await addMembers(node, `after-${i}`);
  }
  const rows = await query<{ id: string }>(
    original,
    "select subject_id as id from tuple where object_type = 'team'",
  );
  expect(rows.map(({ id }) => id).sort()).toEqual(['kept', ...news, 'after-0', 'after-1'].sort());
});

it('knows a zookie of the restored history before it has noticed the restore by itself', async () => {
  const setting = await prepare();
  const { nodes, copy } = setting;
  const other = await startNode({ database: copy });
  const [zookie] = await addMembers(other, 'new');
  await other.stop();
  await restore(setting);
  for (const node of nodes) {
    for (const consistency of [{ atLeastAsFresh: zookie }, { atExactSnapshot: zookie }]) {
      expect(await ask(node, 'new', consistency)).toBe('allowed');
    }
  }
});

it('writes nothing that was judged on the lost history', async () => {
  const setting = await prepare();
  await restore(setting);
  const [node] = setting.nodes;
  // Holds in the lost history alone.
  const request = {
    updates: [
      { operation: 'OPERATION_TOUCH', tuple: { object: 'team:a', relation: 'member', subject: 'user:eve' } },
    ],
    preconditions: [
      {
        condition: 'CONDITION_MUST_EXIST',
        filter: { object: 'team:a', relation: 'member', subject: 'user:lost-4' },
      },
    ],
  };
  const reasons: string[] = [];
  for (let i = 0; i < 100 && reasons[reasons.length - 1] !== 'PRECONDITION_FAILED'; i++) {
    reasons.push((await node.client.failure('PermissionService/Write', request)).reason);
    await sleep(10);
  }
  expect(reasons[reasons.length - 1]).toBe('PRECONDITION_FAILED');
  for (const reason of reasons)
    expect(['NOT_READY', 'WRITE_NOT_COMMITTED', 'PRECONDITION_FAILED']).toContain(reason);
});

it('serves nothing of a store while it loads it anew', async () => {
  const setting = await prepare();
  const [node] = setting.nodes;
  const [proxy] = setting.proxies;
  proxy.latencyMs = 40;
  await restore(setting);
  const seen: string[] = [];
  const began = performance.now();
  while (performance.now() - began < 3_000 && seen[seen.length - 1] !== 'denied')
    seen.push(await ask(node, 'lost-4'));
  const changes = seen.filter((outcome, i) => outcome !== seen[i - 1]);
  expect(changes).toContain('NOT_READY');
  expect(changes[changes.length - 1]).toBe('denied');
  expect(changes.slice(changes.indexOf('NOT_READY'))).not.toContain('allowed');
});
