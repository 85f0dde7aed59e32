/** The tuples that fill a store, in portions that may each be one write. */
import { formatObject } from '../model/reference.ts';
import type { Tuple } from '../model/tuple.ts';

/**
 * All tuples, at most so many in each portion.
 * @param together whether those of one object come together if they fit; objects keep the order in which the file first
 *   names them
 */
export function portionsOf(tuples: readonly Tuple[], atMost: number, together: boolean): Tuple[][] {
  const byObject = new Map<string, Tuple[]>();
  for (const [i, tuple] of tuples.entries()) {
    const object = together ? formatObject(tuple.object) : `${i}`;
    const known = byObject.get(object);
    if (known === undefined) byObject.set(object, [tuple]);
    else known.push(tuple);
  }
  const portions: Tuple[][] = [];
  let portion: Tuple[] = [];
  for (const ofObject of byObject.values()) {
    if (portion.length + ofObject.length > atMost && portion.length > 0) {
      portions.push(portion);
      portion = [];
    }
    for (const tuple of ofObject) {
      if (portion.length === atMost) {
        portions.push(portion);
        portion = [];
      }
      portion.push(tuple);
    }
  }
  if (portion.length > 0) portions.push(portion);
  return portions;
}
