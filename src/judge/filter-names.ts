/** Whether a schema knows what a filter names: a name misspelt would select nothing, without a word. */
import { PembaError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import type { Plan } from '../engine/plan.ts';
import type { TupleFilter } from '../model/write.ts';
import { notWritable } from './admission.ts';

/**
 * @param field what to call the filter in errors, such as `preconditions[3].filter`
 * @throws PembaError UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE
 */
export function assertNamesKnown(plan: Plan, filter: TupleFilter, field: string): void {
  const { objectType, relation, subjectType, subjectRelation } = filter;
  if (objectType !== undefined) {
    const type = plan.type(objectType, `${field}.object`);
    if (relation !== undefined) {
      const member = plan.memberOf(type, relation, `${field}.relation`);
      if (member.isPermission) throw notWritable(type.members.values(), member, field);
    }
  } else if (relation !== undefined) {
    assertSomeTypeHas(plan, relation, `${field}.relation`);
  }
  if (subjectType !== undefined) {
    const type = plan.type(subjectType, `${field}.subject`);
    if (subjectRelation !== undefined) plan.memberOf(type, subjectRelation, `${field}.subject`);
  }
}

function assertSomeTypeHas(plan: Plan, relation: string, field: string): void {
  const relations = new Set(
    plan.members.filter((member) => !member.isPermission).map((member) => member.name),
  );
  if (relations.has(relation)) return;
  throw new PembaError(
    'UNKNOWN_RELATION',
    `${field}: no type has a relation \`${relation}\`${didYouMean(relation, relations)}`,
    { field },
  );
}
