/** The keys by which the service knows its own writes: callers have theirs elsewhere, even where nobody has a credential. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { writeRequest } from '../support/client.ts';
import { freshDatabase, query, startNode, type TestNode } from '../support/database.ts';

const SCHEMA = 'type user\ntype team { relation member : user }\n';
const TUPLES = ['team:a#member@user:ada', 'team:a#member@user:bob', 'team:b#member@user:ada'];
const FOREIGN = 'team:x#member@user:foreign';
const LAST_KEY = 'first-content-last';

let database: string;
let schemaFile: string;
let tuplesFile: string;
beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pemba-keys-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  database = await freshDatabase();
  schemaFile = join(directory, 'a.pemba');
  tuplesFile = join(directory, 'a.tuples');
  await writeFile(schemaFile, SCHEMA);
  await writeFile(tuplesFile, TUPLES.join('\n'));
});

/** Two portions, so that there are keys of all kinds. */
const start = (): Promise<TestNode> =>
  startNode({ database, schemaFile, tuplesFile, limits: { writeUpdates: 2 } });

async function lastingKeys(): Promise<{ credential_id: string; key: string }[]> {
  return query(database, "select credential_id, key from idempotency where created_at = 'infinity'");
}

async function names(): Promise<string[]> {
  return (await lastingKeys()).map(({ key }) => key);
}

it('lets callers of an open service use the very keys that filled the store', async () => {
  const node = await start();
  const keys = await names();
  expect(keys).toContain(LAST_KEY);
  for (const [i, idempotencyKey] of keys.entries()) {
    const updates = [`team:x#member@user:u${i}`];
    const zookie = await node.client.write(updates, { idempotencyKey });
    expect(await node.client.write(updates, { idempotencyKey })).toBe(zookie);
    const another = { ...writeRequest([FOREIGN]), idempotencyKey };
    expect(await node.client.failure('PermissionService/Write', another)).toMatchObject({
      reason: 'IDEMPOTENCY_KEY_REUSED',
    });
  }
  await node.client.write([['delete', TUPLES[0]]]);
  await node.stop();
  const again = await start();
  expect(again.isFirstStart).toBe(false);
  expect(await again.client.read({ filter: { subject: 'user:ada' } })).toEqual([TUPLES[2]]);
});

it('goes on filling a store though callers of an open service have used those keys meanwhile', async () => {
  await writeFile(tuplesFile, [...TUPLES.slice(0, 2), 'team:b#nothing@user:ada'].join('\n'));
  await expect(start()).rejects.toMatchObject({ reason: 'UNKNOWN_RELATION' });
  const open = await startNode({ database });
  const keys = [...(await names()), LAST_KEY];
  expect(keys.length).toBeGreaterThan(1);
  for (const idempotencyKey of keys) await open.client.write([FOREIGN], { idempotencyKey });
  await open.stop();
  await writeFile(tuplesFile, TUPLES.join('\n'));
  const node = await start();
  expect(node.isFirstStart).toBe(true);
  expect(await node.client.read()).toEqual([...TUPLES, FOREIGN]);
});

it('keeps its keys where it always did, so that a store filled by an earlier version counts as filled', async () => {
  await (await start()).stop();
  const keys = await lastingKeys();
  expect(keys).toContainEqual({ credential_id: '', key: LAST_KEY });
  expect(new Set(keys.map(({ credential_id }) => credential_id))).toEqual(new Set(['']));
});
