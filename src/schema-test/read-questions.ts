/** Questions and listings, as test files write them. */
import { PembaError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { parseObject, parseRelation, parseSubject, parseType, quoted } from '../model/reference.ts';
import type { Context, Place, Question, ResourcesOf, SubjectsOf } from './test-file.ts';

interface Parts {
  object: string;
  relation: string;
  subject: string;
  context: Context;
}

/** Splits `object#relation@subject {…}`. @throws PembaError MALFORMED_REFERENCE, MALFORMED_CONTEXT */
function split(text: string, form: string): Parts {
  // Neither names nor ids hold white space.
  const [, reference = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  const hash = reference.indexOf('#');
  const at = hash < 0 ? -1 : reference.indexOf('@', hash);
  if (at < 0) throw malformed(`${quoted(text)} is not understood; write \`${form}\``);
  return {
    object: reference.slice(0, hash),
    relation: reference.slice(hash + 1, at),
    subject: reference.slice(at + 1),
    context: contextIn(rest),
  };
}

function contextIn(text: string): Context {
  if (text === '') return {};
  const instead = 'write a context as JSON, such as `{"now": "2030-01-01T12:00:00Z"}`';
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  throw new PembaError('MALFORMED_CONTEXT', `${quoted(text)} is no JSON object; ${instead}`);
}

export function readQuestion(text: string, place: Place): Question {
  const parts = split(text, 'type:id#relation@type:id');
  parseObject(parts.object, 'object');
  parseRelation(parts.relation, 'relation');
  parseSubject(parts.subject, 'subject');
  return { ...place, text, ...parts };
}

export function readResourcesOf(text: string): { of: ResourcesOf; context: Context } {
  const { object, relation, subject, context } = split(text, 'type#relation@type:id');
  const resourceType = parseType(object, 'type');
  parseRelation(relation, 'relation');
  parseSubject(subject, 'subject');
  return { of: { resourceType, relation, subject }, context };
}

export function readSubjectsOf(text: string): { of: SubjectsOf; context: Context } {
  const { object, relation, subject, context } = split(text, 'type:id#relation@type');
  parseObject(object, 'object');
  parseRelation(relation, 'relation');
  if (subject.includes(':'))
    throw malformed(
      `${quoted(subject)} is a subject; what is listed is a type, such as \`user\` or \`team#member\``,
    );
  const [type, set] = subject.split('#', 2);
  parseType(type, 'type');
  if (set !== undefined) parseRelation(set, 'relation');
  return { of: { object, relation, subjectType: subject }, context };
}

function malformed(message: string): PembaError {
  return new PembaError('MALFORMED_REFERENCE', message);
}
