import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { formatSchema } from '../../src/schema/format/format-schema.ts';
import { Editor, type Range } from './editor.ts';

const PLATFORM = readFileSync('test/schema/files/platform.pemba', 'utf8');

/** For tests that need nothing on the disk; a start takes a second. */
let shared: Promise<Editor> | undefined;
const started: Editor[] = [];

async function start(files?: Record<string, string>): Promise<Editor> {
  if (files === undefined) {
    shared ??= Editor.start();
    return shared;
  }
  const editor = await Editor.start(files);
  started.push(editor);
  return editor;
}

afterEach(async () => {
  for (const editor of started.splice(0)) expect(await editor.stop()).toBe(0);
});

afterAll(async () => {
  if (shared !== undefined) expect(await (await shared).stop()).toBe(0);
});

interface Item {
  label: string;
  detail?: string;
  insertText?: string;
  documentation?: { value: string };
}

interface Location {
  uri: string;
  range: Range;
}

/** The text at a place. */
function textAt(text: string, { start, end }: Range): string {
  return text.split('\n')[start.line]?.slice(start.character, end.character) ?? '';
}

describe('diagnostics', () => {
  test('are those of the compiler, while typing', async () => {
    const on = await start();
    const wrong = 'type user\ntype team {\n  relation lead : uesr\n  permission see = leed\n}\n';
    await on.open('a.pemba', wrong);
    const told = await on.diagnostics('a.pemba');
    const { diagnostics } = await compileSchema({ path: 'a.pemba', text: wrong });
    expect(told).toEqual(
      diagnostics.map(({ code, message, severity, line, column, endLine, endColumn }) => ({
        source: 'pemba',
        code,
        message,
        severity: severity === 'error' ? 1 : 2,
        range: {
          start: { line: line - 1, character: column - 1 },
          end: { line: endLine - 1, character: endColumn - 1 },
        },
      })),
    );
    expect(told.map(({ range }) => textAt(wrong, range))).toEqual(['uesr', 'leed']);

    await on.open('a.pemba', wrong.replace('uesr', 'user').replace('leed', 'lead'));
    expect(await on.diagnostics('a.pemba')).toEqual([]);
    await on.open('a.pemba', 'type user {');
    expect((await on.diagnostics('a.pemba')).map(({ code }) => code)).toEqual(['syntax']);
  });

  test('are about a file as part of the schemas that import it', async () => {
    const on = await start({
      'main.pemba':
        'import "base/people.pemba"\ntype team { relation member : user permission see = member }\n',
      'base/people.pemba': 'type user\n',
    });
    await on.open(
      'base/people.pemba',
      'type user\ntype group { relation team : team permission see = team.see }\n',
    );
    expect(await on.diagnostics('base/people.pemba')).toEqual([]);
    await on.open('main.pemba', 'import "base/people.pemba"\n');
    await on.diagnostics('main.pemba');
    // What is open elsewhere counts, not what is on the disk.
    await on.open(
      'base/people.pemba',
      'type user\ntype group { relation team : team permission see = team.see }\n\n',
    );
    expect((await on.diagnostics('base/people.pemba')).map(({ code }) => code)).toContain('unknown-type');
  });
});

