import { expect, it } from 'vitest';
import { freshDatabase, query, startNode } from '../support/database.ts';

const SCHEMA = 'type user\ntype doc { relation v : user }';

/** Takes back the last revision and writes another in its place, as a restore from an earlier copy would. */
async function restoreAndGrow(url: string): Promise<void> {
  const [{ id, revision }] = await query<{ id: string; revision: string }>(
    url,
    "select id, revision from store where name = 'default'",
  );
  const head = Number(revision);
  await query(url, 'delete from tuple where store_id = $1 and created_revision >= $2', [id, head]);
  await query(url, 'delete from revision where store_id = $1 and revision >= $2', [id, head]);
  await query(
    url,
    `insert into revision (store_id, revision, tag, time, kind) values ($1, $2, 78, clock_timestamp(), 'tuples')`,
    [id, head],
  );
  await query(url, 'update store set tag = 78 where id = $1', [id]);
}

it('never mixes two histories in an exact snapshot, before or after this node has noticed a restore', async () => {
  const database = await freshDatabase();
  const { client } = await startNode({ database, maxStalenessMs: 2_000 });
  await client.writeSchema(SCHEMA);
  const zookie = await client.write(['doc:h#v@user:base']);
  await client.write(['doc:h#v@user:late']);
  const ask = () =>
    client.check('doc:h#v@user:late', { consistency: { atExactSnapshot: zookie } }).catch(() => 'refused');
  expect(await ask()).toBe('denied');
  await restoreAndGrow(database);
  const answers = new Set<string>();
  for (const end = Date.now() + 2_500; Date.now() < end; ) answers.add(await ask());
  expect([...answers].sort()).toContain('denied');
  expect(answers).not.toContain('allowed');
});
