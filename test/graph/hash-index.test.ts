import { expect, test } from 'vitest';
import { Edges } from '../../src/graph/edges.ts';
import { mix } from '../../src/graph/hash-index.ts';

test('finds every row, and no other, while it grows and shrinks through many splits', () => {
  const edges = new Edges();
  const rows = new Map<number, number>();
  for (let i = 1; i <= 20_000; i++) rows.set(i, edges.add(i, i * 3));
  expect(edges.size).toBe(20_000);
  for (let i = 2; i <= 20_000; i += 2) edges.remove(rows.get(i) as number);
  expect(edges.size).toBe(10_000);
  for (let i = 1; i <= 20_000; i++) {
    expect(edges.find(i, i * 3)).toBe(i % 2 === 0 ? 0 : rows.get(i));
    expect(edges.find(i * 3, i + 1)).toBe(0);
  }
});

test('rows of one hash are all found, in whatever order they are removed', () => {
  // `mix` of (a, 0) and of (0, b) can be made equal only by search; edges of equal low bits share a bucket at any size.
  const colliding: number[] = [];
  for (let i = 1; colliding.length < 40; i++) if ((mix(i, 7) & 0xff) === 0) colliding.push(i);
  const edges = new Edges();
  const rows = colliding.map((from) => edges.add(from, 7));
  for (const i of [20, 0, 39, 1, 38]) edges.remove(rows[i]);
  colliding.forEach((from, i) => {
    expect(edges.find(from, 7)).toBe([20, 0, 39, 1, 38].includes(i) ? 0 : rows[i]);
  });
});

test('numbers of removed rows are used again', () => {
  const edges = new Edges();
  const [first] = [edges.add(1, 1), edges.add(2, 2)];
  edges.remove(first);
  expect(edges.add(4, 4)).not.toBe(first);
  edges.giveBack(first);
  expect(edges.add(3, 3)).toBe(first);
  expect(edges.find(1, 1)).toBe(0);
});

test('chains stay short over consecutive numbers', () => {
  const edges = new Edges();
  for (let from = 1; from <= 200; from++) for (let to = 1; to <= 200; to++) edges.add(from, to);
  let longest = 0;
  for (let bucket = 0; bucket < 40_000; bucket++) {
    let length = 0;
    for (let row = edges.heads.get(bucket); row !== 0; row = edges.next.get(row)) length++;
    longest = Math.max(longest, length);
  }
  expect(longest).toBeLessThan(20);
});
