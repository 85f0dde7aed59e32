/**
 * The ways on which a search for an object that has the asked member may come by: the members it is made of, however
 * far away, and for each the nodes of an object from which the search goes on. Worked out once for each asked member.
 */
import { type Sliced, STEPS_A_YIELD } from '../../base/slices.ts';
import type { Member, Targets } from '../member.ts';
import type { Plan } from '../plan.ts';
import type { Leaf } from './sought.ts';
import { type Uses, usesOf } from './uses.ts';

export interface Ways {
  uses: Uses;
  /** By member index: 1 if the asked member may hold somebody because this one does. */
  lead: Uint8Array;
  /** By member index: the relations of the nodes of an object whose holders are to be looked at. */
  nodes: (readonly number[] | undefined)[];
}

const AS_SET = 1;
const BEHIND_ARROW = 2;

const ofTargets = new WeakMap<Targets, Ways>();

/** The ways to all members of one name, together. */
export function* waysToTargets(plan: Plan, targets: Targets): Sliced<Ways> {
  const before = ofTargets.get(targets);
  if (before !== undefined) return before;
  const ways = yield* findWays(plan, targets.members);
  ofTargets.set(targets, ways);
  return ways;
}

/** Bytes of {@link Ways.lead} that are kept of one plan. */
const KEPT = 1 << 20;
const kept = new WeakMap<Plan, Map<Member, Ways>>();

export function* waysTo(plan: Plan, asked: Member): Sliced<Ways> {
  let ofPlan = kept.get(plan);
  if (ofPlan === undefined) {
    ofPlan = new Map();
    kept.set(plan, ofPlan);
  }
  const before = ofPlan.get(asked);
  if (before !== undefined) return before;
  const ways = yield* findWays(plan, [asked]);
  if ((ofPlan.size + 1) * plan.members.length > KEPT) ofPlan.clear();
  ofPlan.set(asked, ways);
  return ways;
}

function* findWays(plan: Plan, asked: readonly Member[]): Sliced<Ways> {
  const uses = yield* usesOf(plan);
  const lead = new Uint8Array(plan.members.length);
  const how = new Uint8Array(plan.members.length);
  const found = [...asked];
  for (const member of asked) lead[member.index] = 1;
  const reach = (member: Member, reason: number): void => {
    how[member.index] |= reason;
    if (lead[member.index] === 1) return;
    lead[member.index] = 1;
    found.push(member);
  };
  let steps = 0;
  for (const member of found) {
    for (const { step } of uses.of[member.index].leaves) {
      steps += follow(plan, member, step, reach);
      if (steps < STEPS_A_YIELD) continue;
      steps = 0;
      yield;
    }
  }
  const nodes: (readonly number[] | undefined)[] = [];
  for (const member of found) nodes[member.index] = nodesOf(member, how[member.index], uses);
  return { uses, lead, nodes };
}

/** @returns how many steps it took */
function follow(
  plan: Plan,
  member: Member,
  step: Leaf,
  reach: (member: Member, reason: number) => void,
): number {
  switch (step.op) {
    case 'self':
      return 1;
    case 'name':
      reach(step.member, 0);
      return 1;
    case 'direct':
      for (const form of member.subjects) {
        if (form.relation === undefined) continue;
        const set = plan.types.get(form.type)?.members.get(form.relation);
        if (set !== undefined) reach(set, AS_SET);
      }
      return 1 + member.subjects.length;
    case 'of':
      // The set holds objects, and not the subject; who may be in it is searched for in its own right.
      reach(step.set, 0);
      for (const target of step.targets.members) reach(target, 0);
      return 1 + step.targets.members.length;
    case 'arrow':
    case 'every': {
      const forms = plan.member(member.type, step.relation)?.subjects ?? [];
      for (const form of forms) {
        const target = step.targets.ofType[plan.types.get(form.type)?.number ?? -1];
        if (target !== undefined) reach(target, BEHIND_ARROW);
      }
      return 1 + forms.length;
    }
  }
}

function nodesOf(member: Member, how: number, uses: Uses): number[] | undefined {
  const nodes = (how & BEHIND_ARROW) === 0 ? [] : [...(uses.behindArrows[member.type] ?? [])];
  if ((how & AS_SET) !== 0 && !nodes.includes(member.relation)) nodes.push(member.relation);
  return nodes.length === 0 ? undefined : nodes;
}
