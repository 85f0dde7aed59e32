/** A clause of the schema with its names resolved: made once for each plan. */
import { must } from '../../base/assert.ts';
import { PembaError } from '../../base/errors.ts';
import { type Member, newMember, type Step, type Targets, type TypePlan } from '../../engine/member.ts';
import type { Plan } from '../../engine/plan.ts';
import type { Clause, ClauseExpression, Leaf } from '../../schema/compiled-schema.ts';

export type LinkedExpression =
  /** A relation or permission of the object. */
  | { op: 'name'; member: Member }
  /** `subject.name` */
  | { op: 'subject'; name: string }
  /** What is evaluated as a member of its own that no other names. */
  | { op: 'hidden'; member: Member }
  | { op: 'or' | 'and'; of: LinkedExpression[] }
  | { op: 'except'; from: LinkedExpression; without: LinkedExpression };

const kept = new WeakMap<Plan, Linker>();

/** @param type the type that the clause stands in */
export function linkClause(plan: Plan, type: TypePlan, clause: Clause): LinkedExpression {
  let linker = kept.get(plan);
  if (linker === undefined) {
    linker = new Linker(plan);
    kept.set(plan, linker);
  }
  return linker.link(type, clause);
}

class Linker {
  private readonly plan: Plan;
  private readonly linked = new WeakMap<Clause, LinkedExpression>();
  /** From above: from below go those of the plan, over again for every object asked about. */
  private nextIndex = 0xffff_ffff;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  link(type: TypePlan, clause: Clause): LinkedExpression {
    let expression = this.linked.get(clause);
    if (expression === undefined) {
      expression = this.expression(type, clause.expression);
      this.linked.set(clause, expression);
    }
    return expression;
  }

  private expression(type: TypePlan, expression: ClauseExpression): LinkedExpression {
    switch (expression.op) {
      case 'or':
      case 'and':
        return { op: expression.op, of: expression.of.map((part) => this.expression(type, part)) };
      case 'except':
        return {
          op: 'except',
          from: this.expression(type, expression.from),
          without: this.expression(type, expression.without),
        };
      case 'name':
        return { op: 'name', member: must(type.members.get(expression.name), expression.name) };
      case 'subject':
        return { op: 'subject', name: expression.name };
      default:
        return { op: 'hidden', member: this.hidden(type, this.step(type, expression)) };
    }
  }

  private step(type: TypePlan, leaf: Exclude<Leaf, { op: 'name' }>): Step {
    switch (leaf.op) {
      case 'self':
      case 'nobody':
        return { op: leaf.op };
      case 'arrow':
      case 'every': {
        const { relation, admitsGrants } = must(type.members.get(leaf.relation), leaf.relation);
        return { op: leaf.op, relation, targets: this.targets(leaf.name), isGranted: admitsGrants };
      }
      case 'of':
        return {
          op: 'of',
          set: must(type.members.get(leaf.set), leaf.set),
          targets: this.targets(leaf.name),
        };
      case 'direct':
        throw new PembaError('INTERNAL', 'assertion failed: `direct` in a clause');
    }
  }

  /** Not those of the plan: what they say of purity holds only for members that the plan has looked at. */
  private targets(name: string): Targets {
    const ofType: (Member | undefined)[] = [];
    const members: Member[] = [];
    for (const type of this.plan.types.values()) {
      const member = type.members.get(name);
      if (member === undefined) continue;
      ofType[type.number] = member;
      members.push(member);
    }
    return { ofType, members, arePure: false };
  }

  /** It has a number of its own in memories, and is found by no name. */
  private hidden(type: TypePlan, step: Step): Member {
    return newMember({
      index: this.nextIndex--,
      type: type.number,
      typeName: type.name,
      relation: -1,
      name: '',
      isPermission: true,
      subjects: [],
      step,
    });
  }
}
