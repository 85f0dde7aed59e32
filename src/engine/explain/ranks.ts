/** How far-reaching a change is: what tells equally small misses apart, so that the narrowest right is proposed first. */
import type { Sliced } from '../../base/slices.ts';
import type { Member, Step } from '../member.ts';
import type { Plan } from '../plan.ts';
import type { ProofGraph } from './proof-graph.ts';
import type { Question } from './question.ts';

/** An object away weighs more than everybody, that more than any power, and that more than a set that is named. */
const AWAY = 2 ** 22;
const EVERYBODY = 2 ** 20;
const POWER = 2;
const A_SET = 1;

/**
 * By place of the tuple; the less, the sooner: those of the asked object first, then those fewer objects away; there
 * those of the asked relation, then of relations that fewer others of the type follow from, the subject before a set it is
 * in; and last, everybody.
 */
export function* rankTuples(question: Question, graph: ProofGraph): Sliced<Float64Array> {
  const { plan, query, names } = question;
  const distances = yield* distancesOf(question, graph);
  const ranks = new Float64Array(graph.tuples.length);
  for (let place = 0; place < ranks.length; place++) {
    if (question.budget.step()) yield;
    const { object, relation, subject, subjectRelation } = graph.tuples[place].edge;
    const away = object === query.object ? 0 : distances[place];
    const member = plan.member(names.typeOf(object), relation);
    const power = member === undefined ? 0 : powerOf(plan, query.member, member);
    const isSubject = subject === query.subjectObject && subjectRelation === query.subjectRelation;
    const width = isSubject ? 0 : subject === names.wildcard ? EVERYBODY : A_SET;
    ranks[place] = away * AWAY + power * POWER + width;
  }
  return ranks;
}

/** By place of the tuple: over how many objects at least one comes from the asked one to the set that looks at it. */
function* distancesOf({ budget }: Question, graph: ProofGraph): Sliced<Float64Array> {
  const { nodes } = graph;
  const distances = new Float64Array(graph.tuples.length).fill(Infinity);
  const isDone = new Uint8Array(nodes.length);
  let next = [0];
  for (let distance = 0; next.length > 0; distance++) {
    const sets = next;
    next = [];
    for (let set = sets.pop(); set !== undefined; set = sets.pop()) {
      if (isDone[set] === 1) continue;
      isDone[set] = 1;
      const object = nodes[set].set?.object;
      const stack = [...nodes[set].children];
      for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
        if (budget.step()) yield;
        const { kind, tuple, children } = nodes[at];
        if (kind === 'set') (nodes[at].set?.object === object ? sets : next).push(at);
        else if (kind === 'tuple')
          distances[tuple as number] = Math.min(distances[tuple as number], distance);
        else for (const child of children) stack.push(child);
      }
    }
  }
  return distances;
}

const powersOfPlan = new WeakMap<Plan, (number | undefined)[]>();

/** How many members of its type follow from this one; nothing is more to the point than the asked one itself. */
export function powerOf(plan: Plan, asked: Member, member: Member): number {
  if (member === asked) return 0;
  let powers = powersOfPlan.get(plan);
  if (powers === undefined) {
    powers = [];
    powersOfPlan.set(plan, powers);
  }
  powers[member.index] ??= countFollowing(plan, member);
  return powers[member.index] as number;
}

function countFollowing(plan: Plan, member: Member): number {
  const found = new Set<Member>([member]);
  const ofType = plan.members.filter(({ type }) => type === member.type);
  for (const each of found) {
    for (const other of ofType) if (looksAt(other.step, each)) found.add(other);
  }
  return found.size;
}

/** Whether who is in `member`, or what is stored there, may be in it for that. */
function looksAt(step: Step, member: Member): boolean {
  switch (step.op) {
    case 'name':
      return step.member === member;
    case 'arrow':
    case 'every':
      return step.relation === member.relation;
    case 'of':
      return step.set === member;
    case 'or':
    case 'and':
      return step.of.some((part) => looksAt(part, member));
    case 'except':
      return looksAt(step.from, member);
    default:
      return false;
  }
}
