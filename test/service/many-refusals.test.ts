/** Of many refused writes some are in the audit, and of the others their number; whatever the database does. */
import { describe, expect, it } from 'vitest';
import { freshDatabase, query, startNode } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import { eventsOf, REFUSABLE, SCHEMA, STORED } from './refusal-town.ts';

const WRITE = 'PermissionService/Write';

/** Of two actors in turn, as one alone gets no more than half. */
const refusable = (i: number): object => ({ ...REFUSABLE, actor: i % 2 === 0 ? 'user:eve' : 'user:mallory' });

interface Entry {
  kind: string;
  count: number;
}

describe('of many', () => {
  const perSecond = 5;

  it('as many as the limit are recorded, and the number of the others is', async () => {
    const database = await freshDatabase();
    const node = await startNode({ database, limits: { refusalsRecorded: perSecond } });
    await node.client.writeSchema(SCHEMA);
    await node.client.write(STORED);
    const failures = await Promise.all(
      Array.from({ length: 300 }, (_, i) => node.client.failure(WRITE, refusable(i))),
    );
    expect(new Set(failures.map(({ reason }) => reason))).toEqual(new Set(['NOT_GRANTED_BY']));
    // What waits is written when it stops.
    await node.stop();
    const [{ id }] = await query<{ id: string }>(database, "select id from store where name = 'default'");
    const events = await eventsOf(database, id);
    const recorded = events.filter(({ kind }) => kind === 'write_refused');
    const counted = events.filter(({ kind }) => kind === 'refusals_not_recorded');
    expect(recorded.length).toBeGreaterThanOrEqual(perSecond);
    expect(counted.length).toBeGreaterThan(0);
    expect(recorded.length + counted.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  });

  it('the audit trail tells both, those of an object by themselves', async () => {
    const limits = { refusalsRecorded: perSecond };
    const { client } = await startNode({ database: await freshDatabase(), limits });
    await client.writeSchema(SCHEMA);
    await client.write(STORED);
    await Promise.all(Array.from({ length: 100 }, () => client.failure(WRITE, REFUSABLE)));
    const read = async (filter: object): Promise<Entry[]> =>
      (await client.call('AuditService/ReadAudit', { filter, pageSize: 1_000 })).entries;
    const kinds = ['AUDIT_KIND_WRITE_REFUSED', 'AUDIT_KIND_REFUSALS_NOT_RECORDED'];
    const told = (entries: readonly Entry[]): number =>
      entries.reduce((sum, { kind, count }) => sum + (kind === kinds[0] ? 1 : count), 0);
    await expect.poll(async () => told(await read({ kinds })), { timeout: 10_000 }).toBe(100);
    const counts = await read({ kinds: kinds.slice(1) });
    expect(counts.length).toBeGreaterThan(0);
    expect(counts[0]).toMatchObject({ actor: 'user:eve', credential: '', refusal: null, tuple: null });
    const refused = await read({ tuple: { object: 'house:a' }, kinds });
    expect(refused.length).toBe((await read({ actor: 'user:eve', kinds: kinds.slice(0, 1) })).length);
    expect(refused[0]).toMatchObject({
      kind: kinds[0],
      actor: 'user:eve',
      tuple: { object: 'house:a', relation: 'guest', subject: 'user:x' },
      refusal: { reason: 'NOT_GRANTED_BY', operation: 'touch', updates: 1 },
    });
  });

  it('one actor gets no more than half, and those of another are all there', async () => {
    const database = await freshDatabase();
    const node = await startNode({ database, limits: { refusalsRecorded: perSecond } });
    await node.client.writeSchema(SCHEMA);
    await node.client.write(STORED);
    await Promise.all(Array.from({ length: 100 }, () => node.client.failure(WRITE, refusable(0))));
    await Promise.all([1, 1].map((i) => node.client.failure(WRITE, refusable(i))));
    await node.stop();
    const [{ id }] = await query<{ id: string }>(database, "select id from store where name = 'default'");
    const events = await eventsOf(database, id);
    const of = (who: string) => events.filter(({ actor }) => actor === who).map(({ kind }) => kind);
    expect(of('user:mallory')).toEqual(['write_refused', 'write_refused']);
    expect(of('user:eve')).toContain('refusals_not_recorded');
  });

  it('no more than the limit: all are recorded', async () => {
    const database = await freshDatabase();
    const node = await startNode({ database, limits: { refusalsRecorded: perSecond } });
    await node.client.writeSchema(SCHEMA);
    await node.client.write(STORED);
    await Promise.all(Array.from({ length: perSecond }, (_, i) => node.client.failure(WRITE, refusable(i))));
    await node.stop();
    const [{ id }] = await query<{ id: string }>(database, "select id from store where name = 'default'");
    const events = await eventsOf(database, id);
    expect(events.map(({ kind }) => kind)).toEqual(Array(perSecond).fill('write_refused'));
  });
});

it('waits while the database is away, and then is recorded', async () => {
  const database = await freshDatabase();
  const proxy = await startProxy(database);
  const node = await startNode({ database: proxy.url, maxStalenessMs: 60_000 });
  await node.client.writeSchema(SCHEMA);
  await node.client.write(STORED);
  await node.client.failure(WRITE, REFUSABLE);
  proxy.refuse();
  await expect
    .poll(() => node.logged.join(), { timeout: 10_000 })
    .toContain('warn refused writes could not be recorded; trying again');
  const [{ id }] = await query<{ id: string }>(database, "select id from store where name = 'default'");
  expect(await eventsOf(database, id)).toEqual([]);
  proxy.admit();
  await expect.poll(async () => (await eventsOf(database, id)).length, { timeout: 20_000 }).toBe(1);
  await node.client.write(['house:a#guest@user:x']);
});

it('stops in time although the database is away, and says how many were lost', async () => {
  const proxy = await startProxy(await freshDatabase());
  const node = await startNode({ database: proxy.url, maxStalenessMs: 60_000 });
  await node.client.writeSchema(SCHEMA);
  await node.client.write(STORED);
  await Promise.all(Array.from({ length: 30 }, () => node.client.failure(WRITE, REFUSABLE)));
  proxy.refuse();
  await node.stop();
  expect(node.logged.join('\n')).toContain('warn stopped before refused writes were recorded');
});
