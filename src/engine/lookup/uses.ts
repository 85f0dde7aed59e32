/**
 * A plan turned round: not what a member is made of, but what is made of it. Worked out once a plan, over the leaves
 * that have to be looked at (see `sought.ts`).
 */
import { must } from '../../base/assert.ts';
import { type Sliced, STEPS_A_YIELD } from '../../base/slices.ts';
import type { Member, Targets } from '../member.ts';
import type { Plan } from '../plan.ts';
import { Sought, type SoughtLeaf } from './sought.ts';

/** One place where something is used. */
export interface Use {
  /** The member whose leaf it is. */
  by: Member;
  /** Who is in what is used is in {@link by}; otherwise that has to be checked. */
  suffices: boolean;
}

/** A `name of set`: who is in the name of an object that is in the set is in {@link by}. */
export interface OfUse {
  by: Member;
  set: Member;
}

/** What is made of a member, or of the tuples stored in it. */
export interface MemberUses {
  /** The leaves of the member itself. */
  leaves: SoughtLeaf[];
  /** Its own `direct`, if it has one. */
  stored: Use | undefined;
  /** Where it is named on its own object. */
  named: Use[];
  /** By the relation number of the name that is asked for behind it: the arrows over the tuples stored in it. */
  arrows: Map<number, Use[]> | undefined;
  /** Where it is the name of a `name of set`. */
  ofNames: OfUse[];
  /** It is the set of a `name of set`. */
  isOfSet: boolean;
}

export interface Uses {
  /** By member index. */
  of: MemberUses[];
  /** By type number: the members that hold the object itself. */
  selves: (Use[] | undefined)[];
  /**
   * By type number: the relations of the nodes that stand for objects of the type in a relation with an arrow over it:
   * an object by itself, and in subject sets.
   */
  behindArrows: (number[] | undefined)[];
}

const known = new WeakMap<Plan, Uses>();

export function* usesOf(plan: Plan): Sliced<Uses> {
  const before = known.get(plan);
  if (before !== undefined) return before;
  const uses = yield* findUses(plan);
  known.set(plan, uses);
  return uses;
}

function* findUses(plan: Plan): Sliced<Uses> {
  const sought = new Sought(plan);
  const uses: Uses = { of: [], selves: [], behindArrows: [] };
  for (const _ of plan.members) {
    uses.of.push({
      leaves: [],
      stored: undefined,
      named: [],
      arrows: undefined,
      ofNames: [],
      isOfSet: false,
    });
  }
  const names = new Map<Targets, number>();
  let steps = 0;
  for (const member of plan.members) {
    const leaves = sought.leavesOf(member);
    uses.of[member.index].leaves = leaves;
    for (const leaf of leaves) {
      note(plan, uses, names, member, leaf);
      if (++steps % STEPS_A_YIELD === 0) yield;
    }
  }
  for (const member of plan.members) {
    if (uses.of[member.index].arrows !== undefined) noteForms(plan, uses, member);
    if (++steps % STEPS_A_YIELD === 0) yield;
  }
  return uses;
}

function note(
  plan: Plan,
  uses: Uses,
  names: Map<Targets, number>,
  by: Member,
  { step, suffices }: SoughtLeaf,
): void {
  const use = { by, suffices };
  switch (step.op) {
    case 'direct': {
      const own = uses.of[by.index];
      if (own.stored === undefined || suffices) own.stored = use;
      break;
    }
    case 'self':
      uses.selves[by.type] ??= [];
      uses.selves[by.type]?.push(use);
      break;
    case 'name':
      uses.of[step.member.index].named.push(use);
      break;
    case 'of':
      uses.of[step.set.index].isOfSet = true;
      for (const target of step.targets.members) uses.of[target.index].ofNames.push({ by, set: step.set });
      break;
    case 'arrow':
    case 'every': {
      const name = names.get(step.targets) ?? nameOf(step.targets);
      const relation = plan.member(by.type, step.relation);
      if (name === undefined || relation === undefined) break;
      names.set(step.targets, name);
      const over = uses.of[relation.index];
      over.arrows ??= new Map();
      const arrows = over.arrows.get(name);
      if (arrows === undefined) over.arrows.set(name, [use]);
      else arrows.push(use);
      break;
    }
  }
}

/** The relation number that all of them have. */
function nameOf(targets: Targets): number | undefined {
  return targets.ofType.find((target) => target !== undefined)?.relation;
}

function noteForms(plan: Plan, uses: Uses, relation: Member): void {
  for (const form of relation.subjects) {
    const type = must(plan.types.get(form.type), form.type);
    const set = form.relation === undefined ? 0 : type.members.get(form.relation)?.relation;
    if (set === undefined || form.wildcard) continue;
    uses.behindArrows[type.number] ??= [];
    const relations = must(uses.behindArrows[type.number], form.type);
    if (!relations.includes(set)) relations.push(set);
  }
}
