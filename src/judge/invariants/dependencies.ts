/**
 * Which members depend on which, over all parts of expressions, right sides of `except` too: what a changed tuple may
 * have an effect on.
 */
import type { Member, Step } from '../../engine/member.ts';
import type { Plan } from '../../engine/plan.ts';
import type { Excludes } from '../rules.ts';
import { rulesOf } from '../rules.ts';

/** `relation.name` in `by`. */
interface Arrow {
  relation: Member;
  by: Member;
}

/** `name of set` in `by`. */
interface Of {
  set: Member;
  by: Member;
}

export interface Dependencies {
  /** By member index: 1 if who is in it may matter to an `excludes`. */
  relevant: Uint8Array;
  /** By member index: 1 if its tuples may. */
  tuplesMatter: Uint8Array;
  /** By member index: rules with it on a side. */
  sides: readonly (readonly Excludes[])[];
  /** By member index: members of the type that name it, as a part or as the set of an `of`. */
  namedBy: readonly Member[][];
  /** By member index: members whose expressions have an arrow or `every` over it. */
  arrowsOver: readonly Member[][];
  /** By member index: what those arrows ask for, by the number of the type behind it. */
  targetsOver: readonly (readonly (Member | undefined)[])[][];
  /** By member index: arrows that may lead to it. */
  behind: readonly Arrow[][];
  /** By member index: `name of set` where it is the `name` of an object in the set. */
  ofTargets: readonly Of[][];
  /** By type number: members with `self`. */
  selves: readonly (readonly Member[] | undefined)[];
  /** True if all who may newly be in a relevant member are found below the changed tuples: no `every`, no `of`. */
  isLocal: boolean;
}

const kept = new WeakMap<Plan, Dependencies>();

export function dependenciesOf(plan: Plan): Dependencies {
  let found = kept.get(plan);
  if (found === undefined) {
    found = new Finder(plan).find();
    kept.set(plan, found);
  }
  return found;
}

/** The parts of an expression that have no others. */
export type StepLeaf = Exclude<Step, { op: 'or' | 'and' | 'except' }>;

function leavesOf(step: Step, into: StepLeaf[] = []): StepLeaf[] {
  switch (step.op) {
    case 'or':
    case 'and':
      for (const part of step.of) leavesOf(part, into);
      break;
    case 'except':
      leavesOf(step.from, into);
      leavesOf(step.without, into);
      break;
    default:
      into.push(step);
  }
  return into;
}

class Finder {
  private readonly plan: Plan;
  private readonly namedBy: Member[][];
  private readonly arrowsOver: Member[][];
  private readonly targetsOver: (readonly (Member | undefined)[])[][];
  private readonly behind: Arrow[][];
  private readonly ofTargets: Of[][];
  private readonly selves: Member[][] = [];
  private readonly leaves: StepLeaf[][];
  private isLocal = true;

  constructor(plan: Plan) {
    this.plan = plan;
    this.leaves = plan.members.map(({ step }) => leavesOf(step));
    this.namedBy = plan.members.map(() => []);
    this.arrowsOver = plan.members.map(() => []);
    this.targetsOver = plan.members.map(() => []);
    this.behind = plan.members.map(() => []);
    this.ofTargets = plan.members.map(() => []);
  }

  find(): Dependencies {
    const { plan } = this;
    for (const member of plan.members) for (const leaf of this.leaves[member.index]) this.note(member, leaf);
    const sides = plan.members.map((): Excludes[] => []);
    for (const rule of rulesOf(plan).excludes) {
      sides[rule.left.index].push(rule);
      if (rule.right !== rule.left) sides[rule.right.index].push(rule);
    }
    const { namedBy, arrowsOver, targetsOver, behind, ofTargets, selves } = this;
    const matter = this.whatMatters(plan.members.filter(({ index }) => sides[index].length > 0));
    return {
      ...matter,
      sides,
      namedBy,
      arrowsOver,
      targetsOver,
      behind,
      ofTargets,
      selves,
      isLocal: this.isLocal,
    };
  }

  private note(by: Member, leaf: StepLeaf): void {
    switch (leaf.op) {
      case 'self':
        this.selves[by.type] ??= [];
        this.selves[by.type].push(by);
        break;
      case 'name':
        this.namedBy[leaf.member.index].push(by);
        break;
      case 'arrow':
      case 'every': {
        const relation = this.plan.member(by.type, leaf.relation);
        if (relation === undefined) break;
        this.arrowsOver[relation.index].push(by);
        this.targetsOver[relation.index].push(leaf.targets.ofType);
        for (const target of this.targetsOf(relation, leaf.targets.ofType)) {
          this.behind[target.index].push({ relation, by });
        }
        break;
      }
      case 'of':
        this.namedBy[leaf.set.index].push(by);
        for (const target of leaf.targets.members) this.ofTargets[target.index].push({ set: leaf.set, by });
        break;
    }
  }

  private targetsOf(relation: Member, ofType: readonly (Member | undefined)[]): Member[] {
    const types = new Set(relation.subjects.map((form) => this.plan.types.get(form.type)?.number ?? -1));
    return [...types].flatMap((type) => ofType[type] ?? []);
  }

  private whatMatters(sides: readonly Member[]): Pick<Dependencies, 'relevant' | 'tuplesMatter'> {
    const relevant = new Uint8Array(this.plan.members.length);
    const tuplesMatter = new Uint8Array(this.plan.members.length);
    const found: Member[] = [];
    const reach = (member: Member | undefined): void => {
      if (member === undefined || relevant[member.index] === 1) return;
      relevant[member.index] = 1;
      found.push(member);
    };
    for (const side of sides) reach(side);
    for (const member of found) {
      for (const leaf of this.leaves[member.index]) {
        switch (leaf.op) {
          case 'direct':
            tuplesMatter[member.index] = 1;
            for (const { type, relation } of member.subjects) {
              if (relation !== undefined) reach(this.plan.types.get(type)?.members.get(relation));
            }
            break;
          case 'name':
            reach(leaf.member);
            break;
          case 'arrow':
          case 'every': {
            const relation = this.plan.member(member.type, leaf.relation);
            if (relation === undefined) break;
            if (leaf.op === 'every') this.isLocal = false;
            tuplesMatter[relation.index] = 1;
            for (const target of this.targetsOf(relation, leaf.targets.ofType)) reach(target);
            break;
          }
          case 'of':
            this.isLocal = false;
            reach(leaf.set);
            for (const target of leaf.targets.members) reach(target);
            break;
        }
      }
    }
    return { relevant, tuplesMatter };
  }
}
