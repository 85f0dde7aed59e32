/**
 * One Pemba for a data directory. The lock is the file `pemba.pid` with process number and start.
 *
 * Files are put in place with link(), which is exclusive and shows only whole files. The hard part is to take over a
 * lock whose holder is dead: "remove it, then make mine" lets a slow starter remove the lock of a faster one. So
 * each takeover names the very lock it succeeds: `pemba.pid.after-<digest of that lock>` can be made by one process
 * only. Its maker owns the directory if `pemba.pid` is still what it was (else the dead lock was succeeded and swept
 * before), and then moves its own lock to `pemba.pid`. A maker that dies in between is succeeded in the same way.
 */
import { createHash, randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PembaError } from '../base/errors.ts';
import { errorCode, onFile } from './file-errors.ts';
import { giveToOwnerOf } from './ownership.ts';
import { isSameProcess, processStart } from './processes.ts';

export interface DataLock {
  /** Gives the lock back; twice is fine. */
  release(): Promise<void>;
}

const MAX_ATTEMPTS = 100;

/**
 * @param home the real path of the data directory, for two names of it are one directory
 * @param given how the user calls it, for the message
 * @throws PembaError DATA_DIRECTORY_IN_USE if another process, or this one, has it
 */
export async function lockData(home: string, given: string): Promise<DataLock> {
  const path = join(home, 'pemba.pid');
  const content = `${process.pid}\n${processStart(process.pid)}\n${randomBytes(8).toString('hex')}\n`;
  const own = `${path}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  return onFile('lock the data directory', home, async () => {
    try {
      await writeFile(own, content, { flag: 'wx', mode: 0o644 });
      await giveToOwnerOf(home, own);
      await acquire(path, own, given);
    } finally {
      await rm(own, { force: true });
    }
    await sweep(path);
    return {
      release: async () => {
        if ((await read(path)) === content) await rm(path, { force: true });
      },
    };
  });
}

async function acquire(path: string, own: string, given: string): Promise<void> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (await linked(own, path)) return;
    const first = await read(path);
    if (first === undefined) continue; // released meanwhile
    const claim = await succeed(path, own, first, given);
    if (claim === undefined) continue;
    if ((await read(path)) === first) {
      // ours, and nobody else's move: put it under its proper name in one step
      await rename(claim, path);
      return;
    }
    await rm(claim, { force: true });
  }
  throw new PembaError(
    'DATA_DIRECTORY_IN_USE',
    `the lock of the data directory \`${given}\` keeps changing hands; try again`,
  );
}

/** Goes along dead holders and claims the succession of the last. Undefined: something changed, look again. */
async function succeed(path: string, own: string, first: string, given: string): Promise<string | undefined> {
  let holder = first;
  for (let depth = 0; depth < MAX_ATTEMPTS; depth += 1) {
    refuseLiving(holder, path, given);
    const claim = `${path}.after-${createHash('sha256').update(holder).digest('hex').slice(0, 24)}`;
    if (await linked(own, claim)) return claim;
    const successor = await read(claim);
    if (successor === undefined) return undefined;
    holder = successor;
  }
  return undefined;
}

function refuseLiving(content: string, path: string, given: string): void {
  const [pidText, start] = content.split('\n');
  const pid = Number(pidText);
  // what nobody of ours has written (an empty file after a power cut) is held by nobody
  if (!Number.isSafeInteger(pid) || pid <= 0 || !start) return;
  if (!isSameProcess(pid, start)) return;
  throw new PembaError(
    'DATA_DIRECTORY_IN_USE',
    `the data directory \`${given}\` is in use by another Pemba, process ${pid}; stop that one (kill ${pid}), ` +
      `or choose another data directory for this one with --data (the lock is ${path})`,
  );
}

/** Removes what dead starters left: claims are of use only while the lock they succeed is in place, and that is ours now. */
async function sweep(path: string): Promise<void> {
  const directory = dirname(path);
  for (const entry of await readdir(directory)) {
    if (!entry.startsWith(`${basename(path)}.`)) continue;
    const maker = /\.new-(\d+)-/.exec(entry)?.[1];
    if (maker !== undefined && processStart(Number(maker)) !== undefined) continue;
    await rm(join(directory, entry), { force: true });
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
