import { expect, it } from 'vitest';
import { freshDatabase, startNode } from '../support/database.ts';
import { moveAndAsk, prepare } from '../support/moves.ts';

it('shows a move between two groups whole, on the node that writes and on another', async () => {
  const database = await freshDatabase();
  const a = await startNode({ database });
  await prepare(a.client);
  const b = await startNode({ database });
  const counted = await moveAndAsk(a.client, [a.client, b.client], 3_000);
  expect(counted.torn).toEqual([]);
  expect(counted.moves).toBeGreaterThan(10);
  expect(Math.min(...counted.seen)).toBeGreaterThan(5);
});
