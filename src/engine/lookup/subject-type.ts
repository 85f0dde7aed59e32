/** What LookupSubjects looks for: the objects of a type, or the subject sets of one form. */
import { PembaError } from '../../base/errors.ts';
import { isName, NO_RELATION, quoted } from '../../model/reference.ts';
import type { Plan } from '../plan.ts';

export interface SubjectType {
  /** The graph's number of the type. */
  type: number;
  name: string;
  /** The graph's number of the set's relation; 0 if objects are looked for. */
  relation: number;
}

/**
 * Reads `type` or `type#relation`.
 * @param field what to call it in an error
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION
 */
export function resolveSubjectType(plan: Plan, text: string, field: string): SubjectType {
  const hash = text.indexOf('#');
  const name = hash < 0 ? text : text.slice(0, hash);
  const relation = hash < 0 ? NO_RELATION : text.slice(hash + 1);
  if (!isName(name) || (hash >= 0 && !isName(relation))) {
    throw new PembaError(
      'MALFORMED_REFERENCE',
      `${field} ${quoted(text)}: this is no kind of subject; write \`type\`, or \`type#relation\` for subject sets`,
      { field },
    );
  }
  const type = plan.type(name, field);
  return {
    type: type.number,
    name,
    relation: relation === NO_RELATION ? 0 : plan.memberOf(type, relation, field).relation,
  };
}