describe('completion', () => {
  const BASE = `condition office_hours(now timestamp, opens timestamp) { now > opens }
type user { permission change = self }
type team { relation member : user  permission see = member }
/// Where people work.
type workspace {
  /// Who runs it.
  relation admin : user
  relation team : team
  permission view = admin
}
type record {
  relation workspace : workspace
  relation owner : user | team#member
  relation \`of\` : user
  @
}
`;

  async function completions(member: string): Promise<Item[]> {
    const on = await start();
    const params = await on.open('a.pemba', BASE.replace('@', member));
    return on.ask('textDocument/completion', params);
  }

  const names = async (member: string): Promise<string[]> =>
    (await completions(member)).map(({ label }) => label);

  test('behind an arrow gives the members of the types that the relation holds', async () => {
    expect(await names('permission read = workspace.‸')).toEqual(['admin', 'team', 'view']);
    expect(await names('permission read = owner or workspace.vi‸ew or owner')).toEqual([
      'admin',
      'team',
      'view',
    ]);
    expect(await names('permission read = owner.‸\n  permission other = owner')).toEqual([
      'change',
      'member',
      'see',
    ]);
    expect(await names('permission read = every workspace.‸')).toEqual(['admin', 'team', 'view']);
    expect(await names('relation x : user granted by subject.‸')).toEqual(['change']);
    expect(await names('require workspace.‸ contains owner')).toEqual(['admin', 'team', 'view']);
  });

  test('behind a colon and a bar gives the types, and behind `#` their members', async () => {
    const types = ['record', 'team', 'user', 'workspace'];
    expect((await names('relation x : ‸')).sort()).toEqual(types);
    expect((await names('relation x : user | te‸')).sort()).toEqual(types);
    expect(await names('relation x : team#‸')).toEqual(['member', 'see']);
  });

  test('in an expression gives relations, permissions and the words that may stand there', async () => {
    const found = await names('permission read = ‸');
    expect(found).toEqual(['workspace', 'owner', 'of', 'read', 'self', 'nobody', 'every']);
    expect(await names('relation x : user = owner or ‸')).toEqual(
      expect.arrayContaining(['owner', 'direct']),
    );
    expect(await names('permission read = owner ‸')).toEqual(['or', 'and', 'except', 'of']);
    expect(await names('permission read = every ‸')).toEqual(['workspace', 'owner', 'of', 'read']);
    expect(await names('permission read = owner of ‸')).toEqual(['workspace', 'owner', 'of', 'read']);
    expect(await names('relation x : user granted by ‸')).toEqual(
      expect.arrayContaining(['owner', 'self', 'subject']),
    );
  });

  test('behind `with` gives the conditions', async () => {
    expect(await names('relation x : user with ‸')).toEqual(['office_hours']);
  });

  test('gives the words that may come next', async () => {
    expect(await names('‸')).toEqual(expect.arrayContaining(['relation', 'roles', 'permission', 'require']));
    expect(await names('relation x : user ‸')).toEqual(
      expect.arrayContaining(['with', 'expires', 'must expire', 'unique', 'granted by', 'revoked by']),
    );
    expect(await names('require ‸')).toEqual(expect.arrayContaining(['one of', 'unique', 'owner']));
    expect(await names('relation x : user // a comment about ‸')).toEqual([]);
  });

  test('tells how a name is declared, and writes reserved ones in backticks', async () => {
    const items = await completions('permission read = ‸');
    expect(items.find(({ label }) => label === 'of')?.insertText).toBe('`of`');
    const [admin] = await completions('permission read = workspace.‸');
    expect(admin).toMatchObject({
      detail: 'workspace: relation admin : user',
      documentation: { value: 'Who runs it.' },
    });
  });
});

