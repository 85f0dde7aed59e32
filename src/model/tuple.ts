/** Tuples `object#relation@subject` and the changes a revision makes to them. */
import { PembaError } from '../base/errors.ts';
import { formatGrant, type Grant, grantOf } from './grant.ts';
import { parseGrant } from './parse-grant.ts';
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

/** Object, relation and subject tell it from others; it may carry a {@link Grant}. */
export interface Tuple extends Grant {
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

/**
 * Reads `object#relation@subject [condition {"parameter": …}] [expires 2030-01-01T00:00:00Z]`.
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseTupleWhole(text: string, field = 'tuple'): Tuple {
  const at = text.indexOf('@', text.indexOf('#') + 1);
  // Ids hold no white space, so what comes after some is what the tuple carries.
  const space = at < 0 ? -1 : text.slice(at).search(/[ \t]/);
  if (space < 0) return parseTuple(text, field);
  const tuple = parseTuple(text.slice(0, at + space), field);
  return { ...tuple, ...parseGrant(text.slice(at + space).trim(), `${field}.grant`) };
}

/** What {@link parseTupleWhole} reads; equal exactly for equal tuples that carry the same. */
export function formatTupleWhole(tuple: Tuple): string {
  return `${formatTuple(tuple)}${formatGrant(tuple)}`;
}

/** The tuple without what it carries. */
export function bareTuple({ object, relation, subject }: Tuple): Tuple {
  return { object, relation, subject };
}

/** The tuple carrying `grant`, and nothing else. */
export function withGrant(tuple: Tuple, grant: Grant | undefined): Tuple {
  return { ...bareTuple(tuple), ...(grant === undefined ? {} : grantOf(grant)) };
}

/** The text form without what it carries; injective, so it may serve as a key. */
export function formatTuple(tuple: Tuple): string {
  return `${formatObject(tuple.object)}#${tuple.relation}@${formatSubject(tuple.subject)}`;
}
