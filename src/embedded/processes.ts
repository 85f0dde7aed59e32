/** What can be learnt about other processes, without anything but Node. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './file-errors.ts';

/** Where the start of a process cannot be told, its number alone stands for it. */
const UNKNOWN_START = 'unknown';
const POLL_MS = 20;
const onLinux = process.platform === 'linux';
/** In a namespace of processes without a /proc of its own, the numbers there mean processes of another one. */
const procIsOurs = onLinux && linkIn('/proc/self') === String(process.pid);

/**
 * A text that tells two processes with the same number apart: start time and boot id (start times count from boot).
 * Undefined if there is no such process; a zombie is none, it holds nothing any more.
 */
export function processStart(pid: number): string | undefined {
  if (!signalReaches(pid)) return undefined;
  if (!procIsOurs) return UNKNOWN_START;
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // the name, in brackets, may hold blanks and brackets itself; the third field comes after the last one
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === 'Z' || state === 'X') return undefined;
    const START_TIME = 22 - 3;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${fields[START_TIME]}@${boot}`;
  } catch {
    // gone meanwhile, or hidden from us (hidepid), and then it does exist
    return signalReaches(pid) ? UNKNOWN_START : undefined;
  }
}

/** Whether this is no start of a process but says that it could not be told. */
export function isUnknownStart(start: string): boolean {
  return start === UNKNOWN_START;
}

/** Whether the process that had this number and start is still running. */
export function isSameProcess(pid: number, start: string): boolean {
  const now = processStart(pid);
  if (now === undefined) return false;
  return now === start || now === UNKNOWN_START || start === UNKNOWN_START;
}

/** Whether the number is taken, be it by a zombie. */
export function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/**
 * The processes of the server that works in `cluster`: postmaster and backends. They make the cluster their working
 * directory, which holds whatever became of postmaster.pid. Where /proc is missing only `candidate` is looked at.
 */
export async function processesOf(cluster: string, candidate: number | undefined): Promise<number[]> {
  if (onLinux && !procIsOurs) return [];
  if (onLinux) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => linkIn(`/proc/${pid}/cwd`) === cluster && processStart(pid) !== undefined);
  }
  if (candidate === undefined || processStart(candidate) === undefined) return [];
  const commandLine = await new Promise<string>((resolve) => {
    execFile('ps', ['-o', 'args=', '-p', String(candidate)], (_error, output) => resolve(output ?? ''));
  });
  return commandLine.includes(cluster) ? [candidate] : [];
}

/** Whether a process of {@link processesOf} is in our own namespace; those of containers within may be seen, too. */
export function isInOwnNamespace(pid: number): boolean {
  return linkIn(`/proc/${pid}/ns/pid`) === linkIn('/proc/self/ns/pid');
}

function linkIn(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Waits until `done` says true, at most `timeoutMs`; false if it did not. */
export async function waitUntil(done: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  for (const start = performance.now(); ; await sleep(POLL_MS)) {
    if (await done()) return true;
    if (performance.now() - start > timeoutMs) return false;
  }
}
