/**
 * One Pemba for a data directory. The lock is the file `pemba.pid`, which says who holds it and where (lock-holder.ts).
 * Whether a holder lives is told by its process if that is in our own namespace, else by its heartbeat (heartbeat.ts).
 *
 * Files are put in place with link(), which is exclusive and shows only whole files. The hard part is to take over a
 * lock whose holder is dead: "remove it, then make mine" lets a slow starter remove the lock of a faster one. So
 * each takeover names the very lock it succeeds: `pemba.pid.after-<digest of that lock>` can be made by one process
 * only. Its maker owns the directory if `pemba.pid` is still what it was (else the dead lock was succeeded and swept
 * before), and then moves its own lock to `pemba.pid`. A maker that dies in between is succeeded in the same way.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PembaError } from '../base/errors.ts';
import { errorCode, onFile } from './file-errors.ts';
import { type Heartbeat, type Look, lookAt, PATIENCE_MS, startHeartbeat, watchBeats } from './heartbeat.ts';
import { glance, type Holder, holderIn, isNear, ownLockText } from './lock-holder.ts';
import type { Log } from './log.ts';
import { giveToOwnerOf } from './ownership.ts';

export interface DataLock {
  /**
   * Resolves if the lock is another's or gone: this process was suspended for so long that it was taken for dead, or
   * somebody removed the file. The directory must not be touched any more.
   */
  readonly lost: Promise<void>;
  /** Gives the lock back, if it is still ours; twice is fine. */
  release(): Promise<void>;
}

interface Wanted {
  /** `pemba.pid` */
  path: string;
  /** Our lock under a name of its own, to be linked. */
  own: string;
  given: string;
  log: Log;
  patienceMs: number;
}

const MAX_ATTEMPTS = 100;
const ABANDONED_MS = 24 * 60 * 60 * 1000;

/**
 * @param home the real path of the data directory, for two names of it are one directory
 * @param given how the user calls it, for the message
 * @param patienceMs how long a holder that cannot be seen may be silent before it is taken for dead
 * @throws PembaError DATA_DIRECTORY_IN_USE if another process, or this one, has it
 */
export async function lockData(
  home: string,
  given: string,
  log: Log,
  patienceMs = PATIENCE_MS,
): Promise<DataLock> {
  const path = join(home, 'pemba.pid');
  const own = `${path}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  const text = ownLockText();
  return onFile('lock the data directory', home, async () => {
    const file = await open(own, 'wx', 0o644);
    // from before it is linked on: whoever meets it while it is a claim looks for its beats as well
    const { heart, guard, lost } = beatFor(path, text, file, log);
    try {
      await file.writeFile(text);
      await giveToOwnerOf(home, own);
      await acquire({ path, own, given, log, patienceMs });
      guard();
      await sweep(path);
    } catch (error) {
      await heart.stop();
      throw error;
    } finally {
      await rm(own, { force: true });
    }
    return {
      lost,
      release: async () => {
        await heart.stop();
        if ((await lookAt(path))?.text === text) await rm(path, { force: true });
      },
    };
  });
}

/** The heartbeat of our lock, which from `guard()` on looks whether `path` is still it. */
function beatFor(
  path: string,
  text: string,
  file: FileHandle,
  log: Log,
): { heart: Heartbeat; guard: () => void; lost: Promise<void> } {
  let guarded = false;
  let failing = false;
  let lose = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  const onBeat = async () => {
    failing = false;
    if (!guarded || (await lookAt(path))?.text === text) return;
    guarded = false;
    lose();
  };
  const onFailure = (error: unknown) => {
    if (!failing)
      log('warn', 'cannot keep the lock of the data directory alive', { path, error: String(error) });
    failing = true;
  };
  const guard = () => {
    guarded = true;
  };
  return { heart: startHeartbeat(file, onBeat, onFailure), guard, lost };
}

async function acquire(wanted: Wanted): Promise<void> {
  const { path, own, given } = wanted;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (await linked(own, path)) return;
    const first = await lookAt(path);
    if (first === undefined) continue; // released meanwhile
    const claim = await succeed(wanted, first);
    if (claim === undefined) continue;
    const last = await lookAt(path);
    if (last?.text === first.text && last.touchedMs === first.touchedMs) {
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
async function succeed(wanted: Wanted, first: Look): Promise<string | undefined> {
  let [place, holder] = [wanted.path, first];
  for (let depth = 0; depth < MAX_ATTEMPTS; depth += 1) {
    if (!(await isDead(wanted, place, holder))) return undefined;
    const claim = `${wanted.path}.after-${createHash('sha256').update(holder.text).digest('hex').slice(0, 24)}`;
    if (await linked(wanted.own, claim)) return claim;
    const successor = await lookAt(claim);
    if (successor === undefined) return undefined;
    [place, holder] = [claim, successor];
  }
  return undefined;
}

/** False: it changed meanwhile. @throws PembaError if it lives */
async function isDead({ path, given, log, patienceMs }: Wanted, place: string, look: Look): Promise<boolean> {
  const holder = holderIn(look.text);
  if (holder === undefined) return true;
  let state: string = glance(holder);
  if (state === 'unclear') {
    log(
      'info',
      'the data directory is locked; looking whether the holder lives, which cannot be seen from here',
      {
        process: holder.pid,
        host: holder.host,
        forMs: patienceMs,
      },
    );
    state = await watchBeats(place, look, patienceMs);
  }
  if (state === 'living' || state === 'beating') throw inUse(holder, path, given);
  return state !== 'changed';
}

function inUse(holder: Holder, path: string, given: string): PembaError {
  const { pid, host } = holder;
  const [who, how] = isNear(holder)
    ? [`process ${pid}`, `stop that one (kill ${pid})`]
    : [`process ${pid} in another container or on another machine (host ${host})`, 'stop that one'];
  return new PembaError(
    'DATA_DIRECTORY_IN_USE',
    `the data directory \`${given}\` is in use by another Pemba, ${who}; ${how}, ` +
      `or choose another data directory for this one with --data (the lock is ${path})`,
  );
}

/** Removes what dead starters left: claims are of use only while the lock they succeed is in place, and that is ours now. */
async function sweep(path: string): Promise<void> {
  const directory = dirname(path);
  for (const entry of await readdir(directory)) {
    if (!entry.startsWith(`${basename(path)}.`)) continue;
    const found = join(directory, entry);
    if (entry.includes('.new-') && !(await isAbandoned(found))) continue;
    await rm(found, { force: true });
  }
}

/** Of a starter that we cannot see only age tells; by so much that clocks may differ. */
async function isAbandoned(path: string): Promise<boolean> {
  const look = await lookAt(path);
  if (look === undefined) return true;
  const holder = holderIn(look.text);
  if (holder !== undefined && glance(holder) === 'dead') return true;
  return Date.now() - look.touchedMs > ABANDONED_MS;
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
