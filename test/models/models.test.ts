/** The models of schema/ compile without a warning, do what their tests say, and docs/models.md names those tests. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { EXAMPLE_MODELS, MODEL_NAMES } from '../../src/base/example-models.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { runTestFile } from '../../src/schema-test/run-test-file.ts';
import { run, SCHEMA_FILES, TEST_FILES, TUPLE_FILES, textOf } from './models.ts';

const SEPARATE = SCHEMA_FILES.filter((path) => !path.includes('/'));

it('each model has tests', () => {
  expect(TEST_FILES).toEqual(SEPARATE.map((path) => path.replace('.pemba', '.test.yaml')));
});

it.each(SEPARATE)('%s compiles without an error or a warning', async (path) => {
  const source = { path: `schema/${path}`, text: textOf(path) };
  const { schema, diagnostics } = await compileSchema(source, async (imported) => textOf(imported));
  expect(diagnostics).toEqual([]);
  expect(schema?.name).toBe(path.replace('.pemba', ''));
});

it.each(TEST_FILES)('%s holds', async (path) => {
  const { problems, diagnostics, differences, expectations } = await run(path);
  expect([...problems, ...diagnostics, ...differences]).toEqual([]);
  expect(expectations).toBeGreaterThan(0);
});

it('each model is offered by name, with an example', () => {
  expect(SEPARATE.map((path) => path.replace('.pemba', '')).sort()).toEqual([...MODEL_NAMES].sort());
  expect(TUPLE_FILES).toEqual(SEPARATE.map((path) => path.replace('.pemba', '.tuples')));
});

it.each(MODEL_NAMES)('the tuples of the example of %s may all be written at once', async (model) => {
  const { allowed, denied } = EXAMPLE_MODELS[model];
  const tuples = textOf(`${model}.tuples`)
    .split('\n')
    .map((line) => `  ${line}`);
  const text = [
    `schema: ${model}.pemba`,
    'tuples: |',
    ...tuples,
    `allowed: [${allowed}]`,
    `denied: [${denied}]`,
  ].join('\n');
  const read = async (path: string): Promise<string> => textOf(path);
  const { problems, differences, expectations } = await runTestFile(
    { path: 'schema/x.test.yaml', text },
    read,
  );
  expect([...problems, ...differences]).toEqual([]);
  expect(expectations).toBe(2);
});

it('a file that is changed is run as changed', async () => {
  const text = textOf('workspaces.pemba').replace('permission delete_data    = admin', '');
  expect((await run('workspaces.test.yaml', { path: 'workspaces.pemba', text })).diagnostics).not.toEqual([]);
});

describe('docs/models.md', () => {
  const page = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
  const sections = new Map(
    page.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );

  it.each(TEST_FILES)('names the tests of %s, and no other', (path) => {
    const section = sections.get(`\`${path.replace('.test.yaml', '')}\``) ?? '';
    // The last column of each row: names between ‹›.
    const named = [...section.matchAll(/‹([^›]*)›/g)].map(([, name]) => name);
    const { tests } = parse(textOf(path)) as { tests: { name: string }[] };
    expect([...new Set(named)].sort()).toEqual(tests.map(({ name }) => name).sort());
  });
});
