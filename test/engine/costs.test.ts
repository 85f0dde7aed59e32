/** Schemas and questions made to be expensive. Each is built as the compiler would have built it, past the limits on a schema's text. */
import { expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Plan } from '../../src/engine/plan.ts';
import { Graph } from '../../src/graph/graph.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import type { CompiledMember, CompiledType, Rewrite, SubjectForm } from '../../src/schema/compiled-schema.ts';
import { View } from '../../src/view/view.ts';
import { questionOf } from './world.ts';

const SOURCE = { file: 'test.pemba', line: 1, column: 1 };
const USER: SubjectForm = { type: 'user', wildcard: false };

function permission(name: string, rewrite: Rewrite): CompiledMember {
  return { name, kind: 'permission', subjects: [], rewrite, unique: false, source: SOURCE };
}

function relation(name: string, ...subjects: SubjectForm[]): CompiledMember {
  return { name, kind: 'relation', subjects, rewrite: { op: 'direct' }, unique: false, source: SOURCE };
}

function named(name: string): Rewrite {
  return { op: 'name', name };
}

function either(...of: Rewrite[]): Rewrite {
  return { op: 'or', of };
}

class Compiled {
  readonly graph = new Graph();
  readonly plan: Plan;

  constructor(types: Record<string, CompiledMember[]>, tuples: Iterable<string> = []) {
    const compiled = Object.entries({ user: [], ...types }).map(
      ([name, members]): CompiledType => ({ name, members, requires: [], source: SOURCE }),
    );
    this.plan = new Plan(
      { format: 2, types: compiled, conditions: [] },
      this.graph.types,
      this.graph.relations,
    );
    for (const tuple of tuples) this.graph.add(parseTuple(tuple));
  }

  check(question: string, limits: Partial<Limits> = {}): string {
    const [answer] = this.batch([question], limits);
    return answer instanceof PembaError ? answer.message : answer;
  }

  batch(questions: string[], limits: Partial<Limits> = {}): (string | PembaError)[] {
    const engine = new Engine({ ...defaultLimits(), ...limits });
    return engine.batchCheck(this.plan, new View(this.graph), questions.map(questionOf));
  }
}

function nameChain(length: number, first: string): CompiledMember[] {
  return Array.from({ length }, (_, i) => permission(`p${i}`, named(i === length - 1 ? first : `p${i + 1}`)));
}

test.each([
  ['pure and a leaf', relation('r', USER)],
  ['pure', relation('r', USER, { type: 'doc', relation: 'p0', wildcard: false })],
  ['neither', permission('r', { op: 'arrow', relation: 's', name: 'p0' })],
])('a chain of 25,000 names holds no more than twice the names it is written with: %s', (_, first) => {
  const members = [...nameChain(25_000, 'r'), first, relation('s', { type: 'doc', wildcard: false })];
  for (const doc of [members, members.toReversed()]) {
    const { plan } = new Compiled({ doc });
    // What is kept of a member grows with the schema, not with the square of it: 25,000 times 25,000 would not fit.
    const kept = plan.members.reduce((sum, member) => sum + member.namedBy.length, 0);
    expect(kept).toBeLessThanOrEqual(2 * doc.length);
  }
});

test('arrows to one name share the list of the many types that have it', () => {
  const types: Record<string, CompiledMember[]> = {};
  for (let i = 0; i < 5_000; i++) {
    types[`t${i}`] = [
      relation('r', { type: `t${i}`, wildcard: false }),
      permission('p', { op: 'arrow', relation: 'r', name: 'p' }),
    ];
  }
  const { plan } = new Compiled(types);
  const arrows = plan.members.flatMap(({ step }) => (step.op === 'arrow' ? [step.targets] : []));
  expect(arrows).toHaveLength(5_000);
  expect(new Set(arrows).size).toBe(1);
});

