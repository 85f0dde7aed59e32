/** Reading what a command is given by name. */
import { decodeText, readTextFile } from '../base/text-file.ts';
import type { Io } from './io.ts';

/** Stands for standard input where a file is asked for. */
export const STDIN = '-';

/** The text of a file, or of standard input for `-`. @throws PembaError FILE_UNREADABLE */
export async function readInput(io: Io, path: string): Promise<string> {
  return path === STDIN ? decodeText(await readAll(io.stdin), nameOf(path)) : readTextFile(path);
}

/** What to call an input in messages. */
export function nameOf(path: string): string {
  return path === STDIN ? 'standard input' : path;
}

async function readAll(stdin: Io['stdin']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}
