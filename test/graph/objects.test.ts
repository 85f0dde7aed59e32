import { expect, test } from 'vitest';
import { NameSearch } from '../../src/graph/name-search.ts';
import { EncodedName } from '../../src/graph/name-slab.ts';
import { Objects } from '../../src/graph/objects.ts';

// Of so many, some twenty pairs share a hash of 31 bits; that there is none happens once in a billion runs.
const NAMES = 300_000;

test('finds each of many names, though some share a hash, and none that is not there', () => {
  const objects = new Objects();
  const name = new EncodedName();
  const numbers: number[] = [];
  for (let i = 0; i < NAMES; i++) numbers.push(objects.intern(i % 3, name.encode(`n${i}`)));
  expect(new Set(numbers).size).toBe(NAMES);
  const wrong: number[] = [];
  for (let i = 0; i < NAMES; i++) {
    if (objects.find(i % 3, name.encode(`n${i}`)) !== numbers[i]) wrong.push(i);
    if (objects.find((i + 1) % 3, name) !== 0) wrong.push(i);
  }
  expect(wrong).toEqual([]);
  for (let i = 0; i < NAMES; i += 2) objects.remove(numbers[i]);
  for (let i = 0; i < NAMES; i++) {
    if (objects.find(i % 3, name.encode(`n${i}`)) !== (i % 2 === 0 ? 0 : numbers[i])) wrong.push(i);
  }
  expect(wrong).toEqual([]);
  expect(objects.size).toBe(NAMES / 2);
});

test('two searches may be under way at a time', () => {
  const objects = new Objects();
  const [ada, bob] = ['ada', 'bob'].map((id) => objects.intern(1, new EncodedName().encode(id)));
  objects.setOwnNode(bob, 7);
  const searches = [new NameSearch(), new NameSearch()];
  const [first, second] = searches;
  first.begin(1, 'user:ada', 5);
  second.begin(1, 'bob', 0);
  for (const search of searches) search.locate(objects);
  expect(searches.map(({ id }) => id)).toEqual(['ada', 'bob']);
  expect(searches.map((search) => search.end(objects))).toEqual([ada, bob]);
  expect(searches.map(({ ownNode }) => ownNode)).toEqual([0, 7]);
  first.begin(2, 'ada', 0);
  second.begin(1, 'ad', 0);
  for (const search of searches) search.locate(objects);
  expect(searches.map((search) => search.end(objects))).toEqual([0, 0]);
  expect(searches.map(({ ownNode }) => ownNode)).toEqual([0, 0]);
});
