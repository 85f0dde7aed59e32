import { expect, test } from 'vitest';
import { mix, RowIndex } from '../../src/graph/row-index.ts';
import { randomSeed, seeded } from '../support/random.ts';

function below(random: () => number, bound: number): number {
  return Math.floor(random() * bound);
}

/** All rows that the index has under a hash. */
function rowsOf(index: RowIndex, hash: number): number[] {
  const rows: number[] = [];
  rows.push(...index.allOf(hash));
  expect(index.first(hash)).toBe(rows[0] ?? 0);
  return rows.sort((a, b) => a - b);
}

test('finds the rows of each hash, and no others, while it grows and shrinks at random', () => {
  const seed = randomSeed();
  const random = seeded(seed);
  const index = new RowIndex();
  const rows = new Map<number, number>();
  let last = 0;
  const compare = (): void => {
    const byHash = new Map<number, number[]>();
    for (const [row, hash] of rows) byHash.set(hash, [...(byHash.get(hash) ?? []), row]);
    for (let hash = 0; hash < 5_000; hash++) {
      expect(rowsOf(index, hash), `seed ${seed}, hash ${hash}`).toEqual(byHash.get(hash) ?? []);
    }
    expect(index.size).toBe(rows.size);
  };
  for (let i = 0; i < 30_000; i++) {
    // It grows for a while and shrinks for a while; many rows share a hash, and more share the low bits.
    if (random() < (Math.floor(i / 5_000) % 2 === 0 ? 0.8 : 0.3)) {
      const hash = below(random, 5_000);
      index.add(++last, hash);
      rows.set(last, hash);
    } else if (rows.size > 0) {
      const row = [...rows.keys()][below(random, Math.min(rows.size, 50))];
      index.remove(row, rows.get(row) as number);
      rows.delete(row);
    }
    if (i % 10_000 === 0) compare();
  }
  compare();
  for (const [row, hash] of rows) index.remove(row, hash);
  rows.clear();
  compare();
});

test('gives the room of removed rows out again', () => {
  const index = new RowIndex();
  for (let row = 1; row <= 50_000; row++) index.add(row, mix(row, 1));
  const { byteLength } = index;
  for (let round = 0; round < 3; round++) {
    for (let row = 1; row <= 50_000; row++) index.remove(row, mix(row, 1));
    for (let row = 1; row <= 50_000; row++) index.add(row, mix(row, 1));
  }
  expect(index.byteLength).toBe(byteLength);
});

test('hashes of consecutive numbers are spread', () => {
  const buckets = new Map<number, number>();
  for (let from = 1; from <= 200; from++) {
    for (let to = 1; to <= 200; to++) {
      const bucket = mix(from, to) & 0x3fff;
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
  }
  // Of 40,000 in 16,384; by chance one in a million of the buckets would hold 14.
  expect(Math.max(...buckets.values())).toBeLessThan(20);
});
