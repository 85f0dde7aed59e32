/**
 * Which members are pure: made of stored tuples, `or`, names and subject sets alone. For those,
 * membership is plain reachability in the graph and may be decided from the subject's side.
 */
import type { SubjectForm } from '../schema/compiled-schema.ts';
import type { Member, Step } from './member.ts';

/** Sets `isPure` and `setsArePure` of every member: the greatest fixed point, by striking out. */
export function findPureMembers(
  members: readonly Member[],
  setOf: (form: SubjectForm) => Member | undefined,
): void {
  for (const member of members) member.isPure = true;
  const setsArePure = (member: Member): boolean =>
    member.subjects.every((form) => form.relation === undefined || setOf(form)?.isPure === true);
  for (let changed = true; changed; ) {
    changed = false;
    for (const member of members) {
      if (member.isPure && !(isPureStep(member.step) && setsArePure(member))) {
        member.isPure = false;
        changed = true;
      }
    }
  }
  for (const member of members) member.setsArePure = setsArePure(member);
}

function isPureStep(step: Step): boolean {
  switch (step.op) {
    case 'direct':
    case 'nobody':
      return true;
    case 'name':
      return step.member.isPure;
    case 'or':
      return step.of.every(isPureStep);
    default:
      return false;
  }
}

/** Sets `pureSupersets` and `pureHoldersOfDirect`, by following names within a type. */
export function findSupersets(members: readonly Member[]): void {
  for (const holder of members) {
    if (!holder.isPure) continue;
    for (const part of partsOf(holder)) {
      part.pureSupersets.push(holder);
      if (hasDirect(part.step)) part.pureHoldersOfDirect.push(holder);
    }
  }
}

/** The member and all that it names, through names. */
function partsOf(member: Member): Set<Member> {
  const parts = new Set<Member>([member]);
  for (const part of parts) collectNames(part.step, parts);
  return parts;
}

function collectNames(step: Step, into: Set<Member>): void {
  if (step.op === 'name') into.add(step.member);
  if (step.op === 'or') for (const part of step.of) collectNames(part, into);
}

function hasDirect(step: Step): boolean {
  return step.op === 'direct' || (step.op === 'or' && step.of.some(hasDirect));
}
