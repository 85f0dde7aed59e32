/** Files of tuples: one a line with what it carries, `#` at the start of a line for a comment. */
import { PembaError } from '../base/errors.ts';
import { parseTupleWhole, type Tuple } from './tuple.ts';

/** @throws PembaError MALFORMED_REFERENCE naming `name` and the line */
export function parseTupleLines(text: string, name: string): Tuple[] {
  return text.split(/\r?\n/).flatMap((line, i) => parseTupleLine(line, `${name}:${i + 1}`) ?? []);
}

/**
 * One line; undefined for a comment or an empty one.
 * @param place what to call it in an error, such as `lamin.tuples:12`
 * @throws PembaError MALFORMED_REFERENCE
 */
export function parseTupleLine(line: string, place: string): Tuple | undefined {
  const trimmed = line.trim();
  return isTupleLine(trimmed) ? parseLine(trimmed, place) : undefined;
}

/** False for a comment and for an empty line. @param trimmed a line without white space around it */
export function isTupleLine(trimmed: string): boolean {
  return trimmed !== '' && !trimmed.startsWith('#');
}

function parseLine(line: string, place: string): Tuple {
  try {
    return parseTupleWhole(line);
  } catch (error) {
    if (!(error instanceof PembaError)) throw error;
    throw new PembaError(error.reason, `${place}: ${error.message}`, { cause: error });
  }
}
