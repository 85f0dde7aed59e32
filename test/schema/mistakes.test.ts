import { describe, expect, test } from 'vitest';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { diagnose } from './diagnose.ts';

const HASH = '`#` has no meaning here; comments start with `//` and end with the line';
const BLOCK = '`/*` has no meaning here; comments start with `//` and end with the line';
const SUBJECTS = (found: string): string =>
  `subjects are joined by \`|\`, found \`${found}\`; write such as \`user | team#member\``;
const LADDER = 'the rungs of a ladder are joined by `>`, the strongest first; write';
const DOT = 'left of the dot stands the name of a relation, found';
const EXPRESSION = 'expected an expression, found';
const NUL = 'U+0000 cannot stand in a schema, not even in a comment; remove it';
const NAMES =
  'names are letters, digits and `_`, in segments joined by a single `-` or `/`, and start with no digit';

/** The findings about members of a type `d` that stand from line 4 on. */
async function inType(members: string): Promise<string[]> {
  return diagnose(`type user
type group { relation member : user | group#member permission view = member }
type d { relation viewer : user relation owner : user relation parent : d permission all = viewer or owner or parent.all
${members}
}`);
}

describe('what other languages write', () => {
  test.each([
    [
      'relation x user',
      '4:12-4:16',
      'expected `:` before the subjects, found `user`; write `relation x : user`',
    ],
    [
      'roles a > b user',
      '4:13-4:17',
      'expected `:` before the subjects, found `user`; write `roles a > b : user`',
    ],
    ['relation x : user, group#member', '4:18-4:19', SUBJECTS(',')],
    ['relation x : user or group#member', '4:19-4:21', SUBJECTS('or')],
    ['relation x : user group', '4:19-4:24', SUBJECTS('group')],
    ['permission p = viewer | owner', '4:23-4:24', '`|` is no operator; write `or`'],
    ['permission p = viewer, owner', '4:22-4:23', 'names are joined by `or`, `and` or `except`, found `,`'],
    ['relation x : group.member', '4:19-4:20', 'a subject set is written with `#`; write `group#member`'],
    [
      'permission p = group#member',
      '4:21-4:22',
      'a subject set stands behind the `:` of a relation, not in an expression; over the objects of a relation write `relation.name`',
    ],
    [
      'relation x = user | group#member',
      '4:19-4:20',
      'subjects stand behind `:`, and an expression behind `=`; write `relation x : …`',
    ],
    [
      'permission p = parent.viewer.owner',
      '4:29-4:30',
      'an arrow takes one step; declare a permission `= viewer.owner` in the type that `parent` leads to, and name it here',
    ],
    ['permission p = viewer and not owner', '4:27-4:30', 'there is no `not`; write `viewer except owner`'],
    ['permission p = viewer and not (owner)', '4:27-4:30', 'there is no `not`; write `viewer except (…)`'],
    ['permission p = not owner', '4:16-4:19', 'there is no `not`; write `… except owner`'],
    ['permission p = viewer unless owner', '4:23-4:29', '`unless` is no operator; write `except`'],
    ['permission p = viewer minus owner', '4:23-4:28', '`minus` is no operator; write `except`'],
    ['permission p = viewer but not owner', '4:23-4:26', '`but` is no operator; write `except`'],
    ['permission p = viewer not owner', '4:23-4:26', '`not` is no operator; write `except`'],
    ['roles x < y < z', '4:9-4:10', `${LADDER} \`roles z > y > x\``],
    ['roles x, y : user', '4:8-4:9', `${LADDER} \`roles x > y\``],
    ['permission p = self.v', '4:20-4:21', `${DOT} \`self\`; of the object itself write \`v\` alone`],
    ['permission p = (viewer).member', '4:24-4:25', `${DOT} parentheses`],
    [
      'relation w : user:ada',
      '4:19-4:22',
      'a schema names no objects, found `ada`; write `user` for each one, or `user:*` for all at once',
    ],
    [
      'relation w : group | user:7',
      '4:27-4:28',
      'a schema names no objects, found `7`; write `user` for each one, or `user:*` for all at once',
    ],
  ])('%s', async (members, place, message) => {
    expect(await inType(members)).toEqual([`${place} error: ${message} [syntax]`]);
  });

  test.each([
    ['type d (\n relation x : d\n)\ntype e', '1:8-1:9', '('],
    ['type d: x', '1:7-1:8', ':'],
  ])('%s', async (text, place, found) => {
    expect(await diagnose(text)).toEqual([
      `${place} error: the members of a type stand in braces, found \`${found}\`; write \`type d {\` [syntax]`,
    ]);
  });
});

