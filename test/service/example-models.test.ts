/** A node that starts with one of the models of the package. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { EXAMPLE_MODELS, MODEL_NAMES, type ModelName } from '../../src/base/example-models.ts';
import { readTextFile } from '../../src/base/text-file.ts';
import { greeting } from '../../src/cli/greeting.ts';
import { loadServeConfig } from '../../src/config/load-serve-config.ts';
import { parseTupleLines } from '../../src/model/tuple-lines.ts';
import { freshDatabase, startNode, type TestConfig, type TestNode } from '../support/database.ts';

/** As `pemba serve --open --example --model MODEL` on a database. */
function startModel(database: string, model: ModelName): Promise<TestNode> {
  const { schemaFile, tuplesFile, example } = loadServeConfig({ open: true, example: true, model }, {}, true);
  return startNode({ database, model, schemaFile, tuplesFile, example } as TestConfig);
}

async function failureOf(starting: Promise<TestNode>): Promise<string> {
  const outcome = await starting.then(
    () => 'it started',
    (error: Error) => error.message,
  );
  return outcome;
}

it.each(MODEL_NAMES)(
  '%s is filled in, and the answers are those that the greeting promises',
  async (model) => {
    const database = await freshDatabase();
    const node = await startModel(database, model);
    const { schemaFile = '', tuplesFile = '', listen } = loadServeConfig({ open: true, model }, {}, true);
    const { text } = await node.client.call('SchemaService/ReadSchema', {});
    expect(text.match(/^schema (.+)$/m)?.[1]).toBe(model);
    expect(await node.client.read()).toHaveLength(
      parseTupleLines(await readTextFile(tuplesFile), tuplesFile).length,
    );
    expect(schemaFile).toContain(model);

    const said = greeting({ ...listen, ...node, open: true });
    expect(said).toContain(`has been filled with the model \`${model}\``);
    const asked = [...said.matchAll(/ npx pemba check '(.+)'$/gm)].map(([, question]) => question);
    expect(await Promise.all(asked.map((question) => node.client.check(question)))).toEqual([
      'allowed',
      'denied',
    ]);
    const [, object] = / npx pemba read (.+)$/m.exec(said) ?? [];
    expect((await node.client.read({ filter: { object } })).length).toBeGreaterThan(2);

    await node.stop();
    expect(await startModel(database, model)).toMatchObject({ isFirstStart: false, example: model });
  },
);

it('goes on with a model that was changed since', async () => {
  const database = await freshDatabase();
  const node = await startModel(database, 'workspaces');
  const { text } = await node.client.call('SchemaService/ReadSchema', {});
  await node.client.writeSchema(`${text}\ntype extra\n`);
  await node.stop();
  const again = await startModel(database, 'workspaces');
  expect(await again.client.check(EXAMPLE_MODELS.workspaces.allowed)).toBe('allowed');
});

it('does not serve something else that the store holds', async () => {
  const database = await freshDatabase();
  const lamin = await startModel(database, 'lamin');
  await lamin.stop();
  expect(await failureOf(startModel(database, 'ptolemy'))).toMatch(
    /^--model `ptolemy`: the store `default` in the database at \S+ holds the schema `lamin` already; leave out --model to serve that, or name another place with --data or --database$/,
  );
  const other = await freshDatabase();
  const node = await startNode({ database: other });
  await node.client.writeSchema('type user');
  expect(await failureOf(startModel(other, 'portkey'))).toContain('holds a schema without a name already');
  expect(await node.client.read()).toEqual([]);
});

it('a schema of the operator may have imports as well', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'pemba-imports-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const [schemaFile, people, tuplesFile] = ['own.pemba', 'people.pemba', 'own.tuples'].map((name) =>
    join(directory, name),
  );
  await writeFile(schemaFile, 'import "people.pemba"\ntype team { relation member : user }');
  await writeFile(tuplesFile, 'team:a#member@user:ada');
  const database = await freshDatabase();
  const config = { database, schemaFile, tuplesFile };
  expect(await failureOf(startNode(config))).toContain('there is no file `');
  await writeFile(people, 'type usr');
  expect(await failureOf(startNode(config))).toContain('unknown type `user`; did you mean `usr`?');
  await writeFile(people, 'type user');

  const first = await startNode(config);
  expect(first.isFirstStart).toBe(true);
  expect(await first.client.check('team:a#member@user:ada')).toBe('allowed');
  await first.stop();
  expect((await startNode(config)).isFirstStart).toBe(false);
});
