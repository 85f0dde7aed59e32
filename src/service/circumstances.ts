/** Under which circumstances a request is answered. */
import type { Json } from '../base/json.ts';
import type { Circumstances } from '../engine/circumstances.ts';
import type { Consistency } from './consistency.ts';

const NO_CONTEXT = {};

/**
 * A question about a time of the past is asked for that time; one about an earlier revision for the present, so that
 * nothing that has expired revives.
 * @param now milliseconds since 1970 by the database's clock
 */
export function circumstancesOf(
  consistency: Consistency,
  context: Readonly<Record<string, Json>> | undefined,
  now: () => number,
): Circumstances {
  return {
    now: consistency.mode === 'at_exact_time' ? consistency.timeMs : now(),
    context: context ?? NO_CONTEXT,
  };
}
