/** Files of tuples: one a line, `#` at the start of a line for a comment. */
import { PembaError } from '../base/errors.ts';
import { parseTuple, type Tuple } from './tuple.ts';

/** @throws PembaError MALFORMED_REFERENCE naming `name` and the line */
export function parseTupleLines(text: string, name: string): Tuple[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    const trimmed = line.trim();
    return trimmed === '' || trimmed.startsWith('#') ? [] : [parseLine(trimmed, `${name}:${i + 1}`)];
  });
}

function parseLine(line: string, place: string): Tuple {
  try {
    return parseTuple(line);
  } catch (error) {
    if (!(error instanceof PembaError)) throw error;
    throw new PembaError(error.reason, `${place}: ${error.message}`, { cause: error });
  }
}
