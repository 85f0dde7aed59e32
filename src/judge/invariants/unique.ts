/** A subject is stored in one relation, or in several together, on at most one object. */
import type { Unique } from '../rules.ts';
import type { InvariantReason, Violation } from '../violation.ts';
import type { InvariantState } from './state.ts';

/** @param subject the node of the subject */
export function checkUnique(
  state: InvariantState,
  { members, text, source }: Unique,
  subject: number,
  reason: InvariantReason,
): Violation | undefined {
  let first: number | undefined;
  for (const member of members) {
    for (const object of state.holdersOf(subject, member)) {
      if (first === undefined || first === object) {
        first = object;
        continue;
      }
      const one = first;
      return {
        reason,
        rule: text,
        source,
        what: (names) =>
          `${names.node(subject)} would be stored on ${names.object(one)} and on ${names.object(object)}`,
      };
    }
  }
  return undefined;
}
