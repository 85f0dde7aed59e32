/** Filters in text: a tuple whose parts may be left out. */
import { PembaError } from '../base/errors.ts';
import { quoted } from '../model/reference.ts';
import { parseTupleFilter, type TupleFilterText } from '../model/write.ts';

/**
 * Reads `space:curation`, `space#writer`, `space:curation#writer@user:ada`, `#writer`, `@user:ada` and the
 * like. As in a tuple the first `#` ends the object and the next `@` the relation; text without `#` is
 * an object, or a subject if it begins with `@`.
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseFilter(text: string): TupleFilterText {
  const parts = split(text);
  // Only for what it refuses: a typo should not wait for the service.
  parseTupleFilter(parts, 'filter');
  return parts;
}

function split(text: string): TupleFilterText {
  if (text.startsWith('@')) return { object: '', relation: '', subject: text.slice(1) };
  const hash = text.indexOf('#');
  if (hash < 0) {
    refuseAmbiguous(text);
    return { object: text, relation: '', subject: '' };
  }
  const at = text.indexOf('@', hash);
  if (at < 0) return { object: text.slice(0, hash), relation: text.slice(hash + 1), subject: '' };
  return { object: text.slice(0, hash), relation: text.slice(hash + 1, at), subject: text.slice(at + 1) };
}

/** `space:curation@user:ada` is an object with an odd id, but hardly ever meant as one. */
function refuseAmbiguous(text: string): void {
  const [object, subject] = /^([^@]*)@(.*:.*)$/.exec(text)?.slice(1) ?? [];
  if (object === undefined) return;
  throw new PembaError(
    'MALFORMED_REFERENCE',
    `filter ${quoted(text)}: an object and a subject, or an id with \`@\`? write \`${object}#@${subject}\` or \`${text}#\``,
  );
}
