/** `postmaster.pid`, the server's own lock file in its cluster. */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { signalReaches } from './processes.ts';

/** What `postmaster.pid` says; undefined if there is none or it makes no sense. */
export async function readPidFile(cluster: string): Promise<{ pid: number; port: number } | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  // its lines: pid, data directory, start time, port, socket directory, address, shared memory, status
  const lines = text.split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return Number.isInteger(pid) && pid > 0 && Number.isInteger(port) && port > 0 ? { pid, port } : undefined;
}

/**
 * Removes a postmaster.pid that would stop a new server for no reason: garbage, or a number that something else has by
 * now, or a zombie (in a container whose first process reaps nobody, a killed orphan stays one; Postgres takes it for
 * alive). To be called only when no process of the cluster is left. One that names no process at all is left to
 * Postgres, which then looks after its shared memory as well.
 */
export async function removeMisleadingPidFile(cluster: string): Promise<boolean> {
  const named = await readPidFile(cluster);
  if (named !== undefined && !signalReaches(named.pid)) return false;
  const path = join(cluster, 'postmaster.pid');
  const existed = (await stat(path).catch(() => undefined)) !== undefined;
  await rm(path, { force: true, recursive: true });
  return existed;
}
