/** Reading what a command is given by name. */
import { readFile } from 'node:fs/promises';
import { PembaError } from '../base/errors.ts';
import type { Io } from './io.ts';

/** Stands for standard input where a file is asked for. */
export const STDIN = '-';

/** The text of a file, or of standard input for `-`. @throws PembaError FILE_UNREADABLE */
export async function readInput(io: Io, path: string): Promise<string> {
  const bytes = path === STDIN ? await readAll(io.stdin) : await readBytes(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PembaError('FILE_UNREADABLE', `${nameOf(path)} is not text in UTF-8`, { cause });
  }
}

/** What to call an input in messages. */
export function nameOf(path: string): string {
  return path === STDIN ? 'standard input' : path;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
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

async function readAll(stdin: Io['stdin']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
