/**
 * Where to look for those who are in a member: a choice of its leaves such that whoever is in the member is in one of
 * them. All of an `or` has to be looked at, one operand of an `and`, and the left side of an `except`.
 */
import type { Member, Step } from '../member.ts';
import type { Plan } from '../plan.ts';

export type Leaf = Exclude<Step, { op: 'or' | 'and' | 'except' | 'nobody' }>;

export interface SoughtLeaf {
  step: Leaf;
  /** Whoever is in the leaf is in the member: there are only `or`s above it. For `every` and `of`, never. */
  suffices: boolean;
}

/** Names followed to estimate what an operand of an `and` costs. */
const FARTHEST = 16;
/** What a recursive or too distant name is taken to cost. */
const COSTLY = 50;

export class Sought {
  private readonly plan: Plan;
  /** By member: how much there may be to look at; 0 while not known. */
  private readonly costs: Float64Array;

  constructor(plan: Plan) {
    this.plan = plan;
    this.costs = new Float64Array(plan.members.length);
  }

  leavesOf(member: Member): SoughtLeaf[] {
    const leaves: SoughtLeaf[] = [];
    this.collect(member.step, member, true, leaves);
    return leaves;
  }

  private collect(step: Step, member: Member, suffices: boolean, into: SoughtLeaf[]): void {
    switch (step.op) {
      case 'nobody':
        return;
      case 'or':
        for (const part of step.of) this.collect(part, member, suffices, into);
        return;
      case 'and':
        this.collect(this.cheapest(step.of, member), member, false, into);
        return;
      case 'except':
        this.collect(step.from, member, false, into);
        return;
      default:
        into.push({ step, suffices: suffices && step.op !== 'every' && step.op !== 'of' });
    }
  }

  private cheapest(of: readonly Step[], member: Member): Step {
    let best = of[0];
    let least = Number.POSITIVE_INFINITY;
    for (const part of of) {
      const cost = this.costOf(part, member, FARTHEST);
      if (cost >= least) continue;
      least = cost;
      best = part;
    }
    return best;
  }

  /** A guess at how many objects a subject has in a step; only its order counts. */
  private costOf(step: Step, member: Member, left: number): number {
    switch (step.op) {
      case 'nobody':
        return 0;
      case 'self':
        return 1;
      case 'direct':
        return 2 + (member.admitsSets ? 1 : 0) + (member.admitsWildcards ? 4 : 0);
      case 'name':
        return this.costOfMember(step.member, left);
      case 'arrow':
      case 'every':
        return 4 + this.costOfTarget(member, step.relation, step.targets.ofType, left);
      case 'of':
        return 4 + step.targets.members.reduce((sum, target) => sum + this.costOfMember(target, left), 0);
      case 'or':
        return step.of.reduce((sum, part) => sum + this.costOf(part, member, left), 0);
      case 'and':
        return step.of.reduce((least, part) => Math.min(least, this.costOf(part, member, left)), COSTLY);
      case 'except':
        return this.costOf(step.from, member, left);
    }
  }

  private costOfMember(member: Member, left: number): number {
    const known = this.costs[member.index];
    if (known !== 0 || left === 0) return known || COSTLY;
    this.costs[member.index] = COSTLY;
    const cost = this.costOf(member.step, member, left - 1);
    this.costs[member.index] = cost;
    return cost;
  }

  /** That of the first type behind the arrow that has the name. */
  private costOfTarget(
    member: Member,
    relation: number,
    targets: readonly (Member | undefined)[],
    left: number,
  ): number {
    for (const form of this.plan.member(member.type, relation)?.subjects ?? []) {
      const target = targets[this.plan.types.get(form.type)?.number ?? -1];
      if (target !== undefined) return this.costOfMember(target, left);
    }
    return 0;
  }
}
