/** Which changes of a schema its tests are held against. */
import { expect, it } from 'vitest';
import { mutantsOf } from './mutants.ts';

const changesOf = (text: string): Record<string, string> =>
  Object.fromEntries(mutantsOf({ path: 'a.pemba', text }).map(({ name, text: changed }) => [name, changed]));

/** What becomes of the only line of a type. */
function linesOf(line: string): string[] {
  const changes = Object.values(changesOf(`type t { ${line} }`));
  return changes.map((text) => text.slice('type t { '.length, -' }'.length).replaceAll(/ +/g, ' ').trim());
}

it('drops each branch, and takes the other operator', () => {
  expect(linesOf('permission p = a or b or (c and d)')).toEqual([
    ...['permission p = b or (c and d)', 'permission p = a or (c and d)', 'permission p = a or b'],
    'permission p = a and b and (c and d)',
    ...['permission p = a or b or (d)', 'permission p = a or b or (c)', 'permission p = a or b or (c or d)'],
  ]);
  expect(linesOf('permission p = a except b')).toEqual([
    ...['permission p = b', 'permission p = a', 'permission p = a or b'],
  ]);
  expect(linesOf('permission p = a.b')).toEqual(['permission p = nobody']);
});

it('drops rules and their names', () => {
  expect(linesOf('require one of a, b')).toEqual(['']);
  expect(linesOf('require unique a, b, c')).toEqual([
    '',
    ...['require unique b, c', 'require unique a, c', 'require unique a, b'],
  ]);
  expect(linesOf('require a.b contains c')).toEqual(['']);
});

it('drops clauses, or lets nobody satisfy them', () => {
  expect(linesOf('relation r : u granted by a revoked by b')).toEqual([
    ...['relation r : u revoked by b', 'relation r : u granted by nobody revoked by b'],
    ...['relation r : u granted by a', 'relation r : u granted by a revoked by nobody'],
  ]);
  expect(linesOf('created by a')).toEqual(['', 'created by nobody']);
});

it('loosens numbers, uniqueness and expiry', () => {
  expect(linesOf('relation r : u [1] unique')).toEqual([
    ...['relation r : u [1]', 'relation r : u unique'],
    ...['relation r : u [0..1] unique', 'relation r : u [1..] unique'],
  ]);
  expect(linesOf('relation r : u [0..1]')).toEqual(['relation r : u']);
  expect(linesOf('relation r : u must expire within 9d')).toEqual([
    ...['relation r : u', 'relation r : u expires', 'relation r : u must expire'],
  ]);
});

it('drops subjects, and turns ladders over', () => {
  expect(linesOf('relation r : u | t#r')).toEqual(['relation r : t#r', 'relation r : u']);
  expect(linesOf('roles a [1..] > b : u')).toEqual(['roles b [1..] > a : u', 'roles a > b : u']);
});

it('asks for the rung above or below', () => {
  const lines = linesOf('roles a > b > c : u permission p = b or (t.c and x)');
  expect(
    lines.map((line) => line.replace('roles a > b > c : u ', '')).filter((line) => /^perm/.test(line)),
  ).toEqual([
    ...['permission p = (t.c and x)', 'permission p = b', 'permission p = b and (t.c and x)'],
    ...['permission p = a or (t.c and x)', 'permission p = c or (t.c and x)'],
    ...['permission p = b or (x)', 'permission p = b or (t.c)', 'permission p = b or (t.c or x)'],
    'permission p = b or (t.b and x)',
  ]);
});

it('says where each change is', () => {
  const text = 'type t {\n  roles a > b granted by c : u\n}\nextend type t {\n  require one of a,\n    b\n}';
  expect(Object.keys(changesOf(text))).toEqual([
    't.a: `b` above `a`',
    't.b: without `granted by c`',
    't.b: `granted by c` with `nobody`',
    't: without `require one of a, b`',
  ]);
});
