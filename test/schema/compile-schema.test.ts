import { describe, expect, test } from 'vitest';
import { must } from '../../src/base/assert.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { CompiledMember, Rewrite } from '../../src/schema/compiled-schema.ts';
import { compiled, diagnose } from './diagnose.ts';

async function rewriteOf(expression: string): Promise<Rewrite> {
  const text = `type user
type doc {
  relation parent : doc
  relation a : user
  relation b : user
  relation c : user
  permission read = a or b or c or parent.read
  permission tested = ${expression}
}`;
  const member = must((await compiled(text)).types[1].members.at(-1), 'the permission');
  return withoutPlaces(member.rewrite);
}

/** The places of its parts have a test of their own. */
function withoutPlaces(rewrite: Rewrite): Rewrite {
  return JSON.parse(JSON.stringify(rewrite, (key, value) => (key === 'at' ? undefined : value))) as Rewrite;
}

async function membersOf(body: string): Promise<CompiledMember[]> {
  return (await compiled(`type user\ntype team { ${body} }`)).types[1].members;
}

describe('a schema', () => {
  test('compiles to types and members in source order, with the place of each name', async () => {
    const schema = await compiled(`schema platform
type user
type team {
  relation member : user | team#member | user:*
  permission view = member
}
`);
    expect(schema).toEqual({
      format: 2,
      name: 'platform',
      conditions: [],
      types: [
        { name: 'user', members: [], requires: [], source: { file: 'test.pemba', line: 2, column: 6 } },
        {
          name: 'team',
          requires: [],
          source: { file: 'test.pemba', line: 3, column: 6 },
          members: [
            {
              name: 'member',
              kind: 'relation',
              subjects: [
                { type: 'user', wildcard: false },
                { type: 'team', relation: 'member', wildcard: false },
                { type: 'user', wildcard: true },
              ],
              rewrite: { op: 'direct' },
              unique: false,
              source: { file: 'test.pemba', line: 4, column: 12 },
            },
            {
              name: 'view',
              kind: 'permission',
              subjects: [],
              rewrite: { op: 'name', name: 'member', at: [5, 21] },
              unique: false,
              source: { file: 'test.pemba', line: 5, column: 14 },
            },
          ],
        },
      ],
    });
  });

  test('has no name without a schema line', async () => {
    expect(await compiled('type user')).not.toHaveProperty('name');
  });

  test('may refer to types and names that come later', async () => {
    const schema = await compiled(
      'type a { permission p = r.q relation r : b } type b { permission q = self }',
    );
    expect(schema.types.map((type) => type.name)).toEqual(['a', 'b']);
  });

  test('is compiled by itself, whatever was compiled before', async () => {
    const [one, two] = await Promise.all([compiled('type a'), compiled('type b')]);
    expect([one.types[0].name, two.types[0].name]).toEqual(['a', 'b']);
  });
});

describe('a ladder', () => {
  test('makes every rung a relation that holds the rung above', async () => {
    const members = await membersOf(
      'roles admin > editor > member : user | team#member permission p = member',
    );
    const subjects = [
      { type: 'user', wildcard: false },
      { type: 'team', relation: 'member', wildcard: false },
    ];
    expect(members.slice(0, 3).map(({ source: _, ...member }) => member)).toEqual([
      { name: 'admin', kind: 'relation', subjects, rewrite: { op: 'direct' }, unique: false },
      {
        name: 'editor',
        kind: 'relation',
        subjects,
        rewrite: { op: 'or', of: [{ op: 'direct' }, { op: 'name', name: 'admin' }] },
        unique: false,
      },
      {
        name: 'member',
        kind: 'relation',
        subjects,
        rewrite: { op: 'or', of: [{ op: 'direct' }, { op: 'name', name: 'editor' }] },
        unique: false,
      },
    ]);
  });

  test('may have one rung', async () => {
    const [member] = await membersOf('roles member : user permission p = member');
    expect(member.rewrite).toEqual({ op: 'direct' });
  });
});

describe('an expression', () => {
  test.each<[string, Rewrite]>([
    ['a', { op: 'name', name: 'a' }],
    ['(((a)))', { op: 'name', name: 'a' }],
    ['self', { op: 'self' }],
    ['nobody', { op: 'nobody' }],
    ['parent.read', { op: 'arrow', relation: 'parent', name: 'read' }],
    ['every parent.read', { op: 'every', relation: 'parent', name: 'read' }],
    ['read of parent', { op: 'of', set: 'parent', name: 'read' }],
    ['a except b', { op: 'except', from: { op: 'name', name: 'a' }, without: { op: 'name', name: 'b' } }],
  ])('%s compiles', async (expression, rewrite) => {
    expect(await rewriteOf(expression)).toEqual(rewrite);
  });

  const [a, b, c] = ['a', 'b', 'c'].map((name): Rewrite => ({ op: 'name', name }));

  test('chains of or and of and are flat', async () => {
    expect(await rewriteOf('a or b or c')).toEqual({ op: 'or', of: [a, b, c] });
    expect(await rewriteOf('a and b and c')).toEqual({ op: 'and', of: [a, b, c] });
    expect(await rewriteOf('(a or b) or c')).toEqual({ op: 'or', of: [a, b, c] });
  });

  test('parentheses group different operators', async () => {
    expect(await rewriteOf('(a or b) and c')).toEqual({ op: 'and', of: [{ op: 'or', of: [a, b] }, c] });
    expect(await rewriteOf('a or (b and c)')).toEqual({ op: 'or', of: [a, { op: 'and', of: [b, c] }] });
    expect(await rewriteOf('a except (b except c)')).toEqual({
      op: 'except',
      from: a,
      without: { op: 'except', from: b, without: c },
    });
  });

  test('of a relation says where its tuples count', async () => {
    const [, writer] = await membersOf(
      'relation owner : user relation writer : user = direct or owner permission p = writer',
    );
    expect(writer).toMatchObject({
      kind: 'relation',
      subjects: [{ type: 'user', wildcard: false }],
    });
    expect(withoutPlaces(writer.rewrite)).toEqual({
      op: 'or',
      of: [{ op: 'direct' }, { op: 'name', name: 'owner' }],
    });
  });
});

