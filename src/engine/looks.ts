/** What deciding a member looks at first, as far as the schema tells: what is worth fetching before. */
import type { Look, Member, Step } from './member.ts';

/** A member may be made of very many; the first are enough. */
const MOST_LOOKS = 8;
/** Members of one object that are gone through for them: names may be chained very long. */
const MOST_MEMBERS = 32;

/** In the order in which a walk comes to them. */
export function looksOf(member: Member): readonly Look[] {
  const looks: Look[] = [];
  collect(member.step, member, looks, new Set([member]));
  return looks;
}

function collect(step: Step, member: Member, looks: Look[], seen: Set<Member>): void {
  if (looks.length === MOST_LOOKS || seen.size === MOST_MEMBERS) return;
  switch (step.op) {
    case 'direct':
      addLook(looks, { relation: member.relation, goesOn: false });
      return;
    case 'arrow':
    case 'every':
      addLook(looks, { relation: step.relation, goesOn: true });
      return;
    case 'name':
    case 'of': {
      const named = step.op === 'name' ? step.member : step.set;
      if (seen.has(named)) return;
      seen.add(named);
      collect(named.step, named, looks, seen);
      return;
    }
    case 'or':
    case 'and':
      for (const part of step.of) collect(part, member, looks, seen);
      return;
    case 'except':
      collect(step.from, member, looks, seen);
      collect(step.without, member, looks, seen);
      return;
    case 'self':
    case 'nobody':
      return;
  }
}

function addLook(looks: Look[], added: Look): void {
  const same = looks.find(({ relation }) => relation === added.relation);
  if (same === undefined) looks.push(added);
  else same.goesOn ||= added.goesOn;
}
