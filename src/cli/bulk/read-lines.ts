/** Lines of a file or of standard input as they come, however many there are. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PembaError } from '../../base/errors.ts';
import { unreadable } from '../../base/text-file.ts';
import type { Io } from '../io.ts';
import { nameOf, STDIN } from '../read-input.ts';

/** A tuple with the longest names and ids has well under 3,000 characters. */
const MAX_LINE_CHARACTERS = 65_536;

export interface Line {
  /** Counts from 1. */
  number: number;
  text: string;
}

export interface ReadLinesOptions {
  /** Called with each piece of the file as it is, before anything is unpacked. */
  onBytes?: (bytes: Uint8Array) => void;
}

/**
 * Lists of the lines that came together. A file whose name ends in `.gz` is unpacked.
 * @param path `-` for standard input
 * @throws PembaError FILE_UNREADABLE
 */
export async function* readLines(
  io: Io,
  path: string,
  options: ReadLinesOptions = {},
): AsyncGenerator<Line[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let rest = '';
  const linesOf = (text: string): Line[] => {
    const pieces = `${rest}${text}`.split('\n');
    rest = pieces.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) throw tooLong(path, number + 1);
    return pieces.map((piece) => ({ number: ++number, text: piece.replace(/\r$/, '') }));
  };
  try {
    for await (const bytes of bytesOf(io, path, options)) {
      const lines = linesOf(decoder.decode(bytes, { stream: true }));
      if (lines.length > 0) yield lines;
    }
    const lines = linesOf(decoder.decode());
    if (rest !== '') lines.push({ number: ++number, text: rest.replace(/\r$/, '') });
    if (lines.length > 0) yield lines;
  } catch (cause) {
    throw cause instanceof PembaError ? cause : failure(path, number, cause);
  }
}

function bytesOf(io: Io, path: string, { onBytes }: ReadLinesOptions): AsyncIterable<Uint8Array> {
  const source = observed(path === STDIN ? io.stdin : createReadStream(path), onBytes);
  if (!path.endsWith('.gz')) return source;
  const unpacked = createGunzip();
  // What fails on the way fails in the stream that is read.
  pipeline(source, unpacked, () => undefined);
  return unpacked;
}

async function* observed(
  source: AsyncIterable<string | Uint8Array>,
  onBytes: ReadLinesOptions['onBytes'],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    onBytes?.(bytes);
    yield bytes;
  }
}

function failure(path: string, number: number, cause: unknown): unknown {
  const { code = '' } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    const message = `${nameOf(path)} is not text in UTF-8, ${number === 0 ? 'somewhere at its beginning' : `somewhere after line ${number}`}`;
    return new PembaError('FILE_UNREADABLE', message, { cause });
  }
  if (code.startsWith('Z_'))
    return new PembaError('FILE_UNREADABLE', `${nameOf(path)} is not in the format of gzip, or damaged`, {
      cause,
    });
  return code.startsWith('E') ? unreadable(path, cause) : cause;
}

function tooLong(path: string, number: number): PembaError {
  return new PembaError(
    'FILE_UNREADABLE',
    `${nameOf(path)}:${number}: the line has over ${MAX_LINE_CHARACTERS} characters; write one tuple a line`,
  );
}
