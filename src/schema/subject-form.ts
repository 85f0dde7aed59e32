/** The text of a subject's form. */
import { NO_RELATION } from '../model/reference.ts';

/** `user`, `team#member` or `user:*`. */
export function formatForm(form: { type: string; relation?: string; wildcard: boolean }): string {
  if (form.wildcard) return `${form.type}:*`;
  return form.relation === undefined || form.relation === NO_RELATION
    ? form.type
    : `${form.type}#${form.relation}`;
}
