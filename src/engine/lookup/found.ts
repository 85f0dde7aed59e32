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
