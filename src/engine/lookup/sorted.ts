/**
 * Sorts what a lookup found by id, in slices: by code point, which is the order of the bytes of UTF-8 and that of
 * Postgres' collation "C". JavaScript's own order is by UTF-16 unit, and differs where a surrogate pair meets U+E000–U+FFFF.
 */
import { type Sliced, STEPS_A_YIELD } from '../../base/slices.ts';

/** So many are sorted in one go; few, for the ids may be long and differ only at the end. */
const RUN = 32;
const SURROGATE = /[\ud800-\udfff]/;

interface Identified {
  id: string;
}

type IsAfter = (a: string, b: string) => boolean;

/** @returns `found` or a new array, sorted; what `found` holds afterwards is undefined */
export function* sortFound<T extends Identified>(found: T[]): Sliced<T[]> {
  const isAfter: IsAfter = (yield* haveSurrogates(found)) ? isAfterByCodePoint : (a, b) => a > b;
  for (let start = 0; start < found.length; start += RUN) {
    sortRun(found, start, Math.min(start + RUN, found.length), isAfter);
    yield;
  }
  let from = found;
  let to = new Array<T>(found.length > RUN ? found.length : 0);
  for (let width = RUN; width < found.length; width *= 2) {
    yield* mergeRuns(from, to, width, isAfter);
    [from, to] = [to, from];
  }
  return from;
}

function* haveSurrogates(found: readonly Identified[]): Sliced<boolean> {
  for (let i = 0; i < found.length; i++) {
    if (SURROGATE.test(found[i].id)) return true;
    if (i % STEPS_A_YIELD === 0) yield;
  }
  return false;
}

/** By insertion. */
function sortRun(found: Identified[], start: number, end: number, isAfter: IsAfter): void {
  for (let i = start + 1; i < end; i++) {
    const each = found[i];
    let at = i;
    for (; at > start && isAfter(found[at - 1].id, each.id); at--) found[at] = found[at - 1];
    found[at] = each;
  }
}

/** Merges each two neighbouring runs of `width` of `from` into one of `to`. */
function* mergeRuns<T extends Identified>(
  from: readonly T[],
  to: T[],
  width: number,
  isAfter: IsAfter,
): Sliced<void> {
  const { length } = from;
  let left = 0;
  let right = Math.min(width, length);
  let leftEnd = right;
  let rightEnd = Math.min(2 * width, length);
  for (let i = 0; i < length; i++) {
    if (i === rightEnd) {
      left = i;
      right = Math.min(i + width, length);
      leftEnd = right;
      rightEnd = Math.min(i + 2 * width, length);
    }
    const takesRight = left === leftEnd || (right < rightEnd && isAfter(from[left].id, from[right].id));
    to[i] = takesRight ? from[right++] : from[left++];
    if (i % STEPS_A_YIELD === 0) yield;
  }
}

function isAfterByCodePoint(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return raised(x) > raised(y);
  }
  return a.length > b.length;
}

/** Surrogates stand for code points above all that one unit can hold. */
function raised(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
