/** Files that appear whole or not at all. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PembaError } from '../../base/errors.ts';

/**
 * Writes text beside the file, and puts it in the file's place once it is on the disk. A name that ends in `.gz`
 * is packed. What is no file, such as /dev/null, is written to directly.
 * @throws PembaError FILE_UNREADABLE, CANCELLED, and what `text` throws; then the file is as it was
 */
export async function writeWholeFile(
  path: string,
  text: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const { place, isReplaceable } = await placeOf(path);
  const temporary = isReplaceable ? `${place}.${randomBytes(4).toString('hex')}.tmp` : place;
  try {
    // What is already there by the name of the temporary file is not ours.
    const file = createWriteStream(temporary, { flags: isReplaceable ? 'wx' : 'w', flush: isReplaceable });
    const source = Readable.from(text);
    if (path.endsWith('.gz')) await pipeline(source, createGzip(), file, { signal });
    else await pipeline(source, file, { signal });
    if (isReplaceable) await rename(temporary, place);
  } catch (cause) {
    if (isReplaceable) await rm(temporary, { force: true });
    throw failure(path, cause, signal);
  }
}

/** Where the file really is: a link stays one. */
async function placeOf(path: string): Promise<{ place: string; isReplaceable: boolean }> {
  try {
    return { place: await realpath(path), isReplaceable: (await stat(path)).isFile() };
  } catch {
    return { place: path, isReplaceable: true };
  }
}

function failure(path: string, cause: unknown, signal: AbortSignal): unknown {
  if (signal.aborted)
    return new PembaError('CANCELLED', `stopped before \`${path}\` was complete; it is as it was`);
  const { code, syscall, message } = cause as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return cause;
  const what =
    code === 'ENOENT'
      ? 'there is no such directory'
      : code === 'EACCES'
        ? 'you may not write there'
        : message;
  return new PembaError('FILE_UNREADABLE', `cannot write \`${path}\`: ${what}`, { cause });
}
