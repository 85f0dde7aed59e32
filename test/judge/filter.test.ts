/** Looking for tuples on a view, against looking at each of them. */
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { anyTuple, Steps } from '../../src/judge/filter.ts';
import { formatTuple, parseTuple, type Tuple } from '../../src/model/tuple.ts';
import { formatFilter, parseTupleFilter, type TupleFilter } from '../../src/model/write.ts';
import { OverlayView } from '../../src/view/view.ts';

const PLENTY = new Steps({ preconditionSteps: 1_000_000 });

const id = fc.constantFrom('a', 'b', 'c');
const object = fc.tuple(fc.constantFrom('team', 'space'), id).map(([type, text]) => `${type}:${text}`);
const relation = fc.constantFrom('member', 'writer');
const subject = fc.oneof(
  id.map((text) => `user:${text}`),
  fc.constant('user:*'),
  fc.tuple(object, relation).map(([text, set]) => `${text}#${set}`),
);
const tuple = fc.tuple(object, relation, subject).map(([on, by, who]) => parseTuple(`${on}#${by}@${who}`));
const part = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | ''> => fc.option(of, { nil: '' as const });
const filter = fc
  .record({
    object: part(fc.oneof(object, fc.constantFrom('team', 'space'))),
    relation: part(relation),
    subject: part(fc.oneof(subject, object, fc.constantFrom('user', 'team'))),
  })
  .map((text) => parseTupleFilter(text, 'filter'))
  .filter((each) => each.objectId !== undefined || each.subjectId !== undefined);

function selects(wanted: TupleFilter, each: Tuple): boolean {
  const pairs: [string | undefined, string][] = [
    [wanted.objectType, each.object.type],
    [wanted.objectId, each.object.id],
    [wanted.relation, each.relation],
    [wanted.subjectType, each.subject.type],
    [wanted.subjectId, each.subject.id],
    [wanted.subjectRelation, each.subject.relation],
  ];
  return pairs.every(([want, have]) => want === undefined || want === have);
}

it('finds a tuple if and only if there is one, in the graph and in what was added to it or removed', () => {
  let found = 0;
  fc.assert(
    fc.property(
      fc.array(tuple, { maxLength: 12 }),
      fc.array(tuple, { maxLength: 4 }),
      fc.array(tuple, { maxLength: 8 }),
      fc.array(filter, { minLength: 10, maxLength: 10 }),
      (stored, added, removed, filters) => {
        const graph = new Graph();
        const now = new Map<string, Tuple>();
        for (const each of stored) {
          graph.add(each);
          now.set(formatTuple(each), each);
        }
        const view = new OverlayView(graph);
        for (const each of added) {
          view.add(each);
          now.set(formatTuple(each), each);
        }
        for (const each of [...removed, ...stored.slice(0, 3)]) {
          view.remove(each);
          now.delete(formatTuple(each));
        }
        for (const wanted of filters) {
          const expected = [...now.values()].some((each) => selects(wanted, each));
          if (expected) found++;
          expect(anyTuple(view, wanted, PLENTY, 'filter'), formatFilter(wanted)).toBe(expected);
        }
      },
    ),
    { numRuns: 500, seed: 1 },
  );
  expect(found).toBeGreaterThan(500);
});

/** A team of many users, of which one is asked for, and a user in many teams. */
function wide(): OverlayView {
  const graph = new Graph();
  for (let i = 0; i < 1_000; i++) {
    graph.add(parseTuple(`team:wide#member@user:u${i}`));
    graph.add(parseTuple(`team:wide#member@team:t${i}#member`));
    graph.add(parseTuple(`team:n${i}#member@user:popular`));
    graph.add(parseTuple(`space:n${i}#writer@team:popular#member`));
  }
  graph.add(parseTuple('space:wide#writer@user:u1'));
  return new OverlayView(graph);
}

it.each([
  [{ object: 'team:wide', relation: 'member', subject: 'user:u500' }, true],
  [{ object: 'team:wide', relation: 'member', subject: 'user:nobody' }, false],
  [{ object: 'team:wide', relation: 'member', subject: 'user:popular' }, false],
  [{ object: 'team:wide', relation: 'member', subject: 'team:t500#member' }, true],
  [{ object: 'team:wide', relation: 'member', subject: 'team:t500' }, true],
  [{ object: 'team:wide', relation: 'member', subject: 'team:popular' }, false],
  [{ object: 'team:wide', relation: 'writer', subject: 'user:u500' }, false],
  [{ object: 'team:wide', relation: '', subject: 'user:u500' }, true],
  [{ object: 'team:wide', relation: '', subject: 'team:popular' }, false],
  [{ object: 'team:n500', relation: '', subject: 'user:popular' }, true],
])('looks up %j in a set of thousands without a step', (text, expected) => {
  const none = new Steps({ preconditionSteps: 0 });
  expect(anyTuple(wide(), parseTupleFilter(text, 'filter'), none, 'filter')).toBe(expected);
});

it.each([
  [{ object: 'team:wide', relation: 'member', subject: 'space' }, 2_000],
  [{ object: 'space', relation: '', subject: 'user:popular' }, 1_000],
  [{ object: 'team', relation: '', subject: 'team:popular' }, 1_000],
  [{ object: '', relation: 'writer', subject: 'user:popular' }, 1_000],
])('takes a step for each edge it walks for %j', (text, edges) => {
  const view = wide();
  const filter = parseTupleFilter(text, 'filter');
  expect(anyTuple(view, filter, new Steps({ preconditionSteps: edges }), 'filter')).toBe(false);
  const few = new Steps({ preconditionSteps: edges - 1 });
  expect(() => anyTuple(view, filter, few, 'preconditions[3].filter')).toThrow(
    expect.objectContaining({
      reason: 'LIMIT',
      field: 'preconditions[3].filter',
      message: expect.stringContaining('limit preconditionSteps reached'),
    }),
  );
});

it('decodes no id for the edges it walks', () => {
  const view = wide();
  const idOf = vi.spyOn(view, 'idOf');
  anyTuple(
    view,
    parseTupleFilter({ object: 'space', relation: '', subject: 'user:popular' }, ''),
    PLENTY,
    '',
  );
  expect(idOf).not.toHaveBeenCalled();
});
