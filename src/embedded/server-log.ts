/**
 * `postgres.log`: the server writes to the file itself, not through a pipe of ours, so that it can go on when we are
 * killed.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { onFile } from './file-errors.ts';
import { giveToOwnerOf } from './ownership.ts';

const MAX_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4096;
const TAIL_LINES = 15;

export interface ServerLog {
  file: FileHandle;
  /** The last lines that were written since it was opened. */
  tail(): Promise<string>;
}

/** Opens the log for appending; a long one is set aside first, as `postgres.log.1`. */
export async function openServerLog(home: string): Promise<ServerLog> {
  const path = join(home, 'postgres.log');
  return onFile('open', path, async () => {
    const before = await stat(path).catch(() => undefined);
    if (before !== undefined && before.size > MAX_BYTES) await rename(path, `${path}.1`);
    // no links: root must not be made to append to a file that the owner of this directory picks
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(path, flags, 0o600);
    await giveToOwnerOf(home, path);
    const { size: begin } = await file.stat();
    return { file, tail: () => tail(path, begin) };
  });
}

async function tail(path: string, begin: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const from = Math.max(begin, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.max(0, size - from)),
      0,
      Math.max(0, size - from),
      from,
    );
    return buffer.toString('utf8', 0, bytesRead).trim().split('\n').slice(-TAIL_LINES).join('\n');
  } finally {
    await file.close();
  }
}
