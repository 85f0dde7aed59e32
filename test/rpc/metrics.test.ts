/** What a real node tells Prometheus. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { freePort } from '../../src/embedded/access.ts';
import { type Failure, writeRequest } from '../support/client.ts';
import { freshDatabase, startNode, type TestConfig, type TestNode } from '../support/database.ts';

const SCHEMA = `
type user
type team { relation member : user }
`;
const CHECK = 'PermissionService/Check';
const WRITE = 'PermissionService/Write';

interface MeteredNode extends TestNode {
  url: string;
  /** The samples as they are now, by their names with labels in the order of the alphabet. */
  scrape: () => Promise<Map<string, number>>;
}

async function startMetered(config: Partial<TestConfig> = {}): Promise<MeteredNode> {
  const metricsListen = { host: '127.0.0.1', port: await freePort(undefined) };
  const node = await startNode({ database: await freshDatabase(), ...config, metricsListen });
  const url = `http://127.0.0.1:${metricsListen.port}`;
  return { ...node, url, scrape: async () => samples(await (await fetch(`${url}/metrics`)).text()) };
}

/** Prometheus' text format, each line of which is a comment or `name{label="value",…} number`. */
function samples(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [, name, labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? expect.fail(line);
    const sorted = labels.split(/,(?=\w+=")/).sort();
    found.set(labels === '' ? name : `${name}{${sorted.join()}}`, Number(value));
  }
  return found;
}

const calls = (method: string, reason: string): string =>
  `pemba_calls_total{method="${method}",reason="${reason}"}`;

it('counts calls by method and reason, and how long they took', async () => {
  const { client, scrape } = await startMetered();
  await client.writeSchema(SCHEMA);
  await client.write(['team:a#member@user:ada']);
  for (let i = 0; i < 7; i++) await client.check('team:a#member@user:ada');
  for (let i = 0; i < 3; i++) {
    const unknown = { object: 'team:a', relation: 'owner', subject: 'user:ada' };
    await client.failure('PermissionService/Check', unknown);
  }
  await client.failure('PermissionService/Check', {
    object: 'team',
    relation: 'member',
    subject: 'user:ada',
  });
  const seen = await scrape();
  expect(seen.get(calls(CHECK, 'OK'))).toBe(7);
  expect(seen.get(calls(CHECK, 'UNKNOWN_RELATION'))).toBe(3);
  expect(seen.get(calls(CHECK, 'MALFORMED_REFERENCE'))).toBe(1);
  expect(seen.get(calls(WRITE, 'OK'))).toBe(1);
  expect(seen.get(calls('SchemaService/WriteSchema', 'OK'))).toBe(1);

  // Failures take time as well.
  expect(seen.get(`pemba_call_seconds_count{method="${CHECK}"}`)).toBe(11);
  const sum = seen.get(`pemba_call_seconds_sum{method="${CHECK}"}`) as number;
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThan(11);
  const bucket = (le: string): number =>
    seen.get(`pemba_call_seconds_bucket{le="${le}",method="${CHECK}"}`) as number;
  expect(bucket('+Inf')).toBe(11);
  expect(bucket('10')).toBe(11);
  expect(bucket('0.0001')).toBeLessThanOrEqual(bucket('0.01'));
});

it('tells for each store where it is, how much it holds and how old it is', async () => {
  const { client, scrape } = await startMetered({ maxStalenessMs: 2_000 });
  await client.call('StoreService/CreateStore', { name: 'tenant' });
  for (const store of ['default', 'tenant']) await client.writeSchema(SCHEMA, { store });
  const tuples = Array.from({ length: 25 }, (_, i) => `team:a#member@user:${i}`);
  await client.write(tuples, { store: 'tenant' });
  await client.write(tuples.slice(0, 4));
  const before = await scrape();
  await client.write(tuples.slice(4, 6).map((tuple): [string, string] => ['create', tuple]));
  await client.write([['delete', tuples[0]]]);
  const after = await scrape();

  const of = (measure: string, store: string): string => `pemba_store_${measure}{store="${store}"}`;
  expect(before.get(of('tuples', 'default'))).toBe(4);
  expect(after.get(of('tuples', 'default'))).toBe(5);
  expect(after.get(of('tuples', 'tenant'))).toBe(25);
  const revision = before.get(of('revision', 'default')) as number;
  expect(revision).toBeGreaterThan(0);
  expect(after.get(of('revision', 'default'))).toBe(revision + 2);
  expect(after.get(of('revision', 'tenant'))).toBe(before.get(of('revision', 'tenant')));
  expect(after.get(of('bytes', 'tenant'))).toBeGreaterThan(25 * 8);

  // A node that follows is never older than its bound, however long it is looked at.
  for (let i = 0; i < 12; i++) {
    await sleep(100);
    const seen = await scrape();
    for (const store of ['default', 'tenant', 'system']) {
      const staleness = seen.get(of('staleness_seconds', store)) as number;
      expect(staleness).toBeGreaterThanOrEqual(0);
      expect(staleness).toBeLessThan(2);
    }
  }
});

it('counts the revisions it makes and the transactions they take, and none of another node', async () => {
  const database = await freshDatabase();
  const { client, scrape } = await startMetered({ database });
  const other = await startNode({ database });
  await client.writeSchema(SCHEMA);
  const before = await scrape();
  // Together, so that some of them share a transaction.
  await Promise.all(Array.from({ length: 40 }, (_, i) => client.write([`team:a#member@user:${i}`])));
  for (let i = 0; i < 3; i++) await other.client.write([`team:b#member@user:${i}`]);
  await client.failure('PermissionService/Write', {
    updates: [
      { operation: 'OPERATION_TOUCH', tuple: { object: 'team:a', relation: 'x', subject: 'user:a' } },
    ],
  });
  const after = await scrape();
  const grown = (name: string): number => (after.get(name) as number) - (before.get(name) as number);
  expect(grown('pemba_writes_total')).toBe(40);
  expect(grown('pemba_commits_total')).toBeGreaterThan(0);
  expect(grown('pemba_commits_total')).toBeLessThan(40);
  expect(after.get('pemba_histories_lost_total')).toBe(0);
});

it('counts the refusals that the audit has, and those it has only the number of', async () => {
  const { client, scrape } = await startMetered({ limits: { refusalsRecorded: 3 } });
  await client.writeSchema(`${SCHEMA}type room { relation guest : user granted by guest }`);
  const refused = (room: string): Promise<Failure> =>
    client.failure(WRITE, { ...writeRequest([`room:${room}#guest@user:eve`]), actor: `user:${room}` });
  const counts = (seen: Map<string, number>): (number | undefined)[] =>
    ['recorded', 'not_recorded'].map((which) => seen.get(`pemba_refusals_${which}_total`));
  expect(counts(await scrape())).toEqual([0, 0]);
  await Promise.all(Array.from({ length: 3 }, (_, i) => refused(`${i}`)));
  await expect.poll(async () => counts(await scrape()), { timeout: 10_000 }).toEqual([3, 0]);
  await Promise.all(Array.from({ length: 200 }, (_, i) => refused(`${i}`)));
  await expect
    .poll(async () => counts(await scrape()).reduce<number>((sum, count = 0) => sum + count, 0), {
      timeout: 10_000,
    })
    .toBe(203);
  expect(counts(await scrape())[1]).toBeGreaterThan(0);
});

it('tells the skew of the clocks, and what Node knows of its process', async () => {
  const { scrape } = await startMetered();
  const seen = await scrape();
  // The database of this test is on the same machine.
  expect([seen.get('pemba_open_explorations'), seen.get('pemba_lookup_bytes')]).toEqual([0, 0]);
  expect(Math.abs(seen.get('pemba_clock_skew_seconds') as number)).toBeLessThan(5);
  expect(seen.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect(seen.get('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
});

it('is at /metrics and nowhere else, in the type that Prometheus asks for, until the node stops', async () => {
  const { url, stop } = await startMetered();
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  // Each has a help line, and none comes twice.
  const helps = [...text.matchAll(/^# HELP (\S+) (.+)$/gm)].map(([, name]) => name);
  expect(new Set(helps).size).toBe(helps.length);
  expect(helps.filter((name) => name.startsWith('pemba_')).length).toBeGreaterThanOrEqual(10);
  for (const path of ['/', '/metric', '/metrics/', '/metrics/x', '/healthz']) {
    expect((await fetch(`${url}${path}`)).status, path).toBe(404);
  }
  await stop();
  await expect(fetch(`${url}/metrics`)).rejects.toThrow('fetch failed');
});

it.each([
  ['0.0.0.0', 'nobody', true],
  ['127.0.0.2', 'nobody', false],
  ['0.0.0.0', 'everybody', false],
])(
  'at %s of a service that asks %s for a credential, warns that others can read them: %s',
  async (host, asked, warns) => {
    const metricsListen = { host, port: await freePort(undefined) };
    const credential = asked === 'nobody' ? {} : { bootstrapToken: 'x'.repeat(32) };
    const { logged } = await startNode({ database: await freshDatabase(), metricsListen, ...credential });
    const warnings = logged.filter((line) =>
      /^warn --open .* metrics, .* can be read from others/.test(line),
    );
    expect(warnings).toHaveLength(warns ? 1 : 0);
  },
);
