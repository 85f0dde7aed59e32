import { expect, it } from 'vitest';
import { formatTuple, parseTuple } from '../../src/model/tuple.ts';
import { portionsOf } from '../../src/service/first-content-portions.ts';

const portions = (tuples: string[], atMost: number, together = true): string[][] =>
  portionsOf(
    tuples.map((text) => parseTuple(text)),
    atMost,
    together,
  ).map((portion) => portion.map(formatTuple));

it('keeps the tuples of an object in one portion if they fit', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => [`team:${id}#lead@user:x`, `team:${id}#member@user:y`]);
  expect(portions([a[0], b[0], c[0], c[1], b[1], a[1]], 4)).toEqual([[...a, ...b], c]);
  expect(portions([a[0], b[0], c[0], c[1], b[1], a[1]], 3)).toEqual([a, b, c]);
});

it('cuts what does not fit, and leaves nothing out', () => {
  const many = Array.from({ length: 7 }, (_, i) => `team:a#member@user:${i}`);
  expect(portions([...many, 'team:b#member@user:x'], 3)).toEqual([
    many.slice(0, 3),
    many.slice(3, 6),
    [many[6], 'team:b#member@user:x'],
  ]);
  expect(portions([], 3)).toEqual([]);
  expect(portions(['team:a#m@user:x', 'team:b#m@user:x', 'team:a#m@user:y'], 2, false)).toEqual([
    ['team:a#m@user:x', 'team:b#m@user:x'],
    ['team:a#m@user:y'],
  ]);
});
