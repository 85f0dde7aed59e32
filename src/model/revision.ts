/** Revisions: a store's commits, in order. */

/** A revision and its tag: a point in one history, never equal to a point in another. */
export interface RevisionPoint {
  revision: number;
  /** A random 64-bit integer in decimal. */
  tag: string;
}

export function samePoint(a: RevisionPoint, b: RevisionPoint): boolean {
  return a.revision === b.revision && a.tag === b.tag;
}
