/** Writes the tuples of a file, one write after the other, and says how far it came if it cannot go on. */
import { createHash } from 'node:crypto';
import { PembaError } from '../../base/errors.ts';
import type { PembaClient } from '../../client/client.ts';
import type { WriteRequest } from '../../client/requests.ts';
import { ServiceError } from '../../client/service-error.ts';
import { formatTupleText } from '../tuple-text.ts';
import type { TupleChunk } from './tuple-chunks.ts';

export interface Sending {
  /** What the file is called in messages. */
  name: string;
  operation: 'create' | 'touch';
  /** What goes with every write beside the tuples. */
  request: Omit<WriteRequest, 'updates' | 'idempotencyKey'>;
  /**
   * The name of the import: the same tuples may be wanted again after somebody deleted them, and a write whose key is
   * known does nothing.
   */
  run: string;
  signal: AbortSignal;
  /** What a message says last: how to go on. */
  advice: string;
  onSent: (sent: Sent) => void;
}

export interface Sent {
  tuples: number;
  writes: number;
  /** Of the last write; empty if there was none. */
  zookie: string;
}

/** @throws PembaError, ServiceError saying what is in already */
export async function sendTuples(
  client: Pick<PembaClient, 'write'>,
  chunks: AsyncIterable<TupleChunk>,
  sending: Sending,
): Promise<Sent> {
  const sent: Sent = { tuples: 0, writes: 0, zookie: '' };
  try {
    for await (const chunk of chunks) {
      if (sending.signal.aborted) throw new PembaError('CANCELLED', 'stopped');
      sent.zookie = await writeChunk(client, chunk, sent.writes, sending);
      sent.tuples += chunk.tuples.length;
      sent.writes++;
      sending.onSent(sent);
    }
  } catch (error) {
    throw sayingHowFar(error, sent, sending);
  }
  return sent;
}

async function writeChunk(
  client: Pick<PembaClient, 'write'>,
  { tuples, lines }: TupleChunk,
  place: number,
  { name, operation, request, run }: Sending,
): Promise<string> {
  const updates = tuples.map((tuple) => ({ operation, tuple }));
  const identity = identityOf([run, operation, place, tuples.map(formatTupleText)]);
  try {
    return (await client.write({ ...request, updates, idempotencyKey: `import-${identity}` })).zookie;
  } catch (error) {
    throw namingLine(error, name, lines);
  }
}

/** Knows nothing of the rest of the file, so that what is in stays known when a later line is corrected. */
function identityOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The service counts the updates of one write; whoever wrote the file looks for a line. */
function namingLine(error: unknown, name: string, lines: readonly number[]): unknown {
  if (!(error instanceof ServiceError)) return error;
  const [, index] = /^updates\[(\d+)\]/.exec(error.field ?? '') ?? [];
  const line = index === undefined ? undefined : lines[Number(index)];
  const place = line === undefined ? `${name}, lines ${lines[0]} to ${lines.at(-1)}` : `${name}:${line}`;
  return new ServiceError(`${place}: ${error.message}`, error);
}

/** Codes of failures after which the write may have happened all the same. */
const UNCERTAIN: readonly string[] = ['UNAVAILABLE', 'DEADLINE_EXCEEDED', 'CANCELLED', 'UNKNOWN', 'INTERNAL'];

/** Where nothing was written, there is nothing to go on with. */
function howFar(error: PembaError | ServiceError, tuples: number, advice: string): string {
  if (tuples > 0) return `${tuples} tuples before it are in; ${advice}`;
  const mayBeIn = error instanceof ServiceError && UNCERTAIN.includes(error.code);
  return mayBeIn ? `nothing is known to be in; ${advice}` : 'nothing was written';
}

function sayingHowFar(error: unknown, { tuples }: Sent, { advice }: Sending): unknown {
  if (!(error instanceof PembaError || error instanceof ServiceError)) return error;
  const message = `${error.message}\n  ${howFar(error, tuples, advice)}`;
  if (error instanceof ServiceError) return new ServiceError(message, error);
  return new PembaError(error.reason, message, { cause: error });
}
