/** `require one of a, b`: a subject is stored in at most one of these on one object. */
import type { OneOf } from '../rules.ts';
import { EXPIRED } from '../stored.ts';
import type { Violation } from '../violation.ts';
import type { InvariantState } from './state.ts';

/** @param subject the node of the subject */
export function checkOneOf(
  state: InvariantState,
  { members, text, source }: OneOf,
  object: number,
  subject: number,
): Violation | undefined {
  let first = '';
  for (const member of members) {
    if (state.present(state.nodeOf(object, member), subject) === EXPIRED) continue;
    if (first === '') {
      first = member.name;
      continue;
    }
    const relations = `both \`${first}\` and \`${member.name}\``;
    return {
      reason: 'INVARIANT_REQUIRE',
      rule: text,
      source,
      what: (names) => `${names.node(subject)} would be stored in ${relations} of ${names.object(object)}`,
    };
  }
  return undefined;
}
