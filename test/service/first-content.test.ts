/** Filling an empty store from files, and going on where an earlier start was killed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { freshDatabase, query, startNode, type TestConfig, type TestNode } from '../support/database.ts';

const SCHEMA = 'type user\ntype team { relation member : user }\n';
const TUPLES = Array.from({ length: 2_500 }, (_, i) => `team:${i % 7}#member@user:${i}`);
const LAST = TUPLES[TUPLES.length - 1];

let config: TestConfig & { database: string; schemaFile: string; tuplesFile: string };
beforeEach(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pemba-fill-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  config = {
    database: await freshDatabase(),
    schemaFile: join(directory, 'a.pemba'),
    tuplesFile: join(directory, 'a.tuples'),
  };
  await writeFile(config.schemaFile, SCHEMA);
  await writeFile(config.tuplesFile, TUPLES.join('\n'));
});

async function startAndStop(more: Partial<TestConfig> = {}): Promise<boolean> {
  const node = await startNode({ ...config, ...more });
  await node.stop();
  return node.isFirstStart;
}

async function stored(): Promise<string[]> {
  const rows = await query<{ tuple: string }>(
    config.database,
    `select object_type || ':' || object_id || '#' || relation || '@' || subject_type || ':' || subject_id as tuple
       from tuple join store on store.id = store_id where name = 'default'`,
  );
  return rows.map(({ tuple }) => tuple).sort();
}

/** Undoes all that was done after a revision, as if the node had been killed then. */
async function killedAfter(revision: number): Promise<void> {
  const undo = [
    `delete from tuple where store_id = (select id from store where name = 'default') and created_revision > ${revision}`,
    `delete from idempotency where revision > ${revision}`,
    `delete from revision where store_id = (select id from store where name = 'default') and revision > ${revision}`,
    `update store set revision = ${revision}, tag = (select tag from revision where store_id = store.id and revision = ${revision})
      where name = 'default'`,
  ];
  for (const sql of undo) await query(config.database, sql);
}

const foreignWrite = (node: TestNode): Promise<string> => node.client.write(['team:x#member@user:foreign']);
const ALL = [...TUPLES].sort();

it('fills the store once', async () => {
  expect(await startAndStop()).toBe(true);
  expect(await stored()).toEqual(ALL);
  expect(await startAndStop()).toBe(false);
  const [{ revision }] = await query<{ revision: string }>(
    config.database,
    "select revision from store where name = 'default'",
  );
  expect(revision).toBe('4');
});

it.each([1, 2, 3])('goes on after it was killed at revision %i and another node has written', async (at) => {
  await startAndStop();
  await killedAfter(at);
  const other = await startNode({ database: config.database });
  await foreignWrite(other);
  await foreignWrite(other);
  await other.client.write([['delete', 'team:x#member@user:foreign']]);
  expect(await stored()).toHaveLength((at - 1) * 1_000);
  expect(await startAndStop()).toBe(true);
  expect(await stored()).toEqual(ALL);
  expect(await startAndStop()).toBe(false);
});

it('writes portions no larger than a write may be, and goes on with another size', async () => {
  await writeFile(config.tuplesFile, TUPLES.slice(0, 35).join('\n'));
  expect(await startAndStop({ limits: { writeUpdates: 10 } })).toBe(true);
  expect(await stored()).toHaveLength(35);
  await killedAfter(3);
  expect(await stored()).toHaveLength(20);
  expect(await startAndStop({ limits: { writeUpdates: 7 } })).toBe(true);
  expect(await stored()).toHaveLength(35);
  await killedAfter(4);
  expect(await startAndStop({ limits: { writeUpdates: 1_000 } })).toBe(true);
  expect(await stored()).toHaveLength(35);
});

it('never brings back what was deleted since, however long ago and whatever the files and limits are now', async () => {
  await startAndStop();
  const node = await startNode(config);
  await node.client.write([['delete', LAST]]);
  await node.stop();
  await query(config.database, "update idempotency set created_at = created_at - interval '2 days'");
  expect(await startAndStop()).toBe(false);
  expect(await startAndStop({ limits: { writeUpdates: 10 } })).toBe(false);
  await writeFile(config.tuplesFile, TUPLES.toReversed().join('\n'));
  expect(await startAndStop()).toBe(false);
  expect(await stored()).toEqual(ALL.filter((tuple) => tuple !== LAST));
});

it('leaves a store alone that has another schema', async () => {
  const other = await startNode({ database: config.database });
  await other.client.writeSchema('type user\ntype team { relation member : user | team#member }');
  expect(await startAndStop()).toBe(false);
  expect(await stored()).toEqual([]);
});

