/**
 * Which members are pure: made of stored tuples that always hold, `or`, names and subject sets alone. For those,
 * membership is plain reachability in the graph and may be decided from the subject's side.
 *
 * A schema may chain as many names as it has members, so all here goes over the names once and
 * never from a member to all that it reaches.
 */
import type { SubjectForm } from '../schema/compiled-schema.ts';
import type { Member, Step } from './member.ts';

/** Sets `isPure` and `setsArePure` of every member: the greatest fixed point, by striking out. */
export function findPureMembers(
  members: readonly Member[],
  setOf: (form: SubjectForm) => Member | undefined,
): void {
  const dependents: Member[][] = members.map(() => []);
  const struck: Member[] = [];
  const strike = (member: Member): void => {
    if (!member.isPure) return;
    member.isPure = false;
    struck.push(member);
  };
  for (const member of members) member.isPure = true;
  for (const member of members) {
    const parts: Part[] = [];
    if (!collectParts(member.step, parts) || member.admitsGrants) strike(member);
    for (const part of parts) if (part !== 'direct') dependents[part.index].push(member);
    for (const form of member.subjects) {
      if (form.relation === undefined) continue;
      const set = setOf(form);
      if (set === undefined) strike(member);
      else dependents[set.index].push(member);
    }
  }
  for (const member of struck) for (const dependent of dependents[member.index]) strike(dependent);
  for (const member of members) {
    member.setsArePure = member.subjects.every(
      (form) => form.relation === undefined || setOf(form)?.isPure === true,
    );
  }
}

/** Sets `isPureDirect`, `isSoughtThrough` and `namedBy`, by following names within a type. */
export function findSupersets(members: readonly Member[]): void {
  const named: Member[][] = members.map(() => []);
  const sought: Member[] = [];
  for (const holder of members) {
    if (!holder.isPure) continue;
    const parts: Part[] = [];
    collectParts(holder.step, parts);
    for (const part of parts) {
      if (part === 'direct') holder.isPureDirect = true;
      else named[holder.index].push(part);
    }
    if (holder.isAskedFor) {
      holder.isSoughtThrough = true;
      sought.push(holder);
    }
  }
  for (const holder of sought) {
    for (const part of named[holder.index]) {
      // One that is named many times over gets its holder once.
      if (part.namedBy.at(-1) !== holder) part.namedBy.push(holder);
      if (part.isSoughtThrough) continue;
      part.isSoughtThrough = true;
      sought.push(part);
    }
  }
}

type Part = Member | 'direct';

/** Collects what an `or` is made of. @returns false if there is anything in it that is not pure by itself */
function collectParts(step: Step, into: Part[]): boolean {
  switch (step.op) {
    case 'direct':
      into.push('direct');
      return true;
    case 'name':
      into.push(step.member);
      return true;
    case 'nobody':
      return true;
    case 'or': {
      let isPure = true;
      for (const part of step.of) if (!collectParts(part, into)) isPure = false;
      return isPure;
    }
    default:
      return false;
  }
}
