/** What the search for misses goes through. */
import type { Edge } from './names.ts';

/** A set of changes that may be part of a miss. */
export interface State {
  /** Places of the graph's tuples, sorted. */
  changes: readonly number[];
  /** No miss that holds these changes is smaller. */
  bound: number;
  /** How large one probably is. */
  estimate: number;
  /** How many of them take away something that is stored: the tuple, or what it carries. */
  removals: number;
  /** How far-reaching the changes are together, as `rankTuples` has it: decides between equals. */
  rank: number;
  /** The changes' texts; decides between those that are equal in that, too. */
  text: string;
  /** It was tried, and does not do. */
  isTried: boolean;
  /** The sets with one change more, once they are known. */
  next: State[] | undefined;
  /** Of one that does: the stored tuples that have to go with it, by `require one of`. */
  rivals?: readonly Edge[];
}

/** The order in which they are looked at. */
export function isBefore(a: State, b: State): boolean {
  if (a.bound !== b.bound) return a.bound < b.bound;
  if (a.estimate !== b.estimate) return a.estimate < b.estimate;
  if (a.changes.length !== b.changes.length) return a.changes.length > b.changes.length;
  if (a.removals !== b.removals) return a.removals < b.removals;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.text < b.text;
}

/** How many tuples it adds and removes. */
export function sizeOf({ changes, rivals = [] }: State): number {
  return changes.length + rivals.length;
}

/** @param part sorted, as `whole` */
export function isWithin(part: readonly number[], whole: readonly number[]): boolean {
  let at = 0;
  for (const each of whole) if (each === part[at]) at++;
  return at === part.length;
}
