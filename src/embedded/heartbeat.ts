/**
 * Telling that the holder of a lock lives where its process cannot be seen: it touches its file every second, and who
 * wants the lock looks for a while whether that goes on. Only changes are looked at, for clocks of machines differ.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './file-errors.ts';

const BEAT_MS = 1_000;
const LOOK_MS = 200;
/** Many beats: a holder may be busy, and one taken for dead too early would have its database served twice. */
export const PATIENCE_MS = 10_000;

export interface Heartbeat {
  /** Waits for the beat that is under way. Nothing is touched afterwards; twice is fine. */
  stop(): Promise<void>;
}

/**
 * Touches `file`, which it closes in the end, until it is stopped. Does not keep the process running.
 * @param onBeat is called after each; neither its failures nor those of touching end the beats
 */
export function startHeartbeat(
  file: FileHandle,
  onBeat: () => Promise<void>,
  onFailure: (error: unknown) => void,
): Heartbeat {
  let underWay: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  const beat = async () => {
    try {
      const now = new Date();
      // by its handle: under the same name may be another's lock by now
      await file.utimes(now, now);
      await onBeat();
    } catch (error) {
      onFailure(error);
    }
  };
  const timer = setInterval(() => {
    underWay ??= beat().finally(() => {
      underWay = undefined;
    });
  }, BEAT_MS).unref();
  const stop = async () => {
    clearInterval(timer);
    await underWay;
    await file.close();
  };
  return {
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

export interface Look {
  text: string;
  touchedMs: number;
}

/** What is in a file and when it was touched last; undefined if there is none. */
export async function lookAt(path: string): Promise<Look | undefined> {
  try {
    // opened for both: a network file system may answer stat() of a path from what it remembers
    const file = await open(path, 'r');
    try {
      return { text: await file.readFile('utf8'), touchedMs: (await file.stat()).mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether `path` is touched within `patienceMs`. Changed: it is gone, or has another text. */
export async function watchBeats(
  path: string,
  first: Look,
  patienceMs: number,
): Promise<'beating' | 'still' | 'changed'> {
  // looks are counted, not time: if all machines are suspended together, time passes and nobody could have touched it
  for (let looks = Math.ceil(patienceMs / LOOK_MS); looks > 0; looks -= 1) {
    await sleep(LOOK_MS);
    const look = await lookAt(path);
    if (look?.text !== first.text) return 'changed';
    if (look.touchedMs !== first.touchedMs) return 'beating';
  }
  return 'still';
}
