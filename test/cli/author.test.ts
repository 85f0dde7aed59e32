import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { formatSchema } from '../../src/schema/format/format-schema.ts';
import { drawSchema } from '../../src/schema/graph/draw-schema.ts';
import { tellSchema } from '../../src/schema/graph/tell-schema.ts';
import { runTestFile } from '../../src/schema-test/run-test-file.ts';
import { type Run, run, type Setting } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

let served = 0;

/** The tools themselves, as `bin.ts` joins them. */
const setting: Setting = {
  env: { LANG: 'C' },
  parts: {
    author: {
      format: async (file) => formatSchema(file),
      async draw(file, read) {
        const { schema, diagnostics } = await compileSchema(file, read);
        if (schema === undefined) return { drawing: undefined, diagnostics };
        return { drawing: { picture: drawSchema(schema), tree: tellSchema(schema, file.path) }, diagnostics };
      },
      async serveLanguage() {
        served++;
      },
      test: runTestFile,
    },
  },
};

const ask = (argv: readonly string[], more: Partial<Setting> = {}): Promise<Run> =>
  run(argv, { ...setting, ...more });

const UGLY = 'type   user\ntype team{relation member:user}';
const FINE = 'type user\n\ntype team {\n  relation member : user\n}\n';

describe('schema fmt', () => {
  it('prints one file, or standard input', async () => {
    const path = bench.file('a.pemba', UGLY);
    expect(await ask(['schema', 'fmt', path])).toEqual({ code: 0, out: FINE, err: '' });
    expect(readFileSync(path, 'utf8')).toBe(UGLY);
    for (const argv of [[], ['-'], ['-', '--write']])
      expect(await ask(['schema', 'fmt', ...argv], { stdin: UGLY })).toEqual({ code: 0, out: FINE, err: '' });
    const two = await ask(['schema', 'fmt', path, path]);
    expect(two.code).toBe(1);
    expect(two.err).toContain('2 files cannot be printed at once; give one file, or --write or --check');
  });

  it('writes the files that change, and names them', async () => {
    const [ugly, fine] = [bench.file('ugly.pemba', UGLY), bench.file('fine.pemba', FINE)];
    expect(await ask(['schema', 'fmt', '--write', ugly, fine])).toEqual({
      code: 0,
      out: `${ugly}\n`,
      err: '',
    });
    expect(readFileSync(ugly, 'utf8')).toBe(FINE);
    expect(await ask(['schema', 'fmt', '--write', ugly, fine])).toEqual({ code: 0, out: '', err: '' });
  });

  it('checks without changing anything', async () => {
    const [ugly, fine] = [bench.file('ugly.pemba', UGLY), bench.file('fine.pemba', FINE)];
    expect(await ask(['schema', 'fmt', '--check', fine])).toEqual({ code: 0, out: '', err: '' });
    expect(await ask(['schema', 'fmt', '--check', fine, ugly])).toEqual({
      code: 1,
      out: `${ugly}\n`,
      err: '',
    });
    expect(readFileSync(ugly, 'utf8')).toBe(UGLY);
    expect((await ask(['schema', 'fmt', '--check', '--write', fine])).code).toBe(1);
  });

  it.each([[[]], [['--write']], [['--check']]])('leaves what it cannot read as it is %j', async (flags) => {
    const wrong = 'type   user {';
    const path = bench.file('wrong.pemba', wrong);
    const { code, out, err } = await ask(['schema', 'fmt', path, ...flags]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`${path}:1:14: error: expected`);
    expect(err).toMatch(/: 1 error; it is left as it is\n$/);
    expect(readFileSync(path, 'utf8')).toBe(wrong);
  });
});

