/** What is reported of a write whose COMMIT, or the answer to it, is lost on the way. */
import type { ServiceError } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { freshDatabase, query, startNode, type TestNode } from '../support/database.ts';
import { type FaultProxy, startProxy } from '../support/proxy.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { makeWriter } from './workbench.ts';

const SCHEMA = `
type user
type team { relation member : user }
`;

interface Setting {
  url: string;
  proxy: FaultProxy;
  node: TestNode;
}

async function start(): Promise<Setting> {
  const url = await freshDatabase();
  const proxy = await startProxy(url);
  const node = await startNode({ database: proxy.url });
  await node.client.writeSchema(SCHEMA);
  return { url, proxy, node };
}

/** The revisions of the store `default` after its schema. */
async function revisions(url: string): Promise<number> {
  const [{ count }] = await query<{ count: string }>(
    url,
    `select count(*) from revision join store on id = store_id where name = 'default' and kind = 'tuples'`,
  );
  return Number(count);
}

describe('a write whose COMMIT was carried out, but the answer to it lost', () => {
  it('is reported as done, with the revision it made, and done once', async () => {
    const { url, proxy, node } = await start();
    proxy.cut({ when: 'after' });
    // A create that was tried again after it happened would fail with TUPLE_EXISTS.
    const zookie = await node.client.write([['create', 'team:a#member@user:ada']]);
    expect(proxy.cuts).toBe(1);
    const consistency = { atLeastAsFresh: zookie };
    expect(await node.client.check('team:a#member@user:ada', { consistency })).toBe('allowed');
    expect(await revisions(url)).toBe(1);
  });

  it('is reported as such to every member of its group, each as it is', async () => {
    const { url, proxy, node } = await start();
    await node.client.write(['team:a#member@user:0']);
    proxy.cut({ when: 'after', times: 2 });
    const users = Array.from({ length: 20 }, (_, i) => i);
    const outcomes = await Promise.allSettled(
      users.map((i) => node.client.write([['create', `team:a#member@user:${i}`]])),
    );
    expect(proxy.cuts).toBeGreaterThan(0);
    expect(outcomes.map(({ status }) => status)).toEqual(
      users.map((i) => (i === 0 ? 'rejected' : 'fulfilled')),
    );
    expect(await revisions(url)).toBe(20);
  });
});

describe('a write whose COMMIT never reached Postgres', () => {
  it('is tried again, and done once', async () => {
    const { url, proxy, node } = await start();
    proxy.cut({ when: 'before', times: 2 });
    await node.client.write([['create', 'team:a#member@user:ada']]);
    expect(proxy.cuts).toBe(2);
    expect(await node.client.check('team:a#member@user:ada')).toBe('allowed');
    expect(await revisions(url)).toBe(1);
  });

  it('is reported as not done once it was tried three times, and then it is not', async () => {
    const { url, proxy, node } = await start();
    proxy.cut({ when: 'before', times: 3 });
    const failure = await node.client.failure('PermissionService/Write', {
      updates: [
        {
          operation: 'OPERATION_TOUCH',
          tuple: { object: 'team:a', relation: 'member', subject: 'user:ada' },
        },
      ],
    });
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', reason: 'WRITE_NOT_COMMITTED' });
    expect(await node.client.check('team:a#member@user:ada')).toBe('denied');
    expect(await node.client.read()).toEqual([]);
    expect(await revisions(url)).toBe(0);
    await node.client.write(['team:a#member@user:ada']);
    expect(await revisions(url)).toBe(1);
  });
});

describe('a database that goes away with the answer to COMMIT', () => {
  it('leaves the outcome unknown, says so, and the same key finds it out later', async () => {
    const url = await freshDatabase();
    const proxy = await startProxy(url);
    const writer = await makeWriter(proxy.url, { lostAnswerMs: 300 });
    await writer.schema(SCHEMA);
    proxy.cut({ when: 'after' });
    const write = () => writer.write(['team:a#member@user:ada'], 'key-1');
    const refused = write();
    proxy.refuseOnceCut();
    await expect(refused).rejects.toMatchObject({ reason: 'WRITE_OUTCOME_UNKNOWN', code: 'UNAVAILABLE' });
    proxy.admit();
    const first = await write();
    expect(await write()).toBe(first);
    expect(await revisions(url)).toBe(1);
  });

  it('makes a write wait that finds it out in time', async () => {
    const url = await freshDatabase();
    const proxy = await startProxy(url);
    const writer = await makeWriter(proxy.url, { lostAnswerMs: 5_000 });
    await writer.schema(SCHEMA);
    for (const when of ['after', 'before'] as const) {
      proxy.cut({ when });
      proxy.refuseOnceCut();
      const written = writer.write([`team:a#member@user:${when}`]);
      setTimeout(() => proxy.admit(), 400);
      await written;
    }
    expect(await revisions(url)).toBe(2);
  });
});

describe('writes on a connection that is cut at random', () => {
  it('are stored if they are reported as done, and are not if they are reported as not done', async () => {
    const seed = randomSeed();
    const random = seeded(seed);
    const { url, proxy, node } = await start();
    const done: string[] = [];
    const notDone: string[] = [];
    const write = async (client: number): Promise<void> => {
      for (let i = 0; i < 25; i++) {
        const pair = [`team:a#member@user:${client}-${i}`, `team:b#member@user:${client}-${i}`];
        if (random() < 0.3) {
          proxy.cut({ when: random() < 0.5 ? 'before' : 'after', times: 1 + Math.floor(random() * 4) });
        }
        try {
          await node.client.write(pair.map((tuple) => ['create', tuple]));
          done.push(...pair);
        } catch (error) {
          const [reason] = (error as ServiceError).metadata.get('pemba-reason');
          expect(reason, `seed ${seed}`).toBe('WRITE_NOT_COMMITTED');
          notDone.push(...pair);
        }
      }
    };
    await Promise.all([0, 1, 2, 3].map(write));
    proxy.cut({ times: 0 });
    expect((await node.client.read()).sort(), `seed ${seed}`).toEqual(done.sort());
    expect(proxy.cuts).toBeGreaterThan(5);
    expect(await revisions(url), `seed ${seed}`).toBe(done.length / 2);
  });
});
