/** What the lock of a data directory says about its holder, and what can be told of that one at a glance. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isUnknownStart, processStart } from './processes.ts';

export interface Holder {
  pid: number;
  /** See `processStart`. */
  start: string;
  /** Where `pid` means this process: one boot of one machine, and there one namespace of processes (a container). */
  place: string;
  /** For people. */
  host: string;
}

const here = findPlace();

/** The text of a lock of this process, unlike any other: its holder, a line for each field, and a random token. */
export function ownLockText(): string {
  const start = processStart(process.pid) ?? '';
  return `${[process.pid, start, here, hostname(), randomBytes(8).toString('hex')].join('\n')}\n`;
}

/** Undefined for what nobody of ours has written, such as an empty file after a power cut. */
export function holderIn(text: string): Holder | undefined {
  const [pidText, start, place, host, token] = text.split('\n');
  const pid = Number(pidText);
  if (!Number.isSafeInteger(pid) || pid <= 0 || !start || !place || host === undefined || !token)
    return undefined;
  return { pid, start, place, host };
}

/** Whether the holder's process number means something to us. */
export function isNear(holder: Holder): boolean {
  return holder.place === here;
}

/** What its process number and start say. Unclear: it is elsewhere, or its start cannot be told. */
export function glance(holder: Holder): 'living' | 'dead' | 'unclear' {
  if (!isNear(holder)) return 'unclear';
  const now = processStart(holder.pid);
  if (now === undefined) return 'dead';
  if (now === holder.start) return isUnknownStart(now) ? 'unclear' : 'living';
  return isUnknownStart(now) || isUnknownStart(holder.start) ? 'unclear' : 'dead';
}

function findPlace(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // a place of its own, so that no process number is believed: others may have this host name, too
    return randomUUID();
  }
}
