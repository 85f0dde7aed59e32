import { expect, test } from 'vitest';
import { Column } from '../../src/graph/column.ts';

test('keeps values while it grows over several segments, and new entries are 0', () => {
  const column = new Column();
  const length = 200_000;
  for (let i = 0; i < length; i++) {
    column.reserve(i + 1);
    expect(column.get(i)).toBe(0);
    column.set(i, (i * 2_654_435_761) >>> 0);
  }
  for (let i = 0; i < length; i++) if (column.get(i) !== (i * 2_654_435_761) >>> 0) expect.fail(`entry ${i}`);
});

test('holds 32 unsigned bits', () => {
  const column = new Column();
  column.set(0, 0xffff_ffff);
  expect(column.get(0)).toBe(0xffff_ffff);
});

test('is small while it holds little, and grows by a segment and never by more', () => {
  const column = new Column();
  expect(column.byteLength).toBe(256);
  let before = column.byteLength;
  for (let length = 1; length <= 300_000; length += 1_000) {
    column.reserve(length);
    expect(column.byteLength).toBeGreaterThanOrEqual(length * 4);
    expect(column.byteLength - before).toBeLessThanOrEqual(262_144);
    before = column.byteLength;
  }
});
