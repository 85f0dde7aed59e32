/** Whether the question's subject may be written into a relation, in a tuple that holds. */
import { ITSELF } from '../../graph/graph.ts';
import type { Member } from '../member.ts';
import type { Question } from './question.ts';

/** The question's subject, as it is. */
export function admitsSubject({ query, proposals, names }: Question, member: Member): boolean {
  const isWildcard = query.subjectRelation === ITSELF && !query.isPlain;
  const typeNumber = names.typeOf(query.subjectObject);
  return proposals
    .shapesOf(member)
    .some(
      ({ type, wildcard, set }) =>
        type === typeNumber && wildcard === isWildcard && (set?.relation ?? ITSELF) === query.subjectRelation,
    );
}

/** The wildcard of its type. */
export function admitsWildcard({ query, proposals }: Question, member: Member): boolean {
  return proposals.shapesOf(member).some(({ type, wildcard }) => wildcard && type === query.subjectType);
}
