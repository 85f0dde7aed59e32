import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EncodedName, NameSlab } from '../../src/graph/name-slab.ts';

/** The object whose name is there, if it is this one; or 0. */
function objectIf(slab: NameSlab, place: number, type: number, name: EncodedName): number {
  return slab.isAt(place, type, name) ? slab.objectAt(place) : 0;
}

const ids = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.string({ minLength: 1, maxLength: 40 }),
  fc.integer({ min: 1, max: 1024 }).map((length) => 'x'.repeat(length)),
);

test('gives back the text that was stored, whatever its script and length', () => {
  fc.assert(
    fc.property(fc.array(ids, { maxLength: 100 }), (texts) => {
      const slab = new NameSlab();
      const name = new EncodedName();
      const places = texts.map((text) => {
        const { length } = name.encode(text);
        expect(length).toBe(Buffer.byteLength(text));
        return slab.store(7, 3, name);
      });
      texts.forEach((text, i) => {
        expect(slab.text(places[i])).toBe(text);
        expect(objectIf(slab, places[i], 3, name.encode(text))).toBe(7);
        expect(slab.hashAt(places[i])).toBe(name.hash);
        expect(objectIf(slab, places[i], 4, name)).toBe(0);
        expect(objectIf(slab, places[i], 3, name.encode(`${text}\0`))).toBe(0);
        expect(objectIf(slab, places[i], 3, name.encode(`x${text}`))).toBe(0);
      });
    }),
    { numRuns: Number(process.env.PEMBA_FUZZ_RUNS ?? 100) },
  );
});

test('encodes a part of a text as it encodes the part by itself', () => {
  for (const id of ['ada@example.com', 'ünïcode', '学', 'x'.repeat(1024)]) {
    const whole = new EncodedName().encode(`user:${id}`, 5);
    const part = new EncodedName().encode(id);
    expect([whole.length, whole.hash]).toEqual([part.length, part.hash]);
    const words = Math.ceil(whole.length / 4);
    expect(whole.words.slice(0, words)).toEqual(part.words.slice(0, words));
  }
});

/** How many of the ids share their hash with one before. */
function duplicates(ids: readonly string[]): number {
  const name = new EncodedName();
  return ids.length - new Set(ids.map((id) => name.encode(id).hash)).size;
}

test.each<[string, (i: number) => string]>([
  ['decimals', (i) => String(10_000_000 + i)],
  ['hexadecimals', (i) => (Math.imul(i, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')],
  ['addresses', (i) => `person${i}@example.com`],
  ['UUIDs that count', (i) => `00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`],
])('spreads %s as if by chance', (_, idOf) => {
  // By chance, 200,000 ids have nine pairs of one hash.
  expect(duplicates(Array.from({ length: 200_000 }, (_, i) => idOf(i)))).toBeLessThan(100);
});

test('ids cannot be prepared to share a hash by flips of bits that take each other back', () => {
  // Two words that differ in bit 29, followed by two that differ in what that does to a hash that is multiplied once.
  const block = (isFlipped: boolean): string => (isFlipped ? 'xxxAxqxA' : 'xxxax1xa');
  const ids: string[] = [];
  for (let a = 0; a < 64; a++) {
    for (let b = 0; b <= a; b++) {
      ids.push(Array.from({ length: 64 }, (_, i) => block(i === a || i === b)).join(''));
    }
  }
  expect(duplicates(ids)).toBeLessThan(20);
});

test('uses places of freed names again for names that take as many units', () => {
  const slab = new NameSlab();
  const name = new EncodedName();
  const place = slab.store(1, 1, name.encode('exactly8'));
  slab.store(2, 1, name.encode('other'));
  slab.release(place);
  expect(slab.store(3, 1, name.encode('longer than a unit'))).not.toBe(place);
  expect(slab.store(4, 1, name.encode('short'))).toBe(place);
  expect(objectIf(slab, place, 1, name.encode('short'))).toBe(4);
  expect(objectIf(slab, place, 1, name.encode('exactly8'))).toBe(0);
});

test('keeps names whole where one segment ends and the next begins', () => {
  const slab = new NameSlab();
  const name = new EncodedName();
  const texts = Array.from({ length: 3_000 }, (_, i) => `${i}-${'y'.repeat(983)}`);
  const places = texts.map((text) => slab.store(1, 1, name.encode(text)));
  // 125 units each with their heads, so 1,048 in a segment of 1 MiB, and nothing is held beyond the three segments.
  expect(slab.byteLength).toBe(3 << 20);
  texts.forEach((text, i) => {
    expect(slab.text(places[i])).toBe(text);
  });
});

test('a text that has no UTF-8 becomes the empty name, which nothing has, and not a name with U+FFFD', () => {
  const name = new EncodedName();
  expect(name.encode('a\ud800').length).toBe(0);
  expect(name.encode('user:\udc00x', 5).length).toBe(0);
  expect(name.encode('a\ud83d\ude00').length).toBe(5);
});
