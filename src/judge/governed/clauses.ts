/** The clauses that a write comes under, asked for its actor on the state the view is in. */
import { must } from '../../base/assert.ts';
import { NO, type Value } from '../../engine/memo.ts';
import type { Plan } from '../../engine/plan.ts';
import { type ObjectRef, WILDCARD } from '../../model/reference.ts';
import type { Clause, CompiledMember } from '../../schema/compiled-schema.ts';
import type { Effect } from '../effects.ts';
import { rulesOf, type TypeRules } from '../rules.ts';
import type { Actor, Asked } from './actor.ts';
import { linkClause } from './linked-clause.ts';
import type { WrittenObject } from './objects-of-write.ts';

/** Of a clause that has no `subject.name`. */
const NO_SUBJECT = (): Value => NO;

export class Clauses {
  readonly actor: Actor;
  private readonly plan: Plan;

  constructor(plan: Plan, actor: Actor) {
    this.plan = plan;
    this.actor = actor;
  }

  /** The relation that the tuple is written in, with its clauses. */
  memberOf({ update }: Effect): CompiledMember {
    const { object, relation } = update.tuple;
    const member = must(this.plan.types.get(object.type)?.members.get(relation), relation);
    return rulesOf(this.plan).members[member.index];
  }

  /**
   * As {@link Actor.whyNot}.
   * @param type the one that the clause stands in
   */
  whyNot(
    { plan }: TypeRules,
    clause: Clause,
    asked: Pick<Asked, 'object'> & Partial<Asked>,
  ): string | undefined {
    const expression = linkClause(this.plan, plan, clause);
    return this.actor.whyNot(expression, { namesHeld: false, subject: NO_SUBJECT, ...asked });
  }

  /** Likewise, of a clause about a tuple of the object. */
  whyNotTuple({ rules, ref }: WrittenObject, { update }: Effect, clause: Clause): string | undefined {
    return this.whyNot(rules, clause, {
      object: ref,
      subject: (name) => this.subjectHas(update.tuple.subject, name),
    });
  }

  /** `subject.name` */
  subjectHas(subject: ObjectRef, name: string): Value {
    if (subject.id === WILDCARD) return NO;
    const member = this.plan.types.get(subject.type)?.members.get(name);
    return member === undefined ? NO : this.actor.ask(member, subject);
  }
}