const failureOf = (starting: Promise<unknown>): Promise<string> =>
  starting.then(
    () => 'it started',
    (error: Error) => error.message,
  );

it.each(['schemaFile', 'tuplesFile'] as const)(
  'starts on a filled store whose %s is gone, wrong or not even text',
  async (file) => {
    await startAndStop();
    for (const bytes of [undefined, 'nonsense', Buffer.from([0xff])]) {
      await (bytes === undefined ? rm(config[file]) : writeFile(config[file], bytes));
      expect(await startAndStop()).toBe(false);
    }
    expect(await stored()).toEqual(ALL);
  },
);

it('takes a store as filled whose tuples were none', async () => {
  await writeFile(config.tuplesFile, '# none yet\n');
  expect(await startAndStop()).toBe(true);
  await writeFile(config.tuplesFile, LAST);
  expect(await startAndStop()).toBe(false);
  await rm(config.tuplesFile);
  expect(await startAndStop()).toBe(false);
  expect(await stored()).toEqual([]);
});

it('leaves a store alone whose schema somebody else has written, even the same', async () => {
  const other = await startNode({ database: config.database });
  await other.client.writeSchema(SCHEMA);
  expect(await startAndStop()).toBe(false);
  expect(await stored()).toEqual([]);
  await rm(config.schemaFile);
  expect(await startAndStop()).toBe(false);
});

it('finishes a start that was killed with the files as they are then', async () => {
  await startAndStop();
  await killedAfter(2);
  expect(await stored()).toHaveLength(1_000);
  await rm(config.tuplesFile);
  expect(await failureOf(startAndStop())).toBe(`cannot read \`${config.tuplesFile}\`: there is no such file`);
  await writeFile(config.tuplesFile, 'team:new#lead@user:ada');
  expect(await failureOf(startAndStop())).toMatch(/a\.tuples: .*lead/);
  await writeFile(config.schemaFile, SCHEMA.replace('}', 'relation lead : user }'));
  expect(await startAndStop()).toBe(true);
  expect(await stored()).toEqual([...TUPLES.slice(0, 1_000), 'team:new#lead@user:ada'].sort());
  await rm(config.schemaFile);
  expect(await startAndStop()).toBe(false);
});

it('leaves a half-filled store alone once somebody else has written a schema', async () => {
  await startAndStop();
  await killedAfter(2);
  const other = await startNode({ database: config.database });
  await other.client.writeSchema(`${SCHEMA}type doc`);
  await rm(config.tuplesFile);
  expect(await startAndStop()).toBe(false);
  expect(await stored()).toHaveLength(1_000);
});

it.each([
  ['tuplesFile', ['team:a#member@user:ada\nteam:a#member@user:', '\n'], 2],
  ['schemaFile', [`${SCHEMA}// caf`, '\n'], 3],
] as const)(
  'refuses a %s that is not UTF-8, and leaves the store empty',
  async (file, [before, after], line) => {
    await writeFile(
      config[file],
      Buffer.concat([Buffer.from(before), Buffer.from([0xe9]), Buffer.from(after)]),
    );
    expect(await failureOf(startAndStop())).toBe(
      `${config[file]} is not text in UTF-8; line ${line} is the first that is not`,
    );
    expect(await query(config.database, 'select 1 from schema_version')).toEqual([]);
    await writeFile(config[file], file === 'schemaFile' ? SCHEMA : LAST);
    expect(await startAndStop()).toBe(true);
  },
);

it('refuses an imported file that is not UTF-8', async () => {
  const imported = join(dirname(config.schemaFile), 'people.pemba');
  await writeFile(config.schemaFile, `import "people.pemba"\n${SCHEMA.replace('type user', '')}`);
  await writeFile(imported, Buffer.from('type user // \xff', 'latin1'));
  expect(await failureOf(startAndStop())).toBe(
    `${imported} is not text in UTF-8; line 1 is the first that is not`,
  );
});

it('says in which file a mistake of the schema is, of several too', async () => {
  await writeFile(config.schemaFile, SCHEMA.replace(': user', ': usr'));
  expect(await failureOf(startAndStop())).toMatch(
    `${config.schemaFile}: the schema has an error\n${config.schemaFile}:2:31: error: unknown type \`usr\``,
  );
  const imported = join(dirname(config.schemaFile), 'people.pemba');
  await writeFile(config.schemaFile, 'import "people.pemba"\ntype doc');
  await writeFile(imported, SCHEMA.replace(': user', ': usr'));
  expect(await failureOf(startAndStop())).toMatch(
    `${config.schemaFile}: the schema has an error\n${imported}:2:31: error: unknown type \`usr\``,
  );
});
