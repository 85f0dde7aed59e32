/** Looking for tuples on a view, against looking at each of them. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Graph } from '../../src/graph/graph.ts';
import { anyTuple } from '../../src/judge/filter.ts';
import { formatTuple, parseTuple, type Tuple } from '../../src/model/tuple.ts';
import { formatFilter, parseTupleFilter, type TupleFilter } from '../../src/model/write.ts';
import { OverlayView } from '../../src/view/view.ts';

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
          expect(anyTuple(view, wanted), formatFilter(wanted)).toBe(expected);
        }
      },
    ),
    { numRuns: 500, seed: 1 },
  );
  expect(found).toBeGreaterThan(500);
});
