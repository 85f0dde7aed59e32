/** A first look at a file before any of it is written. */
import type { Io } from '../io.ts';
import { tupleChunks } from './tuple-chunks.ts';

export interface Survey {
  tuples: number;
  /** Of the file as it is. */
  bytes: number;
}

/** Reads all of it once. @throws PembaError MALFORMED_REFERENCE naming the line, FILE_UNREADABLE */
export async function survey(io: Io, path: string, isOnce: boolean): Promise<Survey> {
  let bytes = 0;
  const onBytes = (piece: Uint8Array): void => {
    bytes += piece.length;
  };
  let tuples = 0;
  for await (const chunk of tupleChunks(io, path, { isOnce, onBytes })) tuples += chunk.tuples.length;
  return { tuples, bytes };
}
