/**
 * A Postgres of our own, out of an npm package, so that Pemba runs where nothing but Node is installed. In the data
 * directory are `postgres/` (the cluster), `pemba.pid` (the lock), `postgres.json` (port and password) and
 * `postgres.log`.
 */
import { PembaError } from '../base/errors.ts';
import { connectionUrl } from './access.ts';
import { type Binaries, findBinaryPackage, hydrate, provenBinaries } from './binaries.ts';
import { bringUp } from './bring-up.ts';
import { type DataLocation, locateData } from './data-location.ts';
import { type DataLock, lockData } from './data-lock.ts';
import type { Log } from './log.ts';
import { reachableBinaries } from './shared-place.ts';
import { Supervisor } from './supervisor.ts';

export interface EmbeddedPostgresOptions {
  /** Where the data is to be, such as `./data`; made if missing. */
  dataDirectory: string;
  /** False only in tests: a crash of Postgres may then lose the last commits, one of the machine the whole database. */
  durable: boolean;
  log: Log;
  /** How many connections the server accepts; 60 if not given. */
  maxConnections?: number;
}

export interface EmbeddedPostgres {
  /** `postgres://user:password@127.0.0.1:port/pemba`; stays the same while the server is restarted. */
  readonly url: string;
  /** Process number of the present postmaster. */
  readonly pid: number;
  /** Where the data really is: the data directory, or the folder that it links to. */
  readonly location: string;
  /** Whether the database is new, was started, or was found running. */
  readonly origin: 'created' | 'started' | 'adopted';
  /**
   * Resolves, with what to tell, if another Pemba has taken the data directory, because this one was suspended for long.
   * Postgres is killed then, and nothing can be served any more.
   */
  readonly lost: Promise<PembaError>;
  /** Shuts the server down and gives the data directory back. Twice is fine. */
  stop(): Promise<void>;
}

const DEFAULT_MAX_CONNECTIONS = 60;

/**
 * Starts, or takes over, the Postgres of a data directory and keeps it running.
 * @throws PembaError DATA_DIRECTORY_IN_USE, FILE_UNREADABLE, DATABASE_UNSUITABLE or DATABASE_UNAVAILABLE, with what
 * to do; the data directory is then free again
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, durable, maxConnections = DEFAULT_MAX_CONNECTIONS } = options;
  const location = await locateData(options.dataDirectory, log);
  const lock = await lockData(location.home, location.given, log);
  try {
    const binaries = await prepareBinaries(location, log);
    const running = await bringUp({ location, binaries, options: { durable, maxConnections }, log });
    const supervisor = new Supervisor(running.postmaster, running.server, log);
    let stopped: Promise<void> | undefined;
    return {
      url: connectionUrl(running.access),
      get pid() {
        return supervisor.pid;
      },
      location: location.home,
      origin: running.origin,
      lost: abandonWhenLost(lock, supervisor, location),
      stop: () => {
        stopped ??= supervisor.stop().finally(() => lock.release());
        return stopped;
      },
    };
  } catch (error) {
    await lock.release();
    if (error instanceof PembaError) throw error;
    throw new PembaError(
      'DATABASE_UNAVAILABLE',
      `the embedded Postgres in \`${location.cluster}\` could not be made ready: ${String(error)}; ` +
        'see postgres.log beside it, or pass --database to use a Postgres of your own',
      { cause: error },
    );
  }
}

async function abandonWhenLost(
  lock: DataLock,
  supervisor: Supervisor,
  { home, given }: DataLocation,
): Promise<PembaError> {
  await lock.lost;
  await supervisor.abandon();
  return new PembaError(
    'DATA_DIRECTORY_IN_USE',
    `the data directory \`${given}\` has been taken over by another Pemba, or its lock ${home}/pemba.pid was removed; ` +
      'a Pemba that is suspended for long is taken for dead. This one has stopped, so that the data is not served twice',
  );
}

async function prepareBinaries({ runAs }: DataLocation, log: Log): Promise<Binaries> {
  const installed = await findBinaryPackage();
  const links = await hydrate(installed);
  if (links > 0)
    log('info', 'completed the Postgres programs, which were installed without their links', { links });
  const reachable = runAs === undefined ? installed : await reachableBinaries(installed, runAs, log);
  return provenBinaries(reachable, runAs);
}