describe('schema graph', () => {
  it('prints a tree, a picture or JSON, with what is imported', async () => {
    bench.file('user.pemba', 'type user');
    const path = bench.file(
      'a.pemba',
      'import "user.pemba"\ntype team { relation member : user permission see = member }',
    );
    expect((await ask(['schema', 'graph', path])).out).toBe(
      [
        path,
        '|- type team',
        '|  |- relation member : user',
        '|  `- permission see = member',
        '`- type user',
        '',
      ].join('\n'),
    );
    expect((await ask(['schema', 'graph', path, '--dot'])).out).toMatch(
      /^digraph pemba \{\n[\s\S]*label="member"/,
    );
    expect((await ask(['schema', 'graph', path, '--svg'])).out).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    const { nodes, edges } = JSON.parse((await ask(['schema', 'graph', path, '--json'])).out);
    expect(nodes.map(({ id }: { id: string }) => id)).toEqual(['team', 'team#member', 'team#see', 'user']);
    expect(edges).toContainEqual({ from: 'team#see', to: 'team#member' });
  });

  it('shows the mistakes of what it cannot draw', async () => {
    const { code, out, err } = await ask(['schema', 'graph', '-'], { stdin: 'type a { relation b : c }' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('standard input:1:23: error: unknown type `c`');
    expect(err).toContain('standard input: 1 error; nothing was drawn');
  });
});

describe('test', () => {
  const files = (text: string): string => {
    bench.file('t.pemba', 'type user\ntype team { relation member : user permission see = member }\n');
    return bench.file('t.test.yaml', `schema: t.pemba\n${text}`);
  };

  it('says that all is as expected', async () => {
    const path = files(
      'tuples: team:a#member@user:ada\nallowed: [team:a#see@user:ada]\ndenied: [team:a#see@user:bob]',
    );
    expect(await ask(['test', path])).toEqual({ code: 0, out: `${path}: 2 of 2 as expected\n`, err: '' });
    expect(JSON.parse((await ask(['test', path, path, '--json'])).out)).toEqual(
      [path, path].map((file) => ({
        file,
        passed: true,
        problems: [],
        diagnostics: [],
        expectations: 2,
        differences: [],
      })),
    );
  });

  it('says what is not, where, and why', async () => {
    const path = files(
      'tuples: team:a#member@user:ada\ntests:\n  - name: it\n    denied: [team:a#see@user:ada]\n    allowed: [team:a#see@user:bob]',
    );
    const folder = path.slice(0, path.lastIndexOf('/'));
    const { code, out } = await ask(['test', path]);
    expect(code).toBe(1);
    expect(out).toBe(
      [
        `${path}:6:15: not as expected: it: \`team:a#see@user:bob\` is denied, not allowed`,
        '  It would be allowed after:',
        `    team:a#see = member  [${folder}/t.pemba:2:53]`,
        `    \`- team:a#member  [${folder}/t.pemba:2:22]`,
        '       `- + team:a#member@user:bob (to be written)',
        `${path}:5:14: not as expected: it: \`team:a#see@user:ada\` is allowed, not denied`,
        `    team:a#see = member  [${folder}/t.pemba:2:53]`,
        `    \`- team:a#member  [${folder}/t.pemba:2:22]`,
        '       `- team:a#member@user:ada',
        `${path}: 0 of 2 as expected, 2 differences`,
        '',
      ].join('\n'),
    );
    const [report] = JSON.parse((await ask(['test', path, '--json'])).out);
    expect(report).toMatchObject({
      passed: false,
      expectations: 2,
      differences: [{ line: 6, within: ['it'] }, { line: 5 }],
    });
  });

  it('says what tuples would have to carry, what they replace, and what has to go', async () => {
    bench.file(
      't.pemba',
      `condition dry(rain bool) { !rain }
type user
type team {
  relation guest : user must expire within 1d
  relation diver : user | user with dry
  roles lead > member : user
  require one of lead, member
}
`,
    );
    const path = bench.file(
      't.test.yaml',
      `schema: t.pemba
now: 2030-01-01T00:00:00Z
tuples: |
  team:a#diver@user:ada [dry {"rain": true}]
  team:a#member@user:ada
allowed: [team:a#guest@user:ada, team:a#diver@user:ada, team:a#lead@user:ada]
`,
    );
    const { out } = await ask(['test', path]);
    expect(out.split('\n').map((line) => line.replace(/ {2}\[.*/, ''))).toEqual([
      `${path}:6:11: not as expected: \`team:a#guest@user:ada\` is denied, not allowed`,
      '  It would be allowed after:',
      '    team:a#guest',
      '    `- + team:a#guest@user:ada [expires 2030-01-02T00:00:00Z] (to be written)',
      `${path}:6:34: not as expected: \`team:a#diver@user:ada\` is denied, not allowed`,
      '  It would be allowed after:',
      '    team:a#diver@user:ada [dry {"rain":true}] is stored: condition dry is false; writing it so takes its condition away',
      '    team:a#diver',
      '    `- + team:a#diver@user:ada (to be written)',
      `${path}:6:57: not as expected: \`team:a#lead@user:ada\` is denied, not allowed`,
      '  It would be allowed after:',
      '    team:a#lead',
      '    `- + team:a#lead@user:ada (to be written)',
      '    - team:a#member@user:ada (to be deleted)',
      `${path}: 0 of 3 as expected, 3 differences`,
      '',
    ]);
  });

  it('says why it could not be run, and runs the others', async () => {
    const path = files('alowed: []\nnow: x');
    const { code, out } = await ask(['test', path, path]);
    expect(code).toBe(1);
    const told = [
      `${path}:2:1: error: a test file has no key \`alowed\`; did you mean \`allowed\`?`,
      `${path}:3:6: error: \`x\` is no point in time; write it as \`2030-01-01T00:00:00Z\``,
      `${path}: not run, 2 errors`,
    ];
    expect(out).toBe([...told, ...told, ''].join('\n'));
    bench.file('t.pemba', 'type user {');
    const wrong = bench.file('u.test.yaml', 'schema: t.pemba');
    const second = await ask(['test', wrong]);
    expect(second.out).toContain('t.pemba:1:12: error: expected');
    expect(second.out).toContain('  1 | type user {');
    expect(second.out).toContain(`${wrong}: not run, 1 error in the schema`);
  });
});

it('lsp serves an editor, with the option that editors add', async () => {
  expect((await ask(['lsp', '--stdio'])).code).toBe(0);
  expect(served).toBe(1);
});
