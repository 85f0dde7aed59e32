/** What invariants are checked on: the state after a write, or all that is stored. */
import type { Limits } from '../../base/limits.ts';
import type { Member } from '../../engine/member.ts';
import type { Plan } from '../../engine/plan.ts';
import { NONE } from '../../graph/graph.ts';
import { Neighbours } from '../../view/neighbours.ts';
import type { View } from '../../view/view.ts';
import { Budget } from '../budget.ts';
import { type Rules, rulesOf } from '../rules.ts';
import { EXPIRED, standingOf } from '../stored.ts';

/** A tuple that a write added or removed, as numbers of the view. */
export interface TouchedEdge {
  isAdded: boolean;
  member: Member;
  object: number;
  /** The node of the object and relation. */
  from: number;
  /** The node of the subject. */
  to: number;
}

export class InvariantState {
  readonly plan: Plan;
  readonly rules: Rules;
  readonly view: View;
  /** Milliseconds since 1970: what has expired by then does not count. */
  readonly now: number;
  readonly limits: Limits;
  readonly budget: Budget;

  constructor(plan: Plan, view: View, now: number, limits: Limits) {
    this.plan = plan;
    this.rules = rulesOf(plan);
    this.view = view;
    this.now = now;
    this.limits = limits;
    this.budget = new Budget(limits, 'invariantSteps');
  }

  /** How the tuple between two nodes counts; {@link EXPIRED} too if there is none. Either may be {@link NONE}. */
  present(from: number, to: number): number {
    if (from === NONE || to === NONE || !this.view.hasEdge(from, to)) return EXPIRED;
    return standingOf(this.view, from, to, this.now);
  }

  nodeOf(object: number, member: Member): number {
    return this.view.findNode(object, member.relation);
  }

  /** The nodes of subjects stored in a relation of an object and not expired. */
  *subjectsOf(object: number, member: Member): Generator<number, void, undefined> {
    const node = this.nodeOf(object, member);
    if (node === NONE) return;
    const cursor = new Neighbours().subjectsOf(this.view, node);
    for (let to = cursor.next(); to !== NONE; to = cursor.next()) {
      this.budget.take();
      if (standingOf(this.view, node, to, this.now) !== EXPIRED) yield to;
    }
  }

  /** The objects at which a subject is stored in a relation, by a tuple that has not expired. */
  *holdersOf(subject: number, member: Member): Generator<number, void, undefined> {
    const cursor = new Neighbours().holdersOf(this.view, subject);
    for (let from = cursor.next(); from !== NONE; from = cursor.next()) {
      this.budget.take();
      if (this.view.relationOf(from) !== member.relation) continue;
      const object = this.view.objectOf(from);
      if (this.view.typeOf(object) !== member.type) continue;
      if (standingOf(this.view, from, subject, this.now) !== EXPIRED) yield object;
    }
  }
}
