/** What a write asks for. */
import { PembaError } from '../base/errors.ts';
import {
  isName,
  NO_RELATION,
  type ObjectRef,
  parseObject,
  parseRelation,
  parseSubject,
  quoted,
  type SubjectRef,
} from './reference.ts';
import type { Tuple } from './tuple.ts';

export type Operation = 'create' | 'touch' | 'delete';

export interface Update {
  operation: Operation;
  tuple: Tuple;
}

/** Selects the tuples that agree with every part given. */
export interface TupleFilter {
  objectType?: string;
  objectId?: string;
  relation?: string;
  subjectType?: string;
  subjectId?: string;
  /** Given without {@link TupleFilter.subjectId} never; absent: the subject itself and the sets of it. */
  subjectRelation?: string;
}

export interface Precondition {
  condition: 'must_exist' | 'must_not_exist';
  filter: TupleFilter;
}

/** A filter's parts as text: `type` or `type:id`, a relation, `type`, `type:id`, `type:*` or `type:id#relation`. */
export interface TupleFilterText {
  object: string;
  relation: string;
  subject: string;
}

/** @throws PembaError MALFORMED_REFERENCE */
export function parseTupleFilter(text: TupleFilterText, field: string): TupleFilter {
  const filter: TupleFilter = {};
  if (text.object !== '') {
    const object = text.object.includes(':')
      ? parseObject(text.object, `${field}.object`)
      : { type: parseTypeName(text.object, `${field}.object`, 'neither `type` nor `type:id`') };
    filter.objectType = object.type;
    if ('id' in object) filter.objectId = (object as ObjectRef).id;
  }
  if (text.relation !== '') filter.relation = parseRelation(text.relation, `${field}.relation`);
  if (text.subject !== '') {
    if (!text.subject.includes(':')) {
      filter.subjectType = parseTypeName(
        text.subject,
        `${field}.subject`,
        'none of `type`, `type:id`, `type:*` and `type:id#relation`',
      );
    } else {
      const subject: SubjectRef = parseSubject(text.subject, `${field}.subject`);
      filter.subjectType = subject.type;
      filter.subjectId = subject.id;
      if (subject.relation !== NO_RELATION) filter.subjectRelation = subject.relation;
    }
  }
  return filter;
}

/** The parts that are set, for a person: `object \`team:a\`, relation \`member\``. */
export function formatFilter(filter: TupleFilter): string {
  const { objectType, objectId, relation, subjectType, subjectId, subjectRelation } = filter;
  const reference = (type = '', id = '', set = ''): string => `${type}${id && `:${id}`}${set && `#${set}`}`;
  const parts: string[] = [];
  if (objectType !== undefined) parts.push(`object ${quoted(reference(objectType, objectId))}`);
  if (relation !== undefined) parts.push(`relation ${quoted(relation)}`);
  if (subjectType !== undefined)
    parts.push(`subject ${quoted(reference(subjectType, subjectId, subjectRelation))}`);
  return parts.join(', ');
}

function parseTypeName(text: string, field: string, problem: string): string {
  if (isName(text)) return text;
  throw new PembaError('MALFORMED_REFERENCE', `${field} ${quoted(text)}: it is ${problem}`, { field });
}
