/** What deciding a member looks at first, as far as the schema tells: what is worth fetching before. */
import type { Look, Member, Step } from './member.ts';

/** A member may be made of very many; the first are enough. */
export const MOST_LOOKS = 8;
/** Steps of rewrites that are gone through for them: there may be thousands, and each member has this done. */
const MOST_STEPS = 64;

/** In the order in which a walk comes to them. */
export function looksOf(member: Member): readonly Look[] {
  const search: Search = { looks: [], seen: new Set([member]), steps: 0 };
  collect(member.step, member, search);
  return search.looks;
}

interface Search {
  looks: Look[];
  seen: Set<Member>;
  steps: number;
}

function isOver({ looks, steps }: Search): boolean {
  return looks.length === MOST_LOOKS || steps === MOST_STEPS;
}

function collect(step: Step, member: Member, search: Search): void {
  if (isOver(search)) return;
  search.steps++;
  const { looks, seen } = search;
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
      collect(named.step, named, search);
      return;
    }
    case 'or':
    case 'and':
      for (const part of step.of) {
        if (isOver(search)) return;
        collect(part, member, search);
      }
      return;
    case 'except':
      collect(step.from, member, search);
      collect(step.without, member, search);
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
