/** The tuples of a file, in chunks of which each is one write. */
import type { StoredTuple } from '../../client/requests.ts';
import { parseTupleLine } from '../../model/tuple-lines.ts';
import type { Io } from '../io.ts';
import { nameOf } from '../read-input.ts';
import { formatTupleText, toStoredTuple } from '../tuple-text.ts';
import { type ReadLinesOptions, readLines } from './read-lines.ts';

/** What one Write takes, unless the service is configured otherwise. */
const TUPLES_A_WRITE = 1_000;

export interface TupleChunk {
  tuples: StoredTuple[];
  /** For each tuple, its line in the file. */
  lines: number[];
}

/**
 * Each ends between two objects if it can: the rules of a schema hold after every write. A tuple that a chunk has
 * already is left out if `isOnce`: a write takes no tuple twice.
 * @throws PembaError MALFORMED_REFERENCE, FILE_UNREADABLE naming file and line; the chunk before is complete then
 */
export async function* tupleChunks(
  io: Io,
  path: string,
  { isOnce, ...options }: ReadLinesOptions & { isOnce: boolean },
): AsyncGenerator<TupleChunk> {
  let chunk: TupleChunk = { tuples: [], lines: [] };
  let seen = new Set<string>();
  for await (const lines of readLines(io, path, options)) {
    for (const { number, text } of lines) {
      const parsed = parseTupleLine(text, `${nameOf(path)}:${number}`);
      if (parsed === undefined) continue;
      const tuple = toStoredTuple(parsed);
      const key = formatTupleText(tuple);
      if (isOnce && seen.has(key)) continue;
      if (chunk.tuples.length === TUPLES_A_WRITE) {
        const rest = splitBefore(chunk, tuple.object);
        yield chunk;
        chunk = rest;
        seen = new Set(rest.tuples.map(formatTupleText));
      }
      seen.add(key);
      chunk.tuples.push(tuple);
      chunk.lines.push(number);
    }
  }
  if (chunk.tuples.length > 0) yield chunk;
}

/** Takes from the end of a chunk what is of an object that goes on behind it, unless that is all there is. */
function splitBefore({ tuples, lines }: TupleChunk, object: string): TupleChunk {
  let from = tuples.length;
  while (from > 0 && tuples[from - 1]?.object === object) from--;
  if (from === 0) from = tuples.length;
  return { tuples: tuples.splice(from), lines: lines.splice(from) };
}
