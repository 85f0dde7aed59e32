/** Two nodes on one database end up with the same, however they hear of each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { freshDatabase, query, startNode, type TestNode } from '../support/database.ts';
import { startProxy } from '../support/proxy.ts';
import { randomSeed, seeded } from '../support/random.ts';

const SCHEMA = `
type user
type team { relation member : user }
`;

async function eventually(node: TestNode, tuple: string, wanted: string): Promise<number> {
  const began = performance.now();
  while ((await node.client.check(tuple)) !== wanted) {
    if (performance.now() - began > 8_000) throw new Error(`still not ${wanted}: ${tuple}`);
    await sleep(2);
  }
  return performance.now() - began;
}

describe('two nodes', () => {
  it('hear of writes of the other long before they would ask by themselves', async () => {
    const database = await freshDatabase();
    const [a, b] = [
      await startNode({ database, maxStalenessMs: 40_000 }),
      await startNode({ database, maxStalenessMs: 40_000 }),
    ];
    await a.client.writeSchema(SCHEMA);
    const times: number[] = [];
    for (let i = 0; i < 20; i++) {
      const [writer, reader] = i % 2 === 0 ? [a, b] : [b, a];
      const zookie = await writer.client.write([`team:a#member@user:${i}`]);
      if (i === 0)
        await reader.client.check(`team:a#member@user:${i}`, { consistency: { atLeastAsFresh: zookie } });
      times.push(await eventually(reader, `team:a#member@user:${i}`, 'allowed'));
    }
    // A notification was lost if one of these took the 10 seconds between two questions.
    expect(Math.max(...times)).toBeLessThan(2_000);
  });

  it('hear of each other though nobody is notified', async () => {
    const database = await freshDatabase();
    const proxy = await startProxy(database);
    const [a, b] = [
      await startNode({ database, maxStalenessMs: 800 }),
      await startNode({ database: proxy.url, maxStalenessMs: 800 }),
    ];
    await a.client.writeSchema(SCHEMA);
    for (let i = 0; i < 5; i++) {
      // The listening connection breaks, and comes back only after half a second.
      await query(
        database,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pemba-listen'",
      );
      await a.client.write([`team:a#member@user:${i}`]);
      expect(await eventually(b, `team:a#member@user:${i}`, 'allowed')).toBeLessThan(800);
    }
  });

  it('hold the same after any writes on either, while connections break', async () => {
    const seed = randomSeed();
    const random = seeded(seed);
    const database = await freshDatabase();
    const proxies = [await startProxy(database), await startProxy(database)];
    const nodes = await Promise.all(
      proxies.map(({ url }) => startNode({ database: url, maxStalenessMs: 800 })),
    );
    await nodes[0].client.writeSchema(SCHEMA);
    const tupleOf = (i: number): string => `team:${i % 3}#member@user:${i}`;
    const write = async (node: TestNode): Promise<void> => {
      for (let i = 0; i < 60; i++) {
        const picked = new Set(
          Array.from({ length: 1 + Math.floor(random() * 5) }, () => Math.floor(random() * 30)),
        );
        const updates = [...picked].map((each): [string, string] => [
          random() < 0.5 ? 'touch' : 'delete',
          tupleOf(each),
        ]);
        if (random() < 0.1) proxies[Math.floor(random() * 2)].reset();
        // What becomes of one that fails is the business of another test.
        await node.client.write(updates).catch(() => undefined);
      }
    };
    await Promise.all([...nodes, ...nodes].map(write));
    const consistency = { fullyConsistent: true };
    const stored = new Set(await nodes[0].client.read({ consistency }));
    expect(stored.size, `seed ${seed}`).toBeGreaterThan(0);
    for (const { client } of nodes) {
      for (let i = 0; i < 30; i++) {
        const wanted = stored.has(tupleOf(i)) ? 'allowed' : 'denied';
        expect(await client.check(tupleOf(i), { consistency }), `seed ${seed}: ${tupleOf(i)}`).toBe(wanted);
      }
    }
  });
});
