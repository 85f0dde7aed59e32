/** Whether a schema admits a tuple at all: its type, its relation, the form of its subject, what it carries. */

import { PembaError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { formatTimestamp } from '../base/timestamp.ts';
import type { Member } from '../engine/member.ts';
import type { Plan } from '../engine/plan.ts';
import { formatSubject, NO_RELATION, type SubjectRef, WILDCARD } from '../model/reference.ts';
import type { Tuple } from '../model/tuple.ts';
import type { SubjectForm } from '../schema/compiled-schema.ts';
import { formatForm } from '../schema/subject-form.ts';
import { assertContext } from './condition-context.ts';

/**
 * Whether it may be added, but for its expiry.
 * @param field what to call the tuple in errors, such as `updates[3].tuple`
 * @throws PembaError UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE, SUBJECT_NOT_ALLOWED, MALFORMED_CONTEXT
 */
export function assertAdmitted(plan: Plan, tuple: Tuple, field: string): void {
  const member = relationOf(plan, tuple, field);
  const { condition } = tuple;
  if (!member.subjects.some((form) => fits(form, tuple.subject) && form.condition === condition?.name)) {
    throw notAllowed(plan, member, tuple, `${field}.subject`);
  }
  if (condition !== undefined) assertContext(plan, condition, `${field}.condition`);
}

/**
 * Whether it may be removed, whatever it carries.
 * @throws PembaError UNKNOWN_TYPE, UNKNOWN_RELATION, RELATION_NOT_WRITABLE, SUBJECT_NOT_ALLOWED
 */
export function assertSubjectAdmitted(plan: Plan, tuple: Tuple, field: string): void {
  const member = relationOf(plan, tuple, field);
  if (member.subjects.some((form) => fits(form, tuple.subject))) return;
  throw notAllowed(plan, member, tuple, `${field}.subject`);
}

/**
 * Whether an admitted tuple may be added with the expiry it has, or with none. One that has passed is fine.
 * @param now milliseconds since 1970; `within` counts from there
 * @throws PembaError EXPIRY_NOT_ALLOWED
 */
export function assertExpiryAdmitted(plan: Plan, tuple: Tuple, now: number, field: string): void {
  const member = plan.types.get(tuple.object.type)?.members.get(tuple.relation);
  const forms = (member?.subjects ?? []).filter(
    (form) => fits(form, tuple.subject) && form.condition === tuple.condition?.name,
  );
  if (forms.some((form) => admitsExpiry(form, tuple.expiresAt, now))) return;
  const what =
    tuple.expiresAt === undefined
      ? 'without an expiry'
      : `with the expiry ${formatTimestamp(tuple.expiresAt)}`;
  throw new PembaError(
    'EXPIRY_NOT_ALLOWED',
    `${field}: \`${tuple.object.type}#${tuple.relation}\` does not take \`${formatSubject(tuple.subject)}\` ${what}; it takes ${listForms(forms)}`,
    { field },
  );
}

/** True if a tuple of this form may expire then. */
function admitsExpiry(form: SubjectForm, expiresAt: number | undefined, now: number): boolean {
  if (expiresAt === undefined) return form.expiry !== 'must';
  if (form.expiry === undefined) return false;
  return form.withinSeconds === undefined || expiresAt <= now + form.withinSeconds * 1000;
}

function relationOf(plan: Plan, tuple: Tuple, field: string): Member {
  const type = plan.type(tuple.object.type, `${field}.object`);
  const member = plan.memberOf(type, tuple.relation, `${field}.relation`);
  if (member.isPermission) throw notWritable(type.members.values(), member, field);
  return member;
}

/** True if the subject has the form's type and relation; what is carried is not looked at. */
export function fits(form: SubjectForm, subject: SubjectRef): boolean {
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

function notAllowed(plan: Plan, member: Member, { subject, condition }: Tuple, field: string): PembaError {
  const subjectType = plan.type(subject.type, field);
  if (subject.relation !== NO_RELATION) plan.memberOf(subjectType, subject.relation, field);
  const forms = member.subjects.map((each) => formatForm(bare(each)));
  const text = formatSubject(subject);
  const form = subject.id === WILDCARD ? `${subject.type}:*` : formatForm({ ...subject, wildcard: false });
  const carried = condition === undefined ? '' : ` with \`${condition.name}\``;
  const isKnown = member.subjects.some((each) => fits(each, subject));
  const without = isKnown && condition === undefined ? ' without a condition' : '';
  return new PembaError(
    'SUBJECT_NOT_ALLOWED',
    `${field}: \`${member.typeName}#${member.name}\` does not take \`${text}\`${carried}${without} as its subject; it takes ${listForms(member.subjects)}${isKnown ? '' : didYouMean(form, forms)}`,
    { field },
  );
}

function listForms(forms: readonly SubjectForm[]): string {
  return forms.map((form) => `\`${formatForm(form)}\``).join(', ');
}

/** The form without what its tuples carry. */
function bare({ type, relation, wildcard }: SubjectForm): SubjectForm {
  return relation === undefined ? { type, wildcard } : { type, relation, wildcard };
}
