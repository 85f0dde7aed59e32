/** Text in UTF-8 out of files: all of it as it is there, or a refusal. */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { PembaError } from './errors.ts';

const NEWLINE = 0x0a;

/** The text of a file, without a byte order mark. @throws PembaError FILE_UNREADABLE, caused by what Node said of the file */
export async function readTextFile(path: string): Promise<string> {
  return decodeText(await readBytes(path), path);
}

/** @param name what to call the bytes in messages. @throws PembaError FILE_UNREADABLE if they are not UTF-8 */
export function decodeText(bytes: Uint8Array, name: string): string {
  // A decoder would put U+FFFD where something else stood, and so make one name of several.
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  throw new PembaError(
    'FILE_UNREADABLE',
    `${name} is not text in UTF-8; line ${lineOfBadBytes(bytes)} is the first that is not`,
  );
}

/** Whether a failure of {@link readTextFile} is that there is no such file. */
export function isNoSuchFile(error: unknown): boolean {
  const { code } = ((error as PembaError).cause ?? {}) as NodeJS.ErrnoException;
  return error instanceof PembaError && code === 'ENOENT';
}

/** Why a file cannot be read, from the failure of Node. */
export function unreadable(path: string, cause: unknown): PembaError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const what =
    code === 'ENOENT'
      ? 'there is no such file'
      : code === 'EACCES'
        ? 'you may not read it'
        : code === 'EISDIR'
          ? 'it is a directory'
          : message;
  return new PembaError('FILE_UNREADABLE', `cannot read \`${path}\`: ${what}`, { cause });
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Counts from 1. No character of several bytes has one that is a newline. */
function lineOfBadBytes(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}