describe('definition, references and rename', () => {
  const MAIN = `import "people.pemba"
type team {
  relation member : person
  permission see = member
}
extend type person {
  permission edit = boss
}
type doc {
  relation owner : person | team
  permission read = owner.see or owner.edit
}
`;
  const PEOPLE = `type person {
  relation boss : person
  permission see = boss
}
`;
  const OTHER = 'import "people.pemba"\ntype other { relation p : person permission q = p.see }\n';
  const FILES = { 'main.pemba': MAIN, 'people.pemba': PEOPLE, 'other.pemba': OTHER };

  const marked = (text: string, before: string): string =>
    text.replace(before, `${before.slice(0, -1)}‸${before.slice(-1)}`);
  const shown = (on: Editor, locations: Location[]): string[] =>
    locations.map(({ uri, range }) => {
      const name = Object.keys(FILES).find((each) => on.uri(each) === uri) as keyof typeof FILES;
      return `${name}:${range.start.line + 1} ${textAt(FILES[name], range)}`;
    });

  test('leads to every declaration that a name may mean, also in other files', async () => {
    const on = await start(FILES);
    const at = async (before: string): Promise<string[]> =>
      shown(on, await on.ask('textDocument/definition', await on.open('main.pemba', marked(MAIN, before))));
    expect(await at('owner.see')).toEqual(['main.pemba:4 see', 'people.pemba:3 see']);
    expect(await at('relation member : person')).toEqual(['people.pemba:1 person']);
    expect(await at('permission edit = boss')).toEqual(['people.pemba:2 boss']);
  });

  test('finds all uses, also in other schemas that import the file', async () => {
    const on = await start(FILES);
    const params = await on.open('people.pemba', marked(PEOPLE, 'permission see'));
    const ask = async (includeDeclaration: boolean): Promise<string[]> =>
      shown(on, await on.ask('textDocument/references', { ...params, context: { includeDeclaration } }));
    expect(await ask(true)).toEqual(['main.pemba:11 see', 'other.pemba:2 see', 'people.pemba:3 see']);
    expect(await ask(false)).toEqual(['main.pemba:11 see', 'other.pemba:2 see']);
  });

  test('takes a name before `of` for the members of the types that can be in the set', async () => {
    const on = await start();
    const text = `type k
type user { relation key : k }
type robot { relation key : k }
type doc { relation owner : user permission see = ke‸y of owner }
`;
    const found = await on.ask<Location[]>('textDocument/definition', await on.open('of.pemba', text));
    expect(found.map(({ range }) => range.start.line)).toEqual([1]);
  });

  async function renamed(on: Editor, newName: string, params: object): Promise<Record<string, string>> {
    const edit = await on.ask<{ changes: Record<string, { range: Range; newText: string }[]> }>(
      'textDocument/rename',
      {
        ...params,
        newName,
      },
    );
    return Object.fromEntries(
      Object.entries(FILES).map(([name, text]) => {
        const lines = text.split('\n');
        for (const { range, newText } of (edit.changes[on.uri(name)] ?? []).toReversed()) {
          const line = lines[range.start.line] ?? '';
          lines[range.start.line] =
            line.slice(0, range.start.character) + newText + line.slice(range.end.character);
        }
        return [name, lines.join('\n')];
      }),
    );
  }

  test('renames everywhere, and with a name all that is meant together with it', async () => {
    const on = await start(FILES);
    const params = await on.open('people.pemba', marked(PEOPLE, 'permission see'));
    expect(await on.ask('textDocument/prepareRename', params)).toEqual({
      start: { line: 2, character: 13 },
      end: { line: 2, character: 16 },
    });
    const all = await renamed(on, 'look', params);
    expect(all).toEqual({
      'main.pemba': MAIN.replaceAll('see', 'look'),
      'people.pemba': PEOPLE.replace('see', 'look'),
      'other.pemba': OTHER.replace('see', 'look'),
    });
    const read = async (path: string): Promise<string | undefined> => all[path];
    const { diagnostics } = await compileSchema({ path: 'main.pemba', text: all['main.pemba'] ?? '' }, read);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('puts a reserved word in backticks, and refuses what is no name or taken', async () => {
    const on = await start(FILES);
    const params = await on.open('people.pemba', marked(PEOPLE, 'relation boss'));
    expect((await renamed(on, 'self', params))['people.pemba']).toBe(PEOPLE.replaceAll('boss', '`self`'));
    const refused = (newName: string): Promise<unknown> => renamed(on, newName, params);
    await expect(refused('a b')).rejects.toThrow('`a b` is not a name');
    await expect(refused('edit')).rejects.toThrow('type `person` has a `edit` already');
    expect(
      await on.ask('textDocument/prepareRename', await on.open('people.pemba', `‸${PEOPLE}`)),
    ).toBeNull();
  });
});

describe('hover', () => {
  test('shows how a name is declared and what is written above it', async () => {
    const on = await start();
    const params = await on.open(
      'a.pemba',
      PLATFORM.replace('= view or key', '= vi‸ew or key').replace(
        '  permission view ',
        '  /// Look at it.\n  /// All of it.\n  permission view ',
      ),
    );
    expect(await on.ask('textDocument/hover', params)).toMatchObject({
      contents: {
        kind: 'markdown',
        value:
          '```pemba\ntype workspace\n  permission view = (member or visitor) except suspended\n```\n\nLook at it.  \nAll of it.',
      },
    });
    const nothing = await on.open('a.pemba', PLATFORM.replace('permission view', 'permis‸sion view'));
    expect(await on.ask('textDocument/hover', nothing)).toBeNull();
  });
});

describe('formatting', () => {
  test('is that of the formatter, and does nothing to what cannot be read', async () => {
    const on = await start();
    const text = PLATFORM.replaceAll('  ', ' ');
    const params = await on.open('a.pemba', text);
    const [edit] = await on.ask<{ range: Range; newText: string }[]>('textDocument/formatting', {
      ...params,
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edit?.newText).toBe(formatSchema({ path: 'a', text }).text);
    expect(edit?.range).toEqual({
      start: { line: 0, character: 0 },
      end: { line: text.split('\n').length - 1, character: 0 },
    });
    expect(await on.ask('textDocument/formatting', await on.open('a.pemba', 'type   {'))).toEqual([]);
  });
});

describe('the outline', () => {
  test('has types with their members', async () => {
    const on = await start();
    const params = await on.open(
      'a.pemba',
      'type user\ntype team {\n  roles lead > member : user\n  permission see = member\n}',
    );
    const found = await on.ask<{ name: string; children: { name: string }[] }[]>(
      'textDocument/documentSymbol',
      params,
    );
    expect(found.map(({ name, children }) => [name, children.map((child) => child.name)])).toEqual([
      ['user', []],
      ['team', ['lead', 'member', 'see']],
    ]);
  });
});

test('a file of another place is understood without a workspace', async () => {
  const on = await start();
  on.write('elsewhere.txt', '');
  const params = await on.open(join('..', 'nowhere.pemba'), 'type user\ntype team { relation m : us‸er }');
  expect(await on.ask('textDocument/definition', params)).toHaveLength(1);
});