describe('documentation', () => {
  test('is kept for types, members and rungs', async () => {
    const { types } = await compiled(`/// Who works here.
type user
type team { // not this
  /// A group.
  ///   Indented.
  // nor this
  ///
  /// Last.
  relation guest : user
  /// All roles.
  roles /// The first.
    lead > member : user
  /// For all.

  permission view = guest or member
  permission none = view //// not even this
  permission last = none
}`);
    expect(types.map(({ doc }) => doc)).toEqual(['Who works here.', undefined]);
    expect(types[1].members.map(({ name, doc }) => [name, doc])).toEqual([
      ['guest', 'A group.\n  Indented.\n\nLast.'],
      ['lead', 'The first.'],
      ['member', 'All roles.'],
      ['view', 'For all.'],
      ['none', undefined],
      ['last', undefined],
    ]);
  });

  test('keeps what is not ASCII, and positions after it', async () => {
    const { types } = await compiled('/// Änderung 🦉\r\n/// zwei\r\ntype user // naïve\r\ntype b');
    expect(types[0]).toMatchObject({ doc: 'Änderung 🦉\nzwei', source: { line: 3, column: 6 } });
    expect(types[1].source).toMatchObject({ line: 4, column: 6 });
  });
});

describe('names', () => {
  test('every word of the language that is not reserved may be one', async () => {
    const words =
      'schema import type extend relation roles permission created deleted granted revoked by require one unique excludes contains condition with expires must expire within'.split(
        ' ',
      );
    for (const word of words) {
      const { types } = await compiled(`schema ${word}
// pemba-ignore: name-repeats-type
type ${word} {
  relation r : ${word} | ${word}#${word}_ | ${word}:*
  roles ${word}_ > ${word} : ${word} | ${word}#${word}
  permission p = ${word} or r or ${word}_
  permission q = p and (${word} or p)
}`);
      expect(types[0].members.map(({ name }) => name)).toEqual(['r', `${word}_`, word, 'p', 'q']);
    }
  });

  test('a language word ends where the next member begins', async () => {
    const { types } = await compiled(`type type { relation relation : type permission permission = relation
      relation roles : type permission extend = roles permission type = permission }`);
    expect(types[0].members.map(({ name }) => name)).toEqual([
      'relation',
      'permission',
      'roles',
      'extend',
      'type',
    ]);
  });

  test('segments are joined by - and /', async () => {
    const { types } = await compiled('type acme/user-group { permission can-read/all = self }//x');
    expect(types[0]).toMatchObject({ name: 'acme/user-group', members: [{ name: 'can-read/all' }] });
  });

  test('a reserved word in backticks is one', async () => {
    const { types } = await compiled(
      'type user type `of` { relation `self` : user | `of`#`self` permission p = `self` and `self` }',
    );
    expect(types[1]).toMatchObject({
      name: 'of',
      members: [{ name: 'self', subjects: [{ type: 'user' }, { type: 'of', relation: 'self' }] }, {}],
    });
    expect(withoutPlaces(types[1].members[1].rewrite)).toEqual({
      op: 'and',
      of: [
        { op: 'name', name: 'self' },
        { op: 'name', name: 'self' },
      ],
    });
  });

  test('have at most 128 characters', async () => {
    const name = 'n'.repeat(128);
    expect((await compiled(`type ${name}`)).types[0].name).toBe(name);
  });
});

describe('limits', () => {
  test('a file has at most 1 MiB', async () => {
    const text = `type user //${'x'.repeat(1_048_576 - 12)}`;
    expect((await compileSchema({ path: 'x', text })).diagnostics).toEqual([]);
    expect(await diagnose(`${text}x`)).toEqual([
      '1:1-1:1 error: the file has 1048577 bytes, and at most 1048576 are allowed; write a smaller schema [file-too-large]',
    ]);
  });

  test('comments have none of their own', async () => {
    expect((await compiled(`${'// x\n'.repeat(150_000)}type a`)).types[0].source.line).toBe(150_001);
  });

  test('parentheses nest at most 100 deep', async () => {
    const nested = (depth: number): string =>
      `type a { permission p = ${'('.repeat(depth)}self${')'.repeat(depth)} }`;
    await compiled(nested(100));
    expect(await diagnose(nested(101))).toEqual([
      '1:125-1:126 error: parentheses are nested more than 100 deep; give inner parts names of their own with `permission` [nesting-too-deep]',
    ]);
  });
});
