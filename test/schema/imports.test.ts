import { describe, expect, test } from 'vitest';
import { bundle, unbundle } from '../../src/model/schema-bundle.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { CompileResult, SourceFile } from '../../src/schema/source-file.ts';

type Files = Record<string, string>;

/** Compiles `root.pemba` of the files, as a folder `dir`. */
function compileFolder(files: Files): Promise<CompileResult> {
  return compileSchema({ path: 'dir/root.pemba', text: files['root.pemba'] }, async (path) => files[path]);
}

async function findings(files: Files): Promise<string[]> {
  return tell(await compileFolder(files));
}

function tell({ diagnostics }: CompileResult): string[] {
  return diagnostics.map((d) => `${d.file}:${d.line}:${d.column} ${d.severity}: ${d.message} [${d.code}]`);
}

const GOOD: Files = {
  'root.pemba': `schema platform
import "base/people.pemba"
import "base/machines.pemba"
type doc { relation reader : user with daily | machine permission read = reader }
extend type user {
  /// Also here.
  relation boss : user
  permission lead = boss.knows
}
`,
  'base/people.pemba': `schema people
import "more/conditions.pemba"
/// Somebody.
type user { permission knows = self }`,
  'base/machines.pemba': 'import "more/conditions.pemba"\ntype machine',
  'base/more/conditions.pemba': 'condition daily(on bool) { on }\n',
};

describe('a schema of several files', () => {
  test('is one schema, each declaration with its own file', async () => {
    const { schema, diagnostics, files } = await compileFolder(GOOD);
    expect(diagnostics).toEqual([]);
    expect(schema?.name).toBe('platform');
    expect(schema?.types.map(({ name, doc, source }) => [name, doc, source.file, source.line])).toEqual([
      ['doc', undefined, 'dir/root.pemba', 4],
      ['user', 'Somebody.', 'dir/base/people.pemba', 4],
      ['machine', undefined, 'dir/base/machines.pemba', 2],
    ]);
    expect(schema?.types[1].members.map(({ name, doc, source }) => [name, doc, source.file])).toEqual([
      ['knows', undefined, 'dir/base/people.pemba'],
      ['boss', 'Also here.', 'dir/root.pemba'],
      ['lead', undefined, 'dir/root.pemba'],
    ]);
    expect(schema?.conditions).toMatchObject([{ source: { file: 'dir/base/more/conditions.pemba' } }]);
    expect(files.map(({ path }) => path)).toEqual([
      'dir/root.pemba',
      'dir/base/people.pemba',
      'dir/base/more/conditions.pemba',
      'dir/base/machines.pemba',
    ]);
  });

  test('has its findings told file by file, each where it is', async () => {
    expect(
      await findings({
        'root.pemba': 'import "a.pemba"\ntype d { relation r : a permission p = r.q }',
        'a.pemba': 'type a {\n  // pemba-ignore: unread-relation\n  relation x : a\n  relation y : dd }\n',
      }),
    ).toEqual([
      'dir/root.pemba:2:42 error: type `a` has no relation or permission `q`; did you mean `x`? [unknown-relation]',
      'dir/a.pemba:4:16 error: unknown type `dd`; did you mean `d`? [unknown-type]',
    ]);
  });

  test('silences a warning in its own file alone', async () => {
    expect(
      await findings({
        'root.pemba': 'import "a.pemba"\ntype d { relation x : a }',
        'a.pemba': '// pemba-ignore: unread-relation\ntype a { relation y : a }',
      }),
    ).toEqual([
      'dir/root.pemba:2:19 warning: nothing reads relation `x`; name it in a permission, or remove it [unread-relation]',
    ]);
  });

  test('may not declare anything twice', async () => {
    expect(
      await findings({
        'root.pemba': 'import "a.pemba"\ntype a\nextend type b { permission p = self permission q = p }',
        'a.pemba': 'type a\ntype b { permission p = self }',
      }),
    ).toEqual([
      'dir/root.pemba:3:28 error: `p` is already declared in type `b` on line 2 of `dir/a.pemba`; rename or remove one of them [duplicate-member]',
      'dir/a.pemba:1:6 error: type `a` is already declared on line 2 of `dir/root.pemba`; rename or remove one of them [duplicate-type]',
    ]);
  });

  test('has at most 100 files', async () => {
    const files = (count: number): Files => {
      const names = Array.from({ length: count - 1 }, (_, i) => `f${i}.pemba`);
      const root = `${names.map((name) => `import "${name}"\n`).join('')}type root`;
      return { ...Object.fromEntries(names.map((name, i) => [name, `type t${i}`])), 'root.pemba': root };
    };
    expect(await findings(files(100))).toEqual([]);
    expect(await findings(files(101))).toEqual([
      'dir/root.pemba:100:8 error: a schema has at most 100 files; join some of them [too-many-files]',
    ]);
  });

  test('has at most 1 MiB in all files together', async () => {
    const files = (bytes: number): Files => {
      const root = 'import "a.pemba"\ntype a';
      return { 'root.pemba': root, 'a.pemba': `//${'x'.repeat(bytes - root.length - 2)}` };
    };
    expect(await findings(files(1_048_576))).toEqual([]);
    expect(await findings(files(1_048_577))).toEqual([
      'dir/a.pemba:1:1 error: all files together have more than 1048576 bytes; write a smaller schema [file-too-large]',
    ]);
  });
});

const RULE = 'write a path from the folder of this file, such as `base/people.pemba`';

