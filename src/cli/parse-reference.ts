/** Parts of questions in text, as the commands take them. */
import { PembaError } from '../base/errors.ts';
import { isName, parseObject, parseRelation, parseSubject, quoted } from '../model/reference.ts';

function malformed(text: string, what: string): PembaError {
  return new PembaError('MALFORMED_REFERENCE', `${quoted(text)}: ${what}`);
}

/** Reads `type:id#relation`. @throws PembaError MALFORMED_REFERENCE */
export function parseSet(text: string): { object: string; relation: string } {
  const hash = text.indexOf('#');
  if (hash < 0) throw malformed(text, 'there is no `#`; write `type:id#relation`');
  const [object, relation] = [text.slice(0, hash), text.slice(hash + 1)];
  parseObject(object, 'object');
  const at = relation.indexOf('@');
  if (at >= 0 && isName(relation.slice(0, at)))
    throw malformed(text, `this names a subject; leave out \`${relation.slice(at)}\``);
  parseRelation(relation, 'relation');
  return { object, relation };
}

/** Reads `type#relation@subject`. @throws PembaError MALFORMED_REFERENCE */
export function parseResourceQuestion(text: string): {
  resourceType: string;
  relation: string;
  subject: string;
} {
  const [resourceType, relation, subject] = splitTuple(text, 'type#relation@type:id');
  if (resourceType.includes(':'))
    throw malformed(text, 'before the `#` is an object; to find objects write their type alone');
  assertType(resourceType, text);
  parseRelation(relation, 'relation');
  parseSubject(subject, 'subject');
  return { resourceType, relation, subject };
}

/** Reads `object#relation@type` or `object#relation@type#relation`. @throws PembaError MALFORMED_REFERENCE */
export function parseSubjectQuestion(text: string): {
  object: string;
  relation: string;
  subjectType: string;
} {
  const [object, relation, subjectType] = splitTuple(text, 'type:id#relation@type');
  parseObject(object, 'object');
  parseRelation(relation, 'relation');
  const [type = '', ...relations] = subjectType.split('#');
  if (type.includes(':'))
    throw malformed(text, 'after the `@` is a subject; to find subjects write their type alone');
  assertType(type, text);
  if (relations.length > 0) parseRelation(relations.join('#'), 'relation');
  return { object, relation, subjectType };
}

/**
 * Reads `object@subject`, or `object#@subject` for ids that hold an `@`.
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseObjectAndSubject(text: string): { object: string; subject: string } {
  const marked = text.indexOf('#@');
  const found =
    marked >= 0 ? [[text.slice(0, marked), text.slice(marked + 2)] as const] : splitsAtSigns(text);
  if (found.length > 1) {
    const [[object, subject]] = found as [readonly [string, string]];
    throw malformed(
      text,
      `which \`@\` ends the object? write \`#@\` there, such as \`${object}#@${subject}\``,
    );
  }
  const [[object, subject] = ['', '']] = found;
  if (object === '') throw malformed(text, 'this is no object and subject; write `type:id@type:id`');
  parseObject(object, 'object');
  parseSubject(subject, 'subject');
  return { object, subject };
}

/** All ways to read it. */
function splitsAtSigns(text: string): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const [object, subject] = [text.slice(0, at), text.slice(at + 1)];
    if (/^[^:#]+:[^#]+$/.test(object) && isName(subject.split(':', 1)[0] ?? '') && subject.includes(':'))
      found.push([object, subject]);
  }
  return found;
}

function splitTuple(text: string, form: string): [string, string, string] {
  const hash = text.indexOf('#');
  const at = hash < 0 ? -1 : text.indexOf('@', hash);
  if (at < 0)
    throw malformed(text, `there is no ${hash < 0 ? '`#`' : '`@` after the relation'}; write \`${form}\``);
  return [text.slice(0, hash), text.slice(hash + 1, at), text.slice(at + 1)];
}

function assertType(type: string, text: string): void {
  if (!isName(type))
    throw malformed(text, type === '' ? 'the type is empty' : `${quoted(type)} is not a type`);
}
