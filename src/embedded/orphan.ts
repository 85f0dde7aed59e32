/** A server that outlived the Pemba that started it: it is taken over if it is what we would start, else ended. */
import { realpath } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PembaError } from '../base/errors.ts';
import type { Access } from './access.ts';
import type { Binaries } from './binaries.ts';
import type { DataLocation } from './data-location.ts';
import type { Log } from './log.ts';
import { readPidFile, removeMisleadingPidFile } from './pid-file.ts';
import { endBackends, endPostmaster, type ServerOptions, SHUTDOWN_MS, serverSettings } from './postmaster.ts';
import { ask, isComingOrGoing, isRefusedPassword } from './probe.ts';
import { isSameProcess, processesOf, processStart } from './processes.ts';

const POLL_MS = 50;
const SILENT = 'it does not answer';
/** How long an orphan may be silent, and how long it may say that it is starting up or shutting down. */
const ANSWER_MS = 5_000;
const TRANSITION_MS = 60_000;
/** One that did not answer will hardly listen to a polite request. */
const SILENT_SHUTDOWN_MS = { ...SHUTDOWN_MS, fast: 5_000 };

export interface Orphan {
  pid: number;
  port: number;
}

/**
 * Looks for a server that runs in the cluster. Afterwards either it is returned, fit to be adopted, or no process of
 * the cluster is left and a new one can be started. To be called under the lock of the data directory.
 * @throws PembaError DATABASE_UNAVAILABLE if one answers that cannot be ended from here
 */
export async function settleOrphan(
  { cluster }: DataLocation,
  binaries: Binaries,
  access: Access | undefined,
  options: ServerOptions,
  log: Log,
): Promise<Orphan | undefined> {
  const named = await readPidFile(cluster);
  const running = await processesOf(cluster, named?.pid);
  const start = named === undefined ? undefined : processStart(named.pid);
  if (named !== undefined && start !== undefined && running.includes(named.pid)) {
    const { pid, port } = named;
    const gone = () => !isSameProcess(pid, start);
    const verdict =
      access === undefined
        ? 'its password is lost'
        : await judge(gone, () => misfit({ password: access.password, port }, cluster, binaries, options));
    if (verdict === 'fit') return { pid, port };
    if (verdict !== 'gone') {
      log('warn', 'replacing the Postgres that an earlier Pemba left running', {
        pid,
        port,
        because: verdict,
      });
      await endPostmaster({ pid, start }, cluster, verdict === SILENT ? SILENT_SHUTDOWN_MS : SHUTDOWN_MS);
    }
  } else if (named !== undefined && access !== undefined) {
    await refuseUnseen({ password: access.password, port: named.port }, named.pid, cluster);
  }
  await endBackends(cluster);
  if (await removeMisleadingPidFile(cluster)) {
    log('warn', 'removed a postmaster.pid that names no server of this database', { cluster });
  }
  return undefined;
}

/**
 * Left by a Pemba that was killed outside of our container, say: no process of ours, but one that answers. A second
 * server would destroy the data. (One on another network is not found; its own container has ended with it.)
 */
async function refuseUnseen(access: Access, pid: number, cluster: string): Promise<void> {
  const rows = await ask(access, 'postgres', 'show data_directory').catch(() => []);
  if (rows[0]?.data_directory !== cluster) return;
  throw new PembaError(
    'DATABASE_UNAVAILABLE',
    `a Postgres that was started elsewhere on this machine, outside of this container, still runs in \`${cluster}\` ` +
      `(there it is process ${pid}; port ${access.port}); end it there, or start Pemba there, which takes it over`,
  );
}

/** `fit`, `gone`, or why it cannot be adopted. */
async function judge(gone: () => boolean, findMisfit: () => Promise<string | undefined>): Promise<string> {
  const began = performance.now();
  for (let heard = began; ; await sleep(POLL_MS)) {
    if (gone()) return 'gone';
    try {
      return (await findMisfit()) ?? 'fit';
    } catch (error) {
      if (isRefusedPassword(error)) return 'it has another password';
      const now = performance.now();
      if (isComingOrGoing(error)) heard = now;
      if (now - heard > ANSWER_MS || now - began > TRANSITION_MS) return SILENT;
    }
  }
}

async function misfit(
  access: Access,
  cluster: string,
  binaries: Binaries,
  options: ServerOptions,
): Promise<string | undefined> {
  const rows = await ask(access, 'postgres', 'select name, setting from pg_settings');
  const settings = new Map(rows.map((row) => [String(row.name), String(row.setting)]));
  const directory = settings.get('data_directory') ?? '';
  if ((await realpath(directory).catch(() => directory)) !== cluster) return `it serves ${directory}`;
  const version = settings.get('server_version');
  if (version !== binaries.serverVersion) return `it is version ${version}, not ${binaries.serverVersion}`;
  for (const [name, wanted] of Object.entries(serverSettings(options))) {
    if (settings.get(name) !== wanted) return `its ${name} is ${settings.get(name)}, not ${wanted}`;
  }
  return undefined;
}
