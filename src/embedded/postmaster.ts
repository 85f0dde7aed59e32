/** One run of the server's main process: starting it, telling when it is ready, and ending it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PembaError } from '../base/errors.ts';
import { type Access, HOST } from './access.ts';
import type { Binaries } from './binaries.ts';
import type { DataLocation } from './data-location.ts';
import { ask, isComingOrGoing, isRefusedPassword } from './probe.ts';
import {
  isInOwnNamespace,
  isSameProcess,
  processesOf,
  processStart,
  signal,
  waitUntil,
} from './processes.ts';
import { identity, SERVER_ENVIRONMENT } from './run-binary.ts';
import { openServerLog } from './server-log.ts';

export interface Postmaster {
  pid: number;
  /** Its start, for the number may be another process's once this one is gone. */
  start: string;
  /** Resolves, with how it ended, once the process is gone. */
  exited: Promise<string>;
}

/** What the caller may tell about the server; anything else is Postgres' default or the user's postgresql.conf. */
export interface ServerOptions {
  durable: boolean;
  maxConnections: number;
}

const POLL_MS = 25;
const ADOPTED_POLL_MS = 1000;
/** How long a server may say nothing at all. Recovery after a crash answers "starting up" and may take its time. */
const SILENCE_MS = 60_000;
/** Fast shutdown writes a checkpoint, which takes as long as the disk does. */
export const SHUTDOWN_MS = { fast: 30_000, immediate: 5_000, kill: 5_000 };
const LINGER_MS = 2_000;
/** Stands for the start of a process that was gone before it could be asked. */
const ENDED = 'ended';

/** The server's settings, on its command line, so that they hold whatever postgresql.conf says. */
export function serverSettings({ durable, maxConnections }: ServerOptions): Record<string, string> {
  const safety = durable ? 'on' : 'off';
  return {
    listen_addresses: HOST,
    unix_socket_directories: '',
    max_connections: String(maxConnections),
    fsync: safety,
    synchronous_commit: safety,
    full_page_writes: safety,
    cluster_name: 'pemba',
  };
}

/**
 * Starts the server and waits until it answers.
 * @throws PembaError DATABASE_UNAVAILABLE with the last lines of its log, and then no process is left
 */
export async function startPostmaster(
  location: DataLocation,
  binaries: Binaries,
  access: Access,
  options: ServerOptions,
  signalToGiveUp: AbortSignal,
): Promise<Postmaster> {
  const log = await openServerLog(location.home);
  try {
    const settings = Object.entries(serverSettings(options)).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ]);
    const child = spawn(binaries.postgres, ['-D', location.cluster, '-p', String(access.port), ...settings], {
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      // a session of its own: Ctrl-C goes to the whole foreground group, and Postgres must outlive our draining
      detached: true,
      stdio: ['ignore', log.file.fd, log.file.fd],
      ...identity(location.runAs),
    });
    const exited = new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(String(error)));
      child.once('exit', (code, name) => resolve(name === null ? `exit code ${code}` : `signal ${name}`));
    });
    const { pid } = child;
    if (pid === undefined) throw cannotStart(location, await exited, '');
    // our child keeps its number until we have seen its end, so this one is it, or it is a zombie already
    const start = processStart(pid) ?? ENDED;
    try {
      await untilReady(access, exited, signalToGiveUp);
    } catch (error) {
      await endPostmaster({ pid, start }, location.cluster);
      throw cannotStart(location, error instanceof Error ? error.message : String(error), await log.tail());
    }
    return { pid, start, exited };
  } finally {
    await log.file.close();
  }
}

function cannotStart({ home, cluster }: DataLocation, why: string, tail: string): PembaError {
  const said = tail === '' ? '' : `; the end of ${join(home, 'postgres.log')}:\n${tail}`;
  return new PembaError(
    'DATABASE_UNAVAILABLE',
    `the embedded Postgres in \`${cluster}\` did not start: ${why}${said}`,
  );
}

async function untilReady(
  access: Access,
  exited: Promise<string>,
  signalToGiveUp: AbortSignal,
): Promise<void> {
  let end: string | undefined;
  void exited.then((how) => {
    end = how;
  });
  for (let heard = performance.now(); ; await Promise.race([sleep(POLL_MS), exited])) {
    if (end !== undefined) throw new Error(`it ended (${end})`);
    signalToGiveUp.throwIfAborted();
    try {
      await ask(access, 'postgres', 'select 1');
      return;
    } catch (error) {
      if (isRefusedPassword(error)) {
        throw new Error(
          'the password in postgres.json is not its own; remove postgres.json, and a new one will be set',
        );
      }
      if (isComingOrGoing(error)) heard = performance.now();
      if (performance.now() - heard > SILENCE_MS) {
        throw new Error(
          `it did not answer on port ${access.port} for ${SILENCE_MS / 1000} s (${String(error)})`,
        );
      }
    }
  }
}

/** Looks after a postmaster that is no child of ours: there is no event for its end, so it is looked at each second. */
export function watchPostmaster(pid: number, untilAborted: AbortSignal): Postmaster {
  const start = processStart(pid) ?? ENDED;
  const exited = new Promise<string>((resolve) => {
    const timer = setInterval(() => {
      if (isSameProcess(pid, start)) return;
      clearInterval(timer);
      resolve('gone');
    }, ADOPTED_POLL_MS);
    untilAborted.addEventListener('abort', () => clearInterval(timer));
  });
  return { pid, start, exited };
}

/**
 * Ends a postmaster and all its backends: fast shutdown, immediate shutdown, at last SIGKILL.
 * Returns once none of them is left, or they have outlived even that.
 */
export async function endPostmaster(
  { pid, start }: { pid: number; start: string },
  cluster: string,
  patience = SHUTDOWN_MS,
): Promise<void> {
  const gone = () => !isSameProcess(pid, start);
  if (!gone()) {
    const steps = [
      ['SIGINT', patience.fast],
      ['SIGQUIT', patience.immediate],
      ['SIGKILL', patience.kill],
    ] as const;
    for (const [name, waitMs] of steps) {
      signal(pid, name);
      if (await waitUntil(gone, waitMs)) break;
    }
  }
  await endBackends(cluster);
}

/**
 * Kills a postmaster and its backends without a checkpoint and without a look at their files: those are another's now.
 * That one's own server may be visible from here and work in the same cluster.
 */
export async function killPostmaster(
  { pid, start }: { pid: number; start: string },
  cluster: string,
): Promise<void> {
  if (isSameProcess(pid, start)) signal(pid, 'SIGKILL');
  await waitUntil(async () => {
    const ours = (await processesOf(cluster, undefined)).filter(isInOwnNamespace);
    for (const backend of ours) signal(backend, 'SIGKILL');
    return ours.length === 0 && !isSameProcess(pid, start);
  }, SHUTDOWN_MS.kill);
}

/**
 * Waits for the backends of a dead postmaster, which hold the shared memory that a new one must not find in use. They
 * notice by themselves in a moment; one in the middle of a long computation is helped.
 */
export async function endBackends(cluster: string): Promise<void> {
  const allGone = async () => (await processesOf(cluster, undefined)).length === 0;
  if (await waitUntil(allGone, LINGER_MS)) return;
  for (const name of ['SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of await processesOf(cluster, undefined)) signal(pid, name);
    if (await waitUntil(allGone, LINGER_MS)) return;
  }
}
