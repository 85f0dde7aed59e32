/** Whether a schema admits a tuple at all: its type, its relation, the form of its subject. */

import { PembaError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import type { Member } from '../engine/member.ts';
import type { Plan } from '../engine/plan.ts';
import { formatSubject, NO_RELATION, type SubjectRef, WILDCARD } from '../model/reference.ts';
import type { Tuple } from '../model/tuple.ts';
import type { SubjectForm } from '../schema/compiled-schema.ts';
import { formatForm } from '../schema/subject-form.ts';

/**
 * @param field what to call the tuple in errors, such as `updates[3].tuple`
 * @throws PembaError UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE, SUBJECT_NOT_ALLOWED
 */
export function assertAdmitted(plan: Plan, tuple: Tuple, field: string): void {
  const type = plan.type(tuple.object.type, `${field}.object`);
  const member = plan.memberOf(type, tuple.relation, `${field}.relation`);
  if (member.isPermission) throw notWritable(type.members.values(), member, field);
  if (member.subjects.some((form) => fits(form, tuple.subject))) return;
  throw notAllowed(plan, member, tuple.subject, `${field}.subject`);
}

function fits(form: SubjectForm, subject: SubjectRef): boolean {
  if (form.type !== subject.type) return false;
  if (form.wildcard) return subject.id === WILDCARD;
  if (subject.id === WILDCARD) return false;
  return (form.relation ?? NO_RELATION) === subject.relation;
}

/** @param field what holds the relation, such as `updates[3].tuple` */
export function notWritable(members: Iterable<Member>, member: Member, field: string): PembaError {
  const relations = [...members].filter((other) => !other.isPermission).map((other) => `\`${other.name}\``);
  const writable =
    relations.length === 0
      ? 'it has no relations'
      : `the relations that can be written are ${relations.join(', ')}`;
  return new PembaError(
    'RELATION_NOT_WRITABLE',
    `${field}.relation: \`${member.name}\` is a permission of \`${member.typeName}\` and is computed; ${writable}`,
    { field: `${field}.relation` },
  );
}

function notAllowed(plan: Plan, member: Member, subject: SubjectRef, field: string): PembaError {
  const subjectType = plan.type(subject.type, field);
  if (subject.relation !== NO_RELATION) plan.memberOf(subjectType, subject.relation, field);
  const forms = member.subjects.map(formatForm);
  const text = formatSubject(subject);
  const form = subject.id === WILDCARD ? `${subject.type}:*` : formatForm({ ...subject, wildcard: false });
  return new PembaError(
    'SUBJECT_NOT_ALLOWED',
    `${field}: \`${member.typeName}#${member.name}\` does not take \`${text}\` as its subject; it takes ${forms
      .map((each) => `\`${each}\``)
      .join(', ')}${didYouMean(form, forms)}`,
    { field },
  );
}