/** A document shared with 100 groups, whose members are asked for through a chain of names. */
function sharedThroughNames(length: number): Compiled {
  const tuples = Array.from({ length: 100 }, (_, i) => [
    `doc:d#viewer@group:${i}#p0`,
    `group:${i}#r@user:${i}`,
  ]);
  return new Compiled(
    {
      group: [
        ...nameChain(length, 'r'),
        relation('r', USER, { type: 'group', relation: 'p0', wildcard: false }),
      ],
      doc: [relation('viewer', { type: 'group', relation: 'p0', wildcard: false })],
    },
    tuples.flat(),
  );
}

test('from the subject’s side, names are followed as far as somebody asks, and count as work', () => {
  const few = { walkVisits: 60 };
  expect(sharedThroughNames(10).check('doc:d#viewer@user:99', few)).toBe('allowed');
  expect(sharedThroughNames(10).check('doc:d#viewer@user:u', few)).toBe('denied');
  expect(sharedThroughNames(10).check('doc:d#viewer@group:7#p0', few)).toBe('allowed');
  expect(sharedThroughNames(10).check('doc:d#viewer@group:7#p5', few)).toBe('allowed');
  expect(sharedThroughNames(10).check('doc:d#viewer@group:7#r', few)).toBe('allowed');
  expect(sharedThroughNames(100).check('doc:d#viewer@user:u', few)).toBe('denied');
});

test('a set reached from the subject’s side by many ways through names is followed once', () => {
  const group = [relation('r', USER), permission('p0', named('r'))];
  for (let i = 1; i <= 40; i++) {
    group.push(permission(`a${i}`, named(`p${i - 1}`)), permission(`b${i}`, named(`p${i - 1}`)));
    group.push(permission(`p${i}`, either(named(`a${i}`), named(`b${i}`))));
  }
  const set: SubjectForm = { type: 'group', relation: 'p40', wildcard: false };
  const tuples = Array.from({ length: 300 }, (_, i) => [
    `doc:d#viewer@group:${i}#p40`,
    `group:${i}#r@user:${i}`,
  ]);
  const compiled = new Compiled({ group, doc: [relation('viewer', set)] }, tuples.flat());
  expect(compiled.check('doc:d#viewer@user:299', { walkVisits: 1_000 })).toBe('allowed');
});

test('a leaf that names others twice over, 22 levels deep, is answered', () => {
  const both = (a: string, b: string): Rewrite => ({ op: 'and', of: [named(a), named(b)] });
  const doc = [relation('q', USER), relation('r', USER), permission('p0', named('r'))];
  for (let i = 1; i <= 22; i++) {
    doc.push(permission(`p${i}`, either(both(`p${i - 1}`, 'q'), both(`p${i - 1}`, 'r'))));
  }
  const compiled = new Compiled({ doc }, ['doc:1#r@user:r', 'doc:2#r@user:both', 'doc:2#q@user:both']);
  const answers = ['doc:1#p22@user:r', 'doc:1#p22@user:none', 'doc:2#p22@user:both', 'doc:1#p22@doc:1#p3'];
  const few = { walkVisits: 1_000 };
  expect(answers.map((question) => compiled.check(question, few))).toEqual([
    'allowed',
    'denied',
    'allowed',
    'denied',
  ]);
});

test('a leaf that names a long chain of leaves is not nested through sets or arrows', () => {
  const compiled = new Compiled({ doc: [...nameChain(500, 'r'), relation('r', USER)] }, ['doc:1#r@user:u']);
  expect(compiled.check('doc:1#p0@user:u')).toBe('allowed');
  expect(compiled.check('doc:1#p0@user:v')).toBe('denied');
});

function selves(width: number): Rewrite[] {
  return Array.from({ length: width }, () => ({ op: 'self' }));
}

