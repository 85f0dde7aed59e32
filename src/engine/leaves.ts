/**
 * Which members look at no object but their own, and what it costs to evaluate a member: both
 * worked out once, over each name once, for a schema may chain as many names as it has members.
 */
import type { Member, Step } from './member.ts';

/** The most steps that a leaf is evaluated with anew each time, and that an expression has for free. */
const CHEAP_STEPS = 16;

/** Sets `isLeaf` (the least fixed point, so that members which name each other in a ring are none) and `isRemembered`. */
export function findLeaves(members: readonly Member[]): void {
  /** By member: those that name it, as many times as they do. */
  const namedBy: Member[][] = members.map(() => []);
  /** By member: how many names in it are not known to be leaves; one that never will is one more. */
  const waiting = new Uint32Array(members.length);
  const leaves: Member[] = [];
  for (const member of members) {
    const names: Member[] = [];
    if (!collectNames(member.step, member, names)) waiting[member.index]++;
    waiting[member.index] += names.length;
    for (const name of names) namedBy[name.index].push(member);
    if (waiting[member.index] === 0) leaves.push(member);
  }
  /** By leaf: steps to evaluate it, with those of the leaves it names that are not remembered. */
  const costs = new Uint32Array(members.length);
  for (const member of leaves) {
    member.isLeaf = true;
    const cost = costOf(member.step, (name) => costs[name.index]);
    member.isRemembered = cost > CHEAP_STEPS;
    costs[member.index] = member.isRemembered ? 1 : cost;
    for (const holder of namedBy[member.index]) if (--waiting[holder.index] === 0) leaves.push(holder);
  }
}

/** Sets `isLong` of the operators in expressions that are: their operands count as work. */
export function markLongExpressions(members: readonly Member[]): void {
  for (const { step } of members) if (costOf(step, () => 0) > CHEAP_STEPS) markLong(step);
}

/** Collects the names in a step. @returns false if it looks at other objects whatever the names are */
function collectNames(step: Step, member: Member, into: Member[]): boolean {
  switch (step.op) {
    case 'direct':
      return !member.admitsSets;
    case 'self':
    case 'nobody':
      return true;
    case 'name':
      into.push(step.member);
      return true;
    case 'arrow':
    case 'every':
    case 'of':
      return false;
    case 'or':
    case 'and':
      return step.of.every((part) => collectNames(part, member, into));
    case 'except':
      return collectNames(step.from, member, into) && collectNames(step.without, member, into);
  }
}

function costOf(step: Step, costOfName: (name: Member) => number): number {
  switch (step.op) {
    case 'name':
      return 1 + costOfName(step.member);
    case 'or':
    case 'and':
      return step.of.reduce((sum, part) => sum + costOf(part, costOfName), 1);
    case 'except':
      return 1 + costOf(step.from, costOfName) + costOf(step.without, costOfName);
    default:
      return 1;
  }
}

function markLong(step: Step): void {
  switch (step.op) {
    case 'or':
    case 'and':
      step.isLong = true;
      for (const part of step.of) markLong(part);
      break;
    case 'except':
      step.isLong = true;
      markLong(step.from);
      markLong(step.without);
      break;
  }
}
