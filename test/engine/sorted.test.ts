import { expect, test } from 'vitest';
import { runWhole } from '../../src/base/slices.ts';
import type { Found } from '../../src/engine/lookup/found.ts';
import { sortFound } from '../../src/engine/lookup/sorted.ts';
import { randomSeed, seeded } from '../support/random.ts';

const foundOf = (ids: string[]): Found[] => ids.map((id) => ({ id, answer: 'allowed' }));
const sorted = (ids: string[]): string[] => runWhole(sortFound(foundOf(ids))).map(({ id }) => id);
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

test.each([
  ['ASCII', ['a', 'b', 'Z', '0', '-', '~', '_']],
  ['characters above U+D800 without surrogates', ['a', 'é', '学', '\ue000', '\uffee']],
  ['surrogate pairs', ['a', 'é', '学', '\ue000', '\uffee', '\u{1f600}', '\u{10ffff}', '\u{10000}']],
])('any number of ids of %s comes in the order of their bytes', (_what, alphabet) => {
  const seed = randomSeed();
  const random = seeded(seed);
  for (const length of [0, 1, 2, 31, 32, 33, 64, 65, 100, 500, 1_027]) {
    const ids = Array.from({ length }, () =>
      Array.from(
        { length: 1 + Math.floor(random() * 4) },
        () => alphabet[Math.floor(random() * alphabet.length)],
      ).join(''),
    );
    expect(sorted(ids), `SEED=${seed}`).toEqual([...ids].sort(byBytes));
  }
});

test.each(['', '\u{1f600}'])('no more than 1,500 ids are read between two yields (with %j in one)', (odd) => {
  let reads = 0;
  const found = Array.from({ length: 20_000 }, (_, i): Found => {
    const id = `${i === 7 ? odd : ''}${Math.imul(i, 0x9e3779b1) >>> 0}`;
    return {
      get id() {
        reads++;
        return id;
      },
      answer: 'allowed',
    };
  });
  let most = 0;
  const work = sortFound(found);
  for (let done = false; !done; ) {
    reads = 0;
    done = work.next().done === true;
    most = Math.max(most, reads);
  }
  expect(most).toBeGreaterThan(100);
  expect(most).toBeLessThan(1_500);
});
