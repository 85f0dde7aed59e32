import { expect, it } from 'vitest';
import { freshDatabase, startNode } from '../support/database.ts';
import { moveAndAsk, prepare } from '../support/moves.ts';
import { startServer } from '../support/process.ts';
import { startProxy } from '../support/proxy.ts';
import { tell } from '../support/tell.ts';

it('shows moves whole for a minute, also to nodes that are far away or in another process', async () => {
  const database = await freshDatabase();
  const near = await startNode({ database });
  await prepare(near.client);
  const proxy = await startProxy(database);
  proxy.latencyMs = 20;
  const far = await startNode({ database: proxy.url });
  const apart = await startServer({ DATABASE: database });
  const counted = await moveAndAsk(near.client, [near.client, far.client, apart.client], 60_000);
  tell(
    `${counted.moves} moves, ${counted.checks} checks, seen left ${counted.seen[0]} and right ${counted.seen[1]}`,
  );
  expect(counted.torn).toEqual([]);
  expect(counted.moves).toBeGreaterThan(200);
  expect(Math.min(...counted.seen)).toBeGreaterThan(200);
}, 120_000);
