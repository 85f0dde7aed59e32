import type { SubjectForm } from '../compiled-schema.ts';
import type { Subject } from '../language/generated/ast.ts';

export function subjectFormOf(subject: Subject): SubjectForm {
  return {
    type: subject.type.$refText,
    ...(subject.relation === undefined ? {} : { relation: subject.relation.$refText }),
    wildcard: subject.wildcard,
  };
}
