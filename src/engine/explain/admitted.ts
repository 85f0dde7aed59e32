/** Which tuples a relation admits without a condition and without an expiry. */
import { ITSELF } from '../../graph/graph.ts';
import type { SubjectForm } from '../../schema/compiled-schema.ts';
import { formatForm } from '../../schema/subject-form.ts';
import type { Member } from '../member.ts';
import type { Question } from './question.ts';

/** The forms whose tuples need neither a condition nor an expiry, each once. */
export function freeForms(member: Member): readonly SubjectForm[] {
  const forms = new Map<string, SubjectForm>();
  for (const form of member.subjects) {
    if (form.condition === undefined && form.expiry !== 'must') forms.set(formatForm(form), form);
  }
  return [...forms.values()];
}

/** The question's subject, as it is. */
export function admitsSubject({ query, plan, names }: Question, member: Member): boolean {
  const isWildcard = query.subjectRelation === ITSELF && !query.isPlain;
  return freeForms(member).some((form) => {
    const type = plan.types.get(form.type);
    if (type?.number !== names.typeOf(query.subjectObject) || form.wildcard !== isWildcard) return false;
    const relation = form.relation === undefined ? ITSELF : type.members.get(form.relation)?.relation;
    return relation === query.subjectRelation;
  });
}

/** The wildcard of its type. */
export function admitsWildcard({ query, plan }: Question, member: Member): boolean {
  return freeForms(member).some(
    (form) => form.wildcard && plan.types.get(form.type)?.number === query.subjectType,
  );
}
