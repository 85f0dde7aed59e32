/** What a lookup finds. */
import type { Answer } from '../engine.ts';

/** An object or subject of the type asked for. */
export interface Found {
  id: string;
  /** `denied` only for exceptions from a wildcard, in a lookup of subjects. */
  answer: Answer;
  /** Of a conditional one: the parameters it depends on that nobody gave, sorted. */
  missing?: readonly string[];
}

/**
 * Takes account of so many bytes more that a lookup holds, or fewer.
 * @throws PembaError LIMIT if they are too many
 */
export type Hold = (bytes: number) => void;

/** For those who need no account. */
export const HOLD_ANYTHING: Hold = () => undefined;

/** The object, the string's header, and a place in a list, or in two while they are sorted. */
const RESULT_BYTES = 72;
const LIST_BYTES = 32;

/** About so many bytes of memory: an id takes one or two for each unit. */
export function bytesOf({ id, missing }: Found): number {
  return RESULT_BYTES + 2 * id.length + (missing === undefined ? 0 : LIST_BYTES + 16 * missing.length);
}
