/**
 * References in text form: `type:id`, `type:id#relation`, `type:*`.
 *
 * In a tuple's text the first `#` ends the object and the next `@` ends the relation, so ids may
 * hold `@` and `:`. This module knows the form only; whether a type or relation exists is the
 * schema's affair.
 */
import { PembaError } from '../base/errors.ts';

/** The longest id in bytes of UTF-8. */
const MAX_ID_BYTES = 1024;
/** The longest type or relation name in characters. */
export const MAX_NAME_LENGTH = 128;
/** The id that stands for every object of a type. Never the id of an object. */
export const WILDCARD = '*';
/** A subject's relation when it is an object or a wildcard, not a subject set. */
export const NO_RELATION = '';

export interface ObjectRef {
  type: string;
  id: string;
}

export interface SubjectRef extends ObjectRef {
  /** {@link NO_RELATION} unless the subject is a subject set. */
  relation: string;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:[-/][A-Za-z_][A-Za-z0-9_]*)*$/;
// White space, control characters (those that turn the direction of text among them), `#`, and lone
// surrogates, which have no UTF-8.
const NOT_IN_ID = /[#\s\p{Cc}\p{Bidi_Control}]|\p{Surrogate}/u;

/** True if `name` can be the name of a type, relation, permission or condition. */
export function isName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && NAME.test(name);
}

function malformed(field: string, text: string, what: string): PembaError {
  return new PembaError('MALFORMED_REFERENCE', `${field} ${quoted(text)}: ${what}`, { field });
}

/** The text in backticks, shortened so that a message stays readable. */
export function quoted(text: string): string {
  if (text.length <= 80) return `\`${text}\``;
  const start = text.slice(0, 77).replace(/[\ud800-\udbff]$/, '');
  return `\`${start}…\` (${text.length} characters)`;
}

function checkName(name: string, kind: string, field: string, text: string): void {
  if (name === '') throw malformed(field, text, `the ${kind} is empty`);
  if (isName(name)) return;
  if (name.length > MAX_NAME_LENGTH) {
    throw malformed(
      field,
      text,
      `the ${kind} has ${name.length} characters; at most ${MAX_NAME_LENGTH} are allowed`,
    );
  }
  throw malformed(
    field,
    text,
    `${kind} ${quoted(name)} is not a name; names are letters, digits and \`_\`, in segments joined by \`-\` or \`/\``,
  );
}

function checkId(id: string, field: string, text: string): void {
  if (id === '') throw malformed(field, text, 'the id is empty; write `type:id`');
  // A UTF-16 unit is at most 3 bytes of UTF-8, so short ids need no counting.
  if (id.length * 3 > MAX_ID_BYTES) {
    const bytes = Buffer.byteLength(id);
    if (bytes > MAX_ID_BYTES) {
      throw malformed(field, text, `the id has ${bytes} bytes; at most ${MAX_ID_BYTES} are allowed`);
    }
  }
  const bad = NOT_IN_ID.exec(id);
  if (bad !== null) {
    const point = (id.codePointAt(bad.index) as number).toString(16).toUpperCase().padStart(4, '0');
    throw malformed(
      field,
      text,
      `the id holds U+${point}; ids have no white space, control characters or \`#\``,
    );
  }
}

/** Splits the part of `text` before `end`. */
function splitTypeAndId(text: string, field: string, end = text.length): ObjectRef {
  const colon = text.indexOf(':');
  if (colon < 0 || colon > end) throw malformed(field, text, 'there is no `:`; write `type:id`');
  return { type: text.slice(0, colon), id: text.slice(colon + 1, end) };
}

/**
 * Reads `type:id`.
 * @param field what to call it in an error, such as `object`
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseObject(text: string, field: string): ObjectRef {
  const ref = parseTypeAndId(text, field);
  if (ref.id === WILDCARD) throw malformed(field, text, 'a wildcard can only be a subject');
  return ref;
}

/**
 * As {@link parseObject}, of one that is no part of a tuple, and may be a person.
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseSomebody(text: string, field: string): ObjectRef {
  const ref = parseTypeAndId(text, field);
  if (ref.id === WILDCARD) throw malformed(field, text, 'a wildcard is nobody in particular; name an object');
  return ref;
}

function parseTypeAndId(text: string, field: string): ObjectRef {
  const ref = splitTypeAndId(text, field);
  checkName(ref.type, 'type', field, text);
  checkId(ref.id, field, text);
  return ref;
}

/**
 * Reads `type:id`, `type:id#relation` or `type:*`.
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseSubject(text: string, field: string): SubjectRef {
  const hash = text.indexOf('#');
  const { type, id } = splitTypeAndId(text, field, hash < 0 ? text.length : hash);
  checkName(type, 'type', field, text);
  checkId(id, field, text);
  if (hash < 0) return { type, id, relation: NO_RELATION };
  const relation = text.slice(hash + 1);
  checkName(relation, 'relation', field, text);
  if (id === WILDCARD) throw malformed(field, text, 'a wildcard has no relation; write `type:*`');
  return { type, id, relation };
}

/**
 * Reads a relation or permission name.
 * @param kind what it is the name of, in errors
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseRelation(text: string, field: string, kind = 'relation'): string {
  checkName(text, kind, field, text);
  return text;
}

/**
 * Reads a type name.
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseType(text: string, field: string): string {
  checkName(text, 'type', field, text);
  return text;
}

export function formatObject(ref: ObjectRef): string {
  return `${ref.type}:${ref.id}`;
}

export function formatSubject(ref: SubjectRef): string {
  return ref.relation === NO_RELATION ? `${ref.type}:${ref.id}` : `${ref.type}:${ref.id}#${ref.relation}`;
}
