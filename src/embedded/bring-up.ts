/** The way from a locked data directory to a server that answers: adopt what runs, else start, else create. */
import { type Access, freePort, newPassword, readAccess, writeAccess } from './access.ts';
import type { Binaries } from './binaries.ts';
import { clusterExists, createCluster, resetPassword, sweepHalfMade } from './cluster.ts';
import type { DataLocation } from './data-location.ts';
import type { Log } from './log.ts';
import { type Orphan, settleOrphan } from './orphan.ts';
import { settleOwnership } from './ownership.ts';
import { removeMisleadingPidFile } from './pid-file.ts';
import {
  endBackends,
  endPostmaster,
  killPostmaster,
  type Postmaster,
  type ServerOptions,
  startPostmaster,
  watchPostmaster,
} from './postmaster.ts';
import { ensureDatabase } from './probe.ts';
import type { Server } from './supervisor.ts';

export interface Ground {
  location: DataLocation;
  binaries: Binaries;
  options: ServerOptions;
  log: Log;
}

export interface Running {
  origin: 'created' | 'started' | 'adopted';
  access: Access;
  postmaster: Postmaster;
  server: Server;
}

/** Between choosing a free port and listening on it somebody else may take it. */
const PORT_RACES = 3;

/** @throws PembaError, and then no server of ours is left running */
export async function bringUp(ground: Ground): Promise<Running> {
  const { location, binaries, options, log } = ground;
  const kept = await readAccess(location.home);
  await settleOwnership(location, log);
  await sweepHalfMade(location);
  if (!(await clusterExists(location, binaries))) {
    const access = kept ?? (await newAccess());
    // kept before the cluster is there: of the two halves, a cluster whose password nobody knows would be the worse
    await writeAccess(location.home, access);
    await createCluster(location, binaries, { password: access.password, durable: options.durable });
    return start(ground, access, 'created');
  }
  const orphan = await settleOrphan(location, binaries, kept, options, log);
  if (orphan !== undefined && kept !== undefined) return adopt(ground, orphan, kept);
  if (kept !== undefined) return start(ground, kept, 'started');

  const access = await newAccess();
  log('warn', 'postgres.json is lost; setting a new password', { cluster: location.cluster });
  await resetPassword(location, binaries, access.password);
  await writeAccess(location.home, access);
  return start(ground, access, 'started');
}

async function newAccess(): Promise<Access> {
  return { port: await freePort(undefined), password: newPassword() };
}

async function adopt(ground: Ground, orphan: Orphan, kept: Access): Promise<Running> {
  const { location, log } = ground;
  const access = { password: kept.password, port: orphan.port };
  await writeAccess(location.home, access);
  await ensureDatabase(access);
  log('info', 'took over the Postgres that an earlier Pemba left running', {
    ...orphan,
    location: location.home,
  });
  const watching = new AbortController();
  const postmaster = watchPostmaster(orphan.pid, watching.signal);
  const server = serverOf(ground, access);
  const unwatched = (finish: (last: Postmaster) => Promise<void>) => (last: Postmaster) => {
    watching.abort();
    return finish(last);
  };
  return {
    origin: 'adopted',
    access,
    postmaster,
    server: { ...server, end: unwatched(server.end), kill: unwatched(server.kill) },
  };
}

async function start(ground: Ground, wanted: Access, origin: 'created' | 'started'): Promise<Running> {
  const { location, log } = ground;
  const { access, postmaster } = await startOnFreePort(ground, wanted);
  const server = serverOf(ground, access);
  try {
    await ensureDatabase(access);
    if (access.port !== wanted.port) {
      log('info', 'the port is taken; using another', { wanted: wanted.port, port: access.port });
      await writeAccess(location.home, access);
    }
  } catch (error) {
    await server.end(postmaster);
    throw error;
  }
  log('info', 'Postgres runs', { origin, pid: postmaster.pid, port: access.port, location: location.home });
  return { origin, access, postmaster, server };
}

async function startOnFreePort(
  { location, binaries, options }: Ground,
  wanted: Access,
): Promise<{ access: Access; postmaster: Postmaster }> {
  const never = new AbortController().signal;
  for (let race = 1; ; race += 1) {
    const access = { ...wanted, port: await freePort(wanted.port) };
    try {
      return { access, postmaster: await startPostmaster(location, binaries, access, options, never) };
    } catch (error) {
      const lostPort = error instanceof Error && error.message.includes('could not bind');
      if (!lostPort || race === PORT_RACES) throw error;
    }
  }
}

/** How the supervisor starts the server again, on the same port, for its clients know no other, and ends it. */
function serverOf({ location, binaries, options }: Ground, access: Access): Server {
  return {
    restart: async (giveUp) => {
      await endBackends(location.cluster);
      await removeMisleadingPidFile(location.cluster);
      return startPostmaster(location, binaries, access, options, giveUp);
    },
    end: (postmaster) => endPostmaster(postmaster, location.cluster),
    kill: (postmaster) => killPostmaster(postmaster, location.cluster),
  };
}