/** Expressions of 20,000 operands, all of which are looked at before the parents are. */
const WIDE: [string, Rewrite][] = [
  ['or', either(...selves(20_000))],
  ['and', either({ op: 'and', of: selves(20_000).map(() => either({ op: 'nobody' }, { op: 'self' })) })],
  ['nested', either(...Array.from({ length: 2_000 }, () => either(...selves(10))))],
  [
    'except',
    either(
      ...selves(10_000).map((self): Rewrite => ({ op: 'except', from: self, without: { op: 'nobody' } })),
    ),
  ],
];

test.each(WIDE)('the operands of a wide expression count as work: %s', (name, wide) => {
  const parent: Rewrite = { op: 'arrow', relation: 'parent', name: 'p' };
  // An `and` ends at its first "no": its operands are looked at where all of them hold.
  const p =
    name === 'and'
      ? ({ op: 'except', from: either(wide, parent), without: wide } as Rewrite)
      : either(wide, parent);
  const tuples = Array.from({ length: 1_000 }, (_, i) => `node:0#parent@node:${i + 1}`);
  const compiled = new Compiled(
    { node: [relation('parent', { type: 'node', wildcard: false }), permission('p', p)] },
    tuples,
  );
  if (name === 'and') {
    expect(compiled.check('node:5#p@node:5', { walkVisits: 30_000 })).toBe('denied');
    expect(compiled.batch(Array(3).fill('node:5#p@node:5'), { walkVisits: 30_000 })[2]).toBeInstanceOf(
      PembaError,
    );
    return;
  }
  expect(compiled.check('node:0#p@user:u')).toMatch(/^limit walkVisits reached/);
  expect(compiled.check('node:1#p@user:u')).toBe('denied');
});

test('the operands of a wide expression count as work where negation is solved', () => {
  const wide = either({ op: 'arrow', relation: 'next', name: 'p' }, ...selves(20_000));
  const p: Rewrite = { op: 'except', from: named('member'), without: wide };
  // Every node leads back to itself, so that the walk meets the negation before the operands.
  const tuples = Array.from({ length: 300 }, (_, i) => [
    `node:${i}#next@node:${i}`,
    `node:0#next@node:${i}`,
    `node:${i}#member@user:u`,
  ]);
  const next = relation('next', { type: 'node', wildcard: false });
  const compiled = new Compiled({ node: [next, relation('member', USER), permission('p', p)] }, [
    ...new Set(tuples.flat()),
  ]);
  expect(compiled.check('node:0#p@user:u')).toMatch(/^limit walkVisits reached/);
  expect(compiled.check('node:1#p@user:u')).toMatch(/^the check depends on its own negation/);
});

test('the first ten unknown names of a batch get a suggestion', () => {
  const compiled = new Compiled({ doc: [relation('viewer', USER)] });
  const answers = compiled.batch(Array(12).fill('doc:1#veiwer@user:u'));
  const messages = answers.map((answer) => (answer instanceof PembaError ? answer.message : answer));
  const what = 'relation: type `doc` has no relation or permission `veiwer`';
  expect(messages).toEqual(
    messages.map((_, i) => `items[${i}].${what}${i < 10 ? '; did you mean `viewer`?' : ''}`),
  );
});

test('a batch of wrong names over many long names looks for ten suggestions at most', () => {
  const long = (i: number, length: number): string => `${'ab'.repeat(length / 2)}${i}`;
  for (const length of [106, 58]) {
    const compiled = new Compiled({
      doc: Array.from({ length: 300 }, (_, i) => relation(long(i, length), USER)),
    });
    const questions = Array.from({ length: 100 }, (_, i) => `doc:1#${'ba'.repeat(length / 2)}x${i}@user:u`);
    // All are answered with what is wrong, and the hints of only some are looked for.
    const messages = compiled.batch(questions).map((answer) => (answer as PembaError).message);
    expect(messages.every((message) => message.includes('has no relation or permission'))).toBe(true);
    expect(messages.filter((message) => message.includes('did you mean')).length).toBeLessThanOrEqual(10);
  }
});