describe('comments of other languages', () => {
  test.each([
    ['# what (it "says\nrelation x : user # the owner\npermission p = x', ['4:1-4:2', '5:19-5:20'], HASH],
    ['relation x : user//\n#x\npermission p = x', ['5:1-5:2'], HASH],
    ['relation x : group #member', ['4:20-4:21'], `${HASH}, and \`team#member\` takes no white space`],
    [
      'relation x : group# member',
      ['4:19-4:20'],
      '`team#member` takes no white space; comments start with `//` and end with the line',
    ],
    ['/* docs */\nrelation x : user /* a\n * b */ permission p = x', ['4:1-4:3', '5:19-5:21'], BLOCK],
    ['/* open\npermission p = viewer', ['4:1-4:3'], BLOCK],
  ])('%s', async (members, places, message) => {
    expect(await inType(members)).toEqual(places.map((place) => `${place} error: ${message} [syntax]`));
  });

  test('a # behind a name that is no type of a subject', async () => {
    expect(await diagnose('type user# people\ntype b')).toEqual([`1:10-1:11 error: ${HASH} [syntax]`]);
  });

  test('what stands beside them is still checked', async () => {
    expect(await inType('permission p = viewr # who sees')).toEqual([
      '4:16-4:21 error: type `d` has no relation or permission `viewr`; did you mean `viewer`? [unknown-relation]',
      `4:22-4:23 error: ${HASH} [syntax]`,
    ]);
  });
});

describe('what is missing at the end of a line is reported there', () => {
  test.each([
    ['permission p = // soon', '4:15-4:15', `${EXPRESSION} \`}\``],
    ['permission p =\nrequire one of viewer, owner', '4:15-4:15', `${EXPRESSION} \`require\``],
    ['permission p =\nrequire unique viewer, owner', '4:15-4:15', `${EXPRESSION} \`require\``],
    ['permission p =\nrequire viewer excludes owner', '4:15-4:15', `${EXPRESSION} \`require\``],
    ['permission p =\nrequire parent.viewer contains viewer', '4:15-4:15', `${EXPRESSION} \`require\``],
    ['permission p = viewer or\n\n', '4:25-4:25', `${EXPRESSION} \`}\``],
    [
      'permission p = (viewer or owner\npermission q = viewer',
      '4:32-4:32',
      'expected `)`, found `permission`',
    ],
    [
      'relation v : user |\npermission q = v',
      '4:20-4:20',
      'expected a subject such as `user` or `team#member`, found `permission`',
    ],
  ])('%s', async (members, place, message) => {
    expect(await inType(members)).toEqual([`${place} error: ${message} [syntax]`]);
  });
});

describe('U+0000', () => {
  test.each([
    ['type a // x\0', '1:12-1:13'],
    ['type us\0er', '1:8-1:9'],
    ['/// \0 \0\ntype a', '1:5-1:6'],
    ['import "\0"', '1:9-1:10'],
  ])('is refused: %j', async (text, place) => {
    const findings = await diagnose(text);
    expect(findings.filter((finding) => finding.endsWith('[syntax]'))).toEqual([
      `${place} error: ${NUL} [syntax]`,
    ]);
    expect(findings.join()).not.toContain('\0');
  });
});

describe('names', () => {
  test.each([
    ['type my--doc {\n relation x : user\n}\ntype user', '1:6-1:13', 'my--doc'],
    ['type a { permission b-/c = self }', '1:21-1:25', 'b-/c'],
  ])('with marks that join nothing: %s', async (text, place, name) => {
    expect(await diagnose(text)).toEqual([`${place} error: \`${name}\` is no name; ${NAMES} [syntax]`]);
  });

  test('a minus between names is another mistake', async () => {
    expect(await inType('permission p = viewer -owner')).toEqual([
      '4:23-4:24 error: `-` has no meaning here; write `except` [syntax]',
    ]);
  });

  test('a type in an expression', async () => {
    expect(await inType('permission p = user\nrelation x : user = user.y permission q = x')).toEqual([
      '4:16-4:20 error: `user` is a type; an expression names relations and permissions of `d` [unknown-relation]',
      '5:21-5:25 error: `user` is a type; an expression names relations and permissions of `d` [unknown-relation]',
    ]);
    expect(await inType('relation x = user')).toEqual([
      '4:10-4:11 error: relation `x` has no subjects; write what it can hold, such as `: user`, or `permission` if nothing is stored in it [no-subjects]',
    ]);
  });

  test('the name being defined is not offered', async () => {
    expect(await inType('permission views = view')).toEqual([
      '4:20-4:24 error: type `d` has no relation or permission `view`; declare it there, or write `viewer` or `owner` or `parent` or `all` [unknown-relation]',
    ]);
  });
});

