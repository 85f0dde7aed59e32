/** Writes hold whatever isolation the database gives to transactions that ask for none. */
import { expect, it } from 'vitest';
import { SCHEMA } from '../service/shared.ts';
import { admin, freshDatabase, query, startNode } from '../support/database.ts';

it('lets writes of two nodes succeed on a database whose transactions are repeatable read by default', async () => {
  const database = await freshDatabase();
  const name = new URL(database).pathname.slice(1);
  await admin(`alter database ${name} set default_transaction_isolation = 'repeatable read'`);
  const nodes = [await startNode({ database }), await startNode({ database })];
  await nodes[0].client.writeSchema(SCHEMA);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, async (_, client) => {
      for (let i = 0; i < 25; i++) {
        const zookie = await nodes[client % 2].client.write([`space:s#writer@user:u${client}-${i}`]);
        await nodes[client % 2].client.check('space:s#write@user:u', {
          consistency: { atExactSnapshot: zookie },
        });
      }
    }),
  );
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
  // Not by trying again: three times in vain would be a failure.
  expect(nodes.flatMap(({ logged }) => logged).filter((line) => line.includes('trying again'))).toEqual([]);
  const [{ count }] = await query<{ count: string }>(database, 'select count(*) from tuple');
  expect(Number(count)).toBe(200);
  const past = new Date();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await Promise.all(nodes.map(({ client }, i) => client.write([`space:late#writer@user:u${i}`])));
  const atExactTime = {
    seconds: Math.floor(past.getTime() / 1000),
    nanos: (past.getTime() % 1000) * 1_000_000,
  };
  for (const { client } of nodes) {
    expect(await client.check('space:late#write@user:u0', { consistency: { atExactTime } })).toBe('denied');
  }
});