describe('an import', () => {
  test.each([
    ['', `an empty path names no file; ${RULE} [bad-import]`],
    ['/x.pemba', `\`/x.pemba\` does not start at this file; ${RULE} [bad-import]`],
    ['http://x', `\`http://x\` does not start at this file; ${RULE} [bad-import]`],
    [
      'a/../../x',
      '`a/../../x` leaves the folder of this file; import only what lies in it or below [bad-import]',
    ],
    ['a\\b', '`a\\b` has a backslash; write `/` between folders [bad-import]'],
    ['a//b', `\`a//b\` is no plain path; ${RULE} [bad-import]`],
    ['a/./b', `\`a/./b\` is no plain path; ${RULE} [bad-import]`],
    [
      'x.pemba',
      'there is no file `dir/x.pemba`; paths start at the folder of the importing file [import-not-found]',
    ],
  ])('of %j is refused, and nothing said of what it may declare', async (path, message) => {
    const text = `import "${path}"\ntype d { relation r : elsewhere permission p = r }`;
    expect(await findings({ 'root.pemba': text })).toEqual([`dir/root.pemba:1:8 error: ${message}`]);
  });

  test('may begin with ./', async () => {
    expect(await findings({ 'root.pemba': 'import "./a.pemba"', 'a.pemba': 'type a' })).toEqual([]);
  });

  test('starts at the folder of its own file', async () => {
    expect(
      await findings({ 'root.pemba': 'import "b/a.pemba"', 'b/a.pemba': 'import "a.pemba"\ntype a' }),
    ).toEqual([
      'dir/b/a.pemba:1:8 error: `b/a.pemba` imports itself: `b/a.pemba` → `b/a.pemba`; remove one of the imports [import-cycle]',
    ]);
  });

  test('leads to no cycle', async () => {
    expect(
      await findings({
        'root.pemba': 'import "a.pemba"\ntype r',
        'a.pemba': 'import "b.pemba"\ntype a',
        'b.pemba': 'import "root.pemba"\ntype b',
      }),
    ).toEqual([
      'dir/b.pemba:1:8 error: `root.pemba` imports itself: `root.pemba` → `a.pemba` → `b.pemba` → `root.pemba`; remove one of the imports [import-cycle]',
    ]);
  });

  test('is written once', async () => {
    expect(
      await findings({ 'root.pemba': 'import "a.pemba"\nimport "./a.pemba"', 'a.pemba': 'type a' }),
    ).toEqual([
      'dir/root.pemba:2:8 error: `./a.pemba` is imported twice; remove one of them [duplicate-import]',
    ]);
  });

  test('of a text that came alone is refused', async () => {
    const result = await compileSchema({ path: 'schema', text: 'import "a.pemba"' });
    expect(tell(result)).toEqual([
      'schema:1:8 error: this text came without the files that it imports; `pemba schema write` sends what a file imports along with it [import-not-found]',
    ]);
  });

  test('is no extension of a type that is not there', async () => {
    expect(await findings({ 'root.pemba': 'type user extend type usr { permission p = q }' })).toEqual([
      'dir/root.pemba:1:23 error: there is no type `usr` to extend; did you mean `user`? [unknown-type]',
    ]);
  });
});

describe('a bundle', () => {
  const names = Object.keys(GOOD);
  const files: SourceFile[] = names.map((path) => ({ path, text: GOOD[path] }));

  test('holds every file as it is', () => {
    const again = unbundle(bundle(files));
    expect(again?.map(({ path }) => path)).toEqual(names);
    expect(again?.map(({ text }) => text.trimEnd())).toEqual(names.map((name) => GOOD[name].trimEnd()));
  });

  test('of one file is the file', () => {
    expect(bundle([{ path: 'a', text: 'type a' }])).toBe('type a');
    expect(unbundle('type a')).toBeUndefined();
  });

  test('compiles to the same schema, with positions in its files', async () => {
    const { schema, diagnostics } = await compileSchema({ path: 'schema', text: bundle(files) });
    expect(diagnostics).toEqual([]);
    const folder = JSON.stringify((await compileFolder(GOOD)).schema);
    expect(JSON.stringify(schema)).toBe(folder.replaceAll('"dir/', '"'));
  });

  test('has its findings in its files', async () => {
    const text = bundle([
      { path: 'root.pemba', text: 'import "a.pemba"\r\ntype d' },
      { path: 'a.pemba', text: '\r\ntype a { permission p = q }' },
      { path: 'b.pemba', text: 'type b' },
      { path: 'a.pemba', text: 'type c' },
    ]);
    expect(tell(await compileSchema({ path: 'schema', text }))).toEqual([
      'root.pemba:1:1 error: nothing imports the file `b.pemba` of this bundle; leave it out [bad-bundle]',
      'root.pemba:1:1 error: the bundle has the file `a.pemba` twice; leave one of them out [bad-bundle]',
      'a.pemba:2:25 error: type `a` has no relation or permission `q`; declare it there [unknown-relation]',
    ]);
  });

  test('is not imported, and no file has a line like its own', async () => {
    expect(
      await findings({ 'root.pemba': 'import "a.pemba"', 'a.pemba': 'type a\n//# pemba-file: b.pemba' }),
    ).toEqual([
      'dir/a.pemba:2:1 error: `//# pemba-file:` separates the files of a schema that is sent as one text; write another comment [syntax]',
    ]);
  });
});