describe('a knot of negations is reported once', () => {
  test('on one object', async () => {
    expect(
      await inType(
        'permission x = viewer except y permission y = viewer except z permission z = owner except x permission own = viewer except own',
      ),
    ).toEqual([
      '4:30-4:31 error: `x` rests on its own negation: `x` → except `y` → except `z` → except `x`; name there only what does not lead back [negation-cycle]',
      '4:124-4:127 error: `own` rests on its own negation: `own` → except `own`; name there only what does not lead back [negation-cycle]',
    ]);
  });

  test('over objects', async () => {
    expect(
      await inType('permission x = viewer except parent.y permission y = viewer except parent.x'),
    ).toEqual([
      '4:37-4:38 warning: `x` can come to rest on its own negation: `d.x` → except `d.y` → except `d.x`; a check that does is an error [negation-over-objects]',
    ]);
  });
});

test('an unread relation of a type that is admitted as it is may have been meant', async () => {
  expect(
    await diagnose(
      'type user\ntype group { relation member : user }\ntype d { relation viewer : group permission v = viewer }',
    ),
  ).toEqual([
    '2:23-2:29 warning: nothing reads relation `member`; name it in a permission, write `group#member` instead of `group` where its members are meant, or remove it [unread-relation]',
  ]);
});

describe('bounds', () => {
  test('100 errors are told, and how many there are beside them', async () => {
    const lines = (count: number): string => `type a\n${'$\n'.repeat(count)}`;
    expect(await diagnose(lines(100))).toHaveLength(100);
    const findings = await diagnose(lines(102));
    expect(findings).toHaveLength(101);
    expect(findings.at(-1)).toBe('102:1-102:2 error: … and 2 more errors from here on [too-many-errors]');
  });

  test('and 100 warnings, beside the errors', async () => {
    const relations = Array.from({ length: 103 }, (_, i) => `relation r${i} : a\n`).join('');
    const findings = await diagnose(`type a {\n${relations}}\ntype a`);
    expect(findings).toHaveLength(102);
    expect(findings.slice(-2)).toEqual([
      '102:10-102:14 warning: … and 3 more warnings from here on [too-many-warnings]',
      '106:6-106:7 error: type `a` is already declared on line 1; rename or remove one of them [duplicate-type]',
    ]);
  });

  test('a schema declares at most 10,000 members', async () => {
    const schema = (count: number): string =>
      `type a {\n${Array.from({ length: count }, (_, i) => `permission p${i} = self\n`).join('')}}`;
    expect(await diagnose(schema(10_000))).toEqual([]);
    expect(await diagnose(schema(10_001))).toEqual([
      '10002:12-10002:18 error: the schema declares 10001 relations and permissions, and at most 10000 are allowed; write a smaller schema [too-many-members]',
    ]);
  });

  test('an expression has at most 1,000 operands', async () => {
    const schema = (count: number): string =>
      `type a { permission p = (self${' or self'.repeat(500)})${' or self'.repeat(count - 501)} permission q = p or self }`;
    expect(await diagnose(schema(1_000))).toEqual([]);
    expect(await diagnose(schema(1_001))).toEqual([
      '1:8024-1:8026 error: an expression has more than 1000 operands; give parts of it names of their own with `permission` [too-many-operands]',
    ]);
  });

  test('refused text takes no time that grows with its square', async () => {
    for (const line of ['/*\n', '$ x\n', '# x\n']) {
      const text = line.repeat(100_000);
      const { diagnostics } = await compileSchema({ path: 'x', text });
      expect(diagnostics).toHaveLength(101);
    }
  });
});
