/** The oracle itself, on cases whose answer anybody can see. */
import { expect, test } from 'vitest';
import { Oracle, type OracleAnswer } from './oracle.ts';
import type { Declaration, Expression } from './oracle-schema.ts';

const name = (of: string): Expression => ({ kind: 'name', name: of });
const arrow = (relation: string, of: string): Expression => ({ kind: 'arrow', relation, name: of });
const except = (from: Expression, without: Expression): Expression => ({ kind: 'except', from, without });
const relation = (of: string, subjects: string[]): Declaration => ({ kind: 'relation', name: of, subjects });
const permission = (of: string, expression: Expression): Declaration => ({
  kind: 'permission',
  name: of,
  expression,
});

function answer(docs: Declaration[], tuples: string[], question: string): OracleAnswer {
  const types = [
    { name: 'user', declarations: [] },
    { name: 'group', declarations: [relation('member', ['user', 'group#member', 'user:*'])] },
    { name: 'doc', declarations: docs },
  ];
  const [set, subject] = question.split('@');
  const [object, member] = set.split('#');
  return new Oracle({ types }, tuples, [object], [subject]).check(object, member, subject);
}

const group: Declaration[] = [relation('viewer', ['user', 'user:*', 'group#member'])];

test.each([
  ['a stored subject is in the relation', ['doc:1#viewer@user:a'], 'doc:1#viewer@user:a', 'allowed'],
  ['nobody else is', ['doc:1#viewer@user:a'], 'doc:1#viewer@user:b', 'denied'],
  ['nor anybody at another object', ['doc:1#viewer@user:a'], 'doc:2#viewer@user:a', 'denied'],
  [
    'members of a stored set are',
    ['doc:1#viewer@group:g#member', 'group:g#member@user:a'],
    'doc:1#viewer@user:a',
    'allowed',
  ],
  ['the stored set itself is', ['doc:1#viewer@group:g#member'], 'doc:1#viewer@group:g#member', 'allowed'],
  ['a set is in itself', [], 'group:g#member@group:g#member', 'allowed'],
  [
    'a wildcard stands for all objects of its type',
    ['doc:1#viewer@user:*'],
    'doc:1#viewer@user:a',
    'allowed',
  ],
  ['and for no other type', ['doc:1#viewer@user:*'], 'doc:1#viewer@group:a', 'denied'],
  ['nor for sets', ['group:g#member@user:*'], 'group:g#member@group:h#member', 'denied'],
  [
    'the wildcard as the subject is found through itself',
    ['doc:1#viewer@user:*'],
    'doc:1#viewer@user:*',
    'allowed',
  ],
  ['and not through an object', ['doc:1#viewer@user:a'], 'doc:1#viewer@user:*', 'denied'],
  [
    'a ring of groups adds nothing',
    ['group:g#member@group:h#member', 'group:h#member@group:g#member'],
    'group:g#member@user:a',
    'denied',
  ],
] as const)('%s', (_what, tuples, question, expected) => {
  expect(answer(group, [...tuples], question)).toBe(expected);
});

test('a ladder’s lower rungs include the higher ones, and not the other way round', () => {
  const ladder: Declaration[] = [{ kind: 'roles', rungs: ['lead', 'staff', 'guest'], subjects: ['user'] }];
  const tuples = ['doc:1#staff@user:a'];
  expect(answer(ladder, tuples, 'doc:1#lead@user:a')).toBe('denied');
  expect(answer(ladder, tuples, 'doc:1#staff@user:a')).toBe('allowed');
  expect(answer(ladder, tuples, 'doc:1#guest@user:a')).toBe('allowed');
});

test('every holds where there is one and all have it; an object without the name does not', () => {
  const docs = [
    relation('owner', ['group', 'user']),
    permission('p', { kind: 'every', relation: 'owner', name: 'member' }),
  ];
  const member = ['group:g#member@user:a', 'group:h#member@user:a'];
  const owned = (...owners: string[]): string[] => [
    ...member,
    ...owners.map((owner) => `doc:1#owner@${owner}`),
  ];
  expect(answer(docs, owned(), 'doc:1#p@user:a')).toBe('denied');
  expect(answer(docs, owned('group:g', 'group:h'), 'doc:1#p@user:a')).toBe('allowed');
  expect(answer(docs, owned('group:g', 'group:i'), 'doc:1#p@user:a')).toBe('denied');
  expect(answer(docs, owned('group:g', 'user:u'), 'doc:1#p@user:a')).toBe('denied');
});

test('an arrow over a stored set asks the set’s object', () => {
  const docs = [relation('parent', ['group#member']), permission('p', arrow('parent', 'member'))];
  expect(answer(docs, ['doc:1#parent@group:g#member', 'group:g#member@user:a'], 'doc:1#p@user:a')).toBe(
    'allowed',
  );
});

test('self is the object alone', () => {
  const docs = [permission('p', { kind: 'self' })];
  expect(answer(docs, [], 'doc:1#p@doc:1')).toBe('allowed');
  expect(answer(docs, [], 'doc:1#p@doc:2')).toBe('denied');
  expect(answer(docs, [], 'doc:1#p@doc:*')).toBe('denied');
});

test('a relation that does not mention direct ignores its tuples, but an arrow follows them', () => {
  const docs: Declaration[] = [
    { kind: 'relation', name: 'owner', subjects: ['group'], expression: { kind: 'nobody' } },
    permission('p', arrow('owner', 'member')),
  ];
  const tuples = ['doc:1#owner@group:g', 'group:g#member@user:a'];
  expect(answer(docs, tuples, 'doc:1#owner@group:g')).toBe('denied');
  expect(answer(docs, tuples, 'doc:1#p@user:a')).toBe('allowed');
});

test('what depends on its own negation is neither held nor denied, however many negations there are', () => {
  const docs = [
    relation('parent', ['doc']),
    permission('odd', except({ kind: 'self' }, arrow('parent', 'odd'))),
    permission('even', except({ kind: 'self' }, except({ kind: 'self' }, arrow('parent', 'even')))),
    permission('named', except({ kind: 'self' }, name('half'))),
    permission('half', except({ kind: 'self' }, arrow('parent', 'named'))),
  ];
  const ring = ['doc:1#parent@doc:1'];
  for (const member of ['odd', 'even', 'named']) {
    expect(answer(docs, ring, `doc:1#${member}@doc:1`)).toBe('negation cycle');
    expect(answer(docs, ring, `doc:1#${member}@doc:2`)).toBe('denied');
  }
  expect(answer(docs, ['doc:1#parent@doc:2'], 'doc:1#odd@doc:1')).toBe('allowed');
});
