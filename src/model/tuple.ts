/** Tuples `object#relation@subject` and the changes a revision makes to them. */
import { PembaError } from '../base/errors.ts';
import {
  formatObject,
  formatSubject,
  type ObjectRef,
  parseObject,
  parseRelation,
  parseSubject,
  quoted,
  type SubjectRef,
} from './reference.ts';

export interface Tuple {
  object: ObjectRef;
  relation: string;
  subject: SubjectRef;
}

/** One tuple that a revision added or removed. */
export interface Change {
  op: 'add' | 'remove';
  tuple: Tuple;
}

/**
 * Reads `object#relation@subject`.
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseTuple(text: string, field = 'tuple'): Tuple {
  const hash = text.indexOf('#');
  const at = hash < 0 ? -1 : text.indexOf('@', hash);
  if (at < 0) {
    throw new PembaError(
      'MALFORMED_REFERENCE',
      `${field} ${quoted(text)}: ${hash < 0 ? 'there is no `#`' : 'there is no `@` after the relation'}; write \`type:id#relation@type:id\``,
      { field },
    );
  }
  return {
    object: parseObject(text.slice(0, hash), `${field}.object`),
    relation: parseRelation(text.slice(hash + 1, at), `${field}.relation`),
    subject: parseSubject(text.slice(at + 1), `${field}.subject`),
  };
}

/** The text form; injective, so it may serve as a key. */
export function formatTuple(tuple: Tuple): string {
  return `${formatObject(tuple.object)}#${tuple.relation}@${formatSubject(tuple.subject)}`;
}
