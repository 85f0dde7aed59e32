/** Misses that are found even where there is no time to search for them. */
import { must } from '../../base/assert.ts';
import type { Limits } from '../../base/limits.ts';
import type { Sliced } from '../../base/slices.ts';
import type { QueryText } from '../query.ts';
import { admitsSubject } from './admitted.ts';
import { Budget } from './budget.ts';
import { type Miss, replacedBy } from './miss.ts';
import type { Question } from './question.ts';
import { powerOf } from './ranks.ts';
import { rivalsOf } from './rivals.ts';
import { Trial } from './trial.ts';

/** As a part of the limit on steps: the search for single tuples, once the limit itself is reached. */
const OBVIOUS_PART = 0.25;

/** The subject's own tuples at the asked object, each by itself, but for what it has to replace. */
export function* findObvious(
  question: Question,
  text: QueryText,
  most: number,
  limits: Limits,
  misses: Miss[],
): Sliced<void> {
  const { plan, query, names, proposals } = question;
  const budget = new Budget({ explainSteps: Math.ceil(limits.explainSteps * OBVIOUS_PART) });
  const trial = new Trial(plan, question.view, limits, question.circumstances);
  const members = [...must(plan.types.get(query.member.typeName), query.member.typeName).members.values()];
  const able = members.filter((member) => admitsSubject(question, member));
  const { object, subjectObject: subject, subjectRelation } = query;
  const ways = able
    .map((member) => {
      const edge = { object, relation: member.relation, subject, subjectRelation };
      return {
        edge,
        power: powerOf(plan, query.member, member),
        isLoss: proposals.lossOf(edge) !== undefined || rivalsOf(question, [edge])?.length !== 0,
      };
    })
    .sort((a, b) => Number(a.isLoss) - Number(b.isLoss) || a.power - b.power);
  for (const { edge } of ways) {
    if (names.isStored(edge)) continue;
    const rivals = rivalsOf(question, [edge]) ?? [];
    const remove = rivals.map((rival) => names.storedTuple(rival));
    const changes = { add: [proposals.tupleOf(edge)], remove };
    yield;
    if (trial.isAllowed(text, changes))
      misses.push({ ...changes, ...replacedBy(question, [edge]), reasons: [] });
    if (misses.length === most || budget.isSpentBy(trial.work)) return;
  }
}
