import { must } from '../../base/assert.ts';
import type { SubjectForm } from '../compiled-schema.ts';
import { parseWithin } from '../language/duration.ts';
import type { Expiry, Subject } from '../language/generated/ast.ts';

export function subjectFormOf(subject: Subject): SubjectForm {
  return {
    type: subject.type.$refText,
    ...(subject.relation === undefined ? {} : { relation: subject.relation.$refText }),
    wildcard: subject.wildcard,
    ...(subject.condition === undefined ? {} : { condition: subject.condition.$refText }),
    ...(subject.expiry === undefined ? {} : expiryOf(subject.expiry)),
  };
}

function expiryOf({ mandatory, within }: Expiry): Pick<SubjectForm, 'expiry' | 'withinSeconds'> {
  if (!mandatory) return { expiry: 'may' };
  if (within === undefined) return { expiry: 'must' };
  return { expiry: 'must', withinSeconds: must(parseWithin(within), 'a period') };
}
