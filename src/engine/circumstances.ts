/** What an answer depends on beside schema and tuples. */
import type { Json } from '../base/json.ts';

export interface Circumstances {
  /** The time the question is asked for, in milliseconds since 1970. */
  readonly now: number;
  /** The caller's values for the parameters of conditions; null is as good as none, and keeps `now` from being filled in. */
  readonly context: Readonly<Record<string, Json>>;
  /** Whatever carries something and has not expired is unknown, whatever it carries: for what must hold at any time. */
  readonly isOpen?: boolean;
  /** The caller cannot give the parameter `now`, if it is of type timestamp: it is the time of the question. */
  readonly keepsNow?: boolean;
}

/** For schemas whose tuples carry nothing. Elsewhere, nothing that may expire holds. */
export const NO_CIRCUMSTANCES: Circumstances = { now: Number.POSITIVE_INFINITY, context: {} };
