/** The text of a subject's form. */
import { NO_RELATION } from '../model/reference.ts';
import type { SubjectForm } from './compiled-schema.ts';

/** `user`, `team#member` or `user:*`, with what tuples of this form carry: `user with office_hours expires`. */
export function formatForm(form: SubjectForm): string {
  return `${formatSubjectOfForm(form)}${formatCarried(form)}`;
}

/** `user`, `team#member` or `user:*`. */
export function formatSubjectOfForm(form: Pick<SubjectForm, 'type' | 'relation' | 'wildcard'>): string {
  if (form.wildcard) return `${form.type}:*`;
  return form.relation === undefined || form.relation === NO_RELATION
    ? form.type
    : `${form.type}#${form.relation}`;
}

function formatCarried({ condition, expiry, withinSeconds }: SubjectForm): string {
  const what = condition === undefined ? '' : ` with ${condition}`;
  if (expiry === undefined) return what;
  if (expiry === 'may') return `${what} expires`;
  const within = withinSeconds === undefined ? '' : ` within ${formatPeriod(withinSeconds)}`;
  return `${what} must expire${within}`;
}

const UNITS: [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
];

/** `90d`, `36h`, `90s`: in the largest unit that says it without a rest. */
function formatPeriod(seconds: number): string {
  for (const [unit, size] of UNITS) {
    if (seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}
