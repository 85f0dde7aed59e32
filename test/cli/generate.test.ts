import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Parts } from '../../src/cli/parts.ts';
import type { SchemaDiagnostic } from '../../src/cli/schema-diagnostic.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { declarationsOf } from '../../src/schema/typescript/declarations.ts';
import { writeTypescript } from '../../src/schema/typescript/write-typescript.ts';
import { Refusal } from '../client/fake-service.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();
const typescript: Parts['generate']['typescript'] = async (types, options) => writeTypescript(types, options);
const compiling: Partial<Parts> = {
  generate: {
    async declare(file) {
      const { schema, diagnostics } = await compileSchema(file);
      return { types: schema && declarationsOf(schema), diagnostics };
    },
    typescript,
  },
};
const refusing = (...diagnostics: SchemaDiagnostic[]): Partial<Parts> => ({
  generate: { declare: async () => ({ types: undefined, diagnostics }), typescript },
});

const SCHEMA =
  'type user\n\n/// A place.\ntype space {\n  relation reader : user\n  permission read = reader\n}\n';

test('types come from a schema file', async () => {
  const file = bench.file('my.pemba', SCHEMA);
  const { out, err, code } = await bench.ask(['generate', 'typescript', file], { parts: compiling });
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out).toMatch(/^\/\/ Made by `pemba generate typescript` from `my.pemba`\./);
  expect(out).toContain("      reader: 'user';\n");
  expect(out).toContain('      read: true;\n');
  expect(out).toContain('/** A place. */');
  const again = await bench.ask(['generate', 'typescript', '-'], { parts: compiling, stdin: SCHEMA });
  expect(again.out).toBe(out.replace('my.pemba', 'standard input'));
  expect(bench.service.asked).toEqual([]);
});

test('types come from the schema in force, with its version', async () => {
  bench.service.handlers = {
    ReadSchema: () => ({ version: 7, types: [{ name: 'user', documentation: 'Who.', members: [] }] }),
  };
  const generate = { declare: () => Promise.reject(new Error('not a file')), typescript };
  const { out } = await bench.ask(['generate', 'typescript', '--store', 'main'], { parts: { generate } });
  expect(out).toMatch(/^\/\/ Made by .* from version 7 of the schema of store `main`\./);
  expect(out).toContain('/** Who. */\n  user: {');
  expect(bench.service.last.request).toMatchObject({ store: 'main' });
});

test('the file and the name may be chosen', async () => {
  const file = bench.file('schema.pemba', SCHEMA);
  const path = join(bench.folder, 'types.ts');
  const argv = ['generate', 'typescript', file, '--out', path, '--name', 'Lamin'];
  const { out, err, code } = await bench.ask(argv, { parts: compiling });
  expect({ out, err, code }).toEqual({ out: '', err: `wrote ${path}\n`, code: 0 });
  expect(readFileSync(path, 'utf8')).toContain('export interface Lamin {');
});

test.each(['my-schema', 'class', '', '1st', 'string'])('a type cannot be called `%s`', async (name) => {
  const { err, code } = await bench.ask(['generate', 'typescript', '-', '--name', name], {
    parts: compiling,
  });
  expect(code).toBe(1);
  expect(err).toContain('Expected the name of a type in TypeScript');
});

test('a schema with errors makes no types', async () => {
  const file = bench.file('wrong.pemba', 'type a {\n  relation b : c\n}\n');
  const path = join(bench.folder, 'never.ts');
  const problem: SchemaDiagnostic = {
    severity: 'error',
    code: 'unknown-type',
    file,
    line: 2,
    column: 16,
    endLine: 2,
    endColumn: 17,
    message: 'there is no type `c`',
  };
  const argv = ['generate', 'typescript', file, '--out', path];
  const { out, err, code } = await bench.ask(argv, { parts: refusing(problem) });
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain(`${file}:2:16: error: there is no type \`c\` [unknown-type]`);
  expect(() => readFileSync(path)).toThrow();
});

test('what stands in the way is told', async () => {
  const file = bench.file('fine.pemba', SCHEMA);
  const path = join(bench.folder, 'no', 'such', 'folder.ts');
  const unwritable = await bench.ask(['generate', 'typescript', file, '--out', path], { parts: compiling });
  expect(unwritable.code).toBe(1);
  expect(unwritable.err).toContain(`cannot write \`${path}\``);
  bench.service.handlers = {
    ReadSchema: () => {
      throw new Refusal('FAILED_PRECONDITION', 'this store has no schema', { reason: 'NO_SCHEMA' });
    },
  };
  const { err, code } = await bench.ask(['generate', 'typescript'], { parts: compiling });
  expect(code).toBe(1);
  expect(err).toContain('this store has no schema');
});
