/** What an explanation has to know of a schema beyond its plan. */
import { must } from '../../base/assert.ts';
import type { CompiledMember } from '../../schema/compiled-schema.ts';
import type { Member, Step } from '../member.ts';
import type { Plan } from '../plan.ts';

const compiledOfPlan = new WeakMap<Plan, CompiledMember[]>();
const linksOfPlan = new WeakMap<Plan, Set<Member>>();

/** A member as it was compiled, for the texts and places of its expression. */
export function compiledMember(plan: Plan, member: Member): CompiledMember {
  let members = compiledOfPlan.get(plan);
  if (members === undefined) {
    // A plan counts its members in the order in which the schema has them.
    members = plan.schema.types.flatMap((type) => type.members);
    compiledOfPlan.set(plan, members);
  }
  return must(members[member.index], member.name);
}

/** True if some arrow goes over the tuples stored in the relation. */
export function isFollowed(plan: Plan, member: Member): boolean {
  let followed = linksOfPlan.get(plan);
  if (followed === undefined) {
    followed = new Set();
    for (const each of plan.members) collectFollowed(plan, each, each.step, followed);
    linksOfPlan.set(plan, followed);
  }
  return followed.has(member);
}

function collectFollowed(plan: Plan, member: Member, step: Step, into: Set<Member>): void {
  switch (step.op) {
    case 'arrow':
    case 'every': {
      const relation = plan.member(member.type, step.relation);
      if (relation !== undefined) into.add(relation);
      break;
    }
    case 'or':
    case 'and':
      for (const part of step.of) collectFollowed(plan, member, part, into);
      break;
    case 'except':
      collectFollowed(plan, member, step.from, into);
      collectFollowed(plan, member, step.without, into);
      break;
  }
}
