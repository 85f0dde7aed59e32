/**
 * Whether texts name an object: as `type:id`, or by its id where that stands alone, which in JSON may be a number. An id
 * that goes on is another's, as `user:al` is not named by `user:alice`; where it cannot be told, as in `user:al/x`, it
 * counts as named.
 */
import { formatObject, type ObjectRef } from './reference.ts';

/** What makes `type:id` the beginning of a longer id: `user:al` in `user:al.smith@example.org`. */
const GOES_ON = /[.@+-]*[\p{L}\p{M}\p{N}_]/uy;
/** What makes it the end of another type's: `user:al` in `superuser:al`. Behind `-`, `_` and `/` it cannot be told. */
const CAME_BEFORE = /[A-Za-z0-9]$/;

/** @param json as the caller's metadata is recorded; its names count as well as its values */
export function jsonMentions(json: string, object: ObjectRef): boolean {
  return valueMentions(JSON.parse(json), object);
}

/**
 * The number that JSON may have instead of the id; undefined if there is none. An id with more digits than a number
 * holds has the number that it becomes.
 */
export function numberOf(id: string): number | undefined {
  const number = Number(id);
  const isNumber = Number.isFinite(number) && (String(number) === id || /^-?[1-9][0-9]*$/.test(id));
  return isNumber ? number : undefined;
}

function valueMentions(value: unknown, object: ObjectRef): boolean {
  if (typeof value === 'number') return value === numberOf(object.id);
  if (typeof value === 'string') return value === object.id || includesReference(value, formatObject(object));
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((each) => valueMentions(each, object));
  return Object.entries(value).some(
    ([name, each]) => valueMentions(name, object) || valueMentions(each, object),
  );
}

/** @param message for a person: what it quotes stands in backticks, and may be cut short, which `…` shows */
export function messageMentions(message: string, object: ObjectRef): boolean {
  const reference = formatObject(object);
  if (includesReference(message, reference) || message.includes(`\`${object.id}\``)) return true;
  for (let cut = message.indexOf('…'); cut >= 0; cut = message.indexOf('…', cut + 1)) {
    if (endsInBeginningOf(message.slice(0, cut), reference, object.type.length + 2)) return true;
  }
  return false;
}

function includesReference(text: string, reference: string): boolean {
  for (let at = text.indexOf(reference); at >= 0; at = text.indexOf(reference, at + 1)) {
    GOES_ON.lastIndex = at + reference.length;
    if (!GOES_ON.test(text) && !CAME_BEFORE.test(text.slice(Math.max(0, at - 1), at))) return true;
  }
  return false;
}

/** @param least characters of the reference */
function endsInBeginningOf(text: string, reference: string, least: number): boolean {
  for (let length = least; length < reference.length; length++) {
    if (text.endsWith(reference.slice(0, length))) return true;
  }
  return false;
}
