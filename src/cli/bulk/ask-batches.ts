/** Many questions, asked a thousand at a time, all of them at one revision. */
import { PembaError } from '../../base/errors.ts';
import type { PembaClient } from '../../client/client.ts';
import type { Answer, BatchCheckRequest, TupleText } from '../../client/requests.ts';
import { parseTuple } from '../../model/tuple.ts';
import { isTupleLine } from '../../model/tuple-lines.ts';
import { toTupleText } from '../tuple-text.ts';
import type { Line } from './read-lines.ts';

/** What one BatchCheck takes, unless the service is configured otherwise. */
const QUESTIONS_A_CALL = 1_000;

/** A line with a question, and what came of it. */
export interface Asked {
  line: number;
  text: string;
  /** Undefined if the line could not be read. */
  question: TupleText | undefined;
  result: Result;
  /** The revision the answer was found at; empty if nobody was asked. */
  zookie: string;
}

type Result =
  | { answer: Answer; missing?: string[] }
  | { error: { reason: string; message: string; field: string } };

type Unasked = { line: number; text: string } & (
  | { question: TupleText }
  | { question: undefined; error: PembaError }
);

/** In the order of the lines. @param request what goes with every call beside the questions */
export async function* askBatches(
  client: Pick<PembaClient, 'batchCheck'>,
  source: AsyncIterable<Line[]>,
  request: Omit<BatchCheckRequest, 'items'>,
): AsyncGenerator<Asked> {
  let first: string | undefined;
  for await (const chunk of chunksOf(source)) {
    const items = chunk.flatMap(({ question }) => question ?? []);
    const response =
      items.length === 0
        ? { results: [], zookie: '' }
        : await client.batchCheck({
            ...request,
            items,
            // All answers are about one revision: the one that the first call happened to find.
            ...(first === undefined
              ? {}
              : { consistency: { mode: 'at_exact_snapshot', zookie: first } as const }),
          });
    if (items.length > 0) first ??= response.zookie;
    yield* joined(chunk, response);
  }
}

function* joined(
  chunk: readonly Unasked[],
  { results, zookie }: Awaited<ReturnType<PembaClient['batchCheck']>>,
): Generator<Asked> {
  let next = 0;
  for (const unasked of chunk) {
    const { line, text, question } = unasked;
    if (question === undefined) {
      const { reason, message } = unasked.error;
      yield { line, text, question, result: { error: { reason, message, field: '' } }, zookie: '' };
      continue;
    }
    const place = next++;
    const result = results[place];
    if (result === undefined) throw new TypeError('the service gave fewer answers than there were questions');
    yield { line, text, question, result: ofTheLine(result, place), zookie };
  }
}

/** Whoever reads the error knows lines, and nothing of the batches they are sent in. */
function ofTheLine(result: Result, place: number): Result {
  if (!('error' in result)) return result;
  const own = (text: string): string => text.replaceAll(`items[${place}].`, '');
  const { message, field, ...error } = result.error;
  return { error: { ...error, message: own(message), field: own(field) } };
}

/** Lists of up to so many questions, and the lines between them that are none. */
async function* chunksOf(source: AsyncIterable<Line[]>): AsyncGenerator<Unasked[]> {
  let chunk: Unasked[] = [];
  for await (const lines of source) {
    for (const line of lines) {
      const unasked = read(line);
      if (unasked !== undefined) chunk.push(unasked);
      if (chunk.length < QUESTIONS_A_CALL) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function read({ number, text: untrimmed }: Line): Unasked | undefined {
  const text = untrimmed.trim();
  if (!isTupleLine(text)) return undefined;
  try {
    return { line: number, text, question: toTupleText(parseTuple(text, 'question')) };
  } catch (error) {
    if (error instanceof PembaError) return { line: number, text, question: undefined, error };
    throw error;
  }
}
