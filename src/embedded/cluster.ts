/** The cluster: the directory with the data of one Postgres. */
import {
  chmod,
  lchown,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { PembaError } from '../base/errors.ts';
import { OWNER } from './access.ts';
import type { Binaries } from './binaries.ts';
import type { DataLocation } from './data-location.ts';
import { currentUser, errorCode, onFile } from './file-errors.ts';
import { processesOf, signal } from './processes.ts';
import { runBinary } from './run-binary.ts';

/**
 * Whether there is a cluster that the given programs can run.
 * @throws PembaError if there is something else, or a cluster of another major version
 */
export async function clusterExists({ cluster }: DataLocation, binaries: Binaries): Promise<boolean> {
  return onFile('read the database in', cluster, async () => {
    const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (version === undefined) {
      await refuseOtherThings(cluster);
      return false;
    }
    const [major] = binaries.serverVersion.split('.');
    if (version.trim() !== major) {
      throw new PembaError(
        'DATABASE_UNSUITABLE',
        `the database \`${cluster}\` was made by Postgres ${version.trim()}, this is Postgres ${major}; ` +
          'go back to the Pemba that made it and export the data, or choose another data directory',
      );
    }
    // Postgres refuses one that others can look into, as a copy or a restored backup may be
    await chmod(cluster, 0o700);
    return true;
  });
}

async function refuseOtherThings(cluster: string): Promise<void> {
  const entries = await readdir(cluster).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (entries === undefined) return;
  if (entries.length > 0) {
    throw new PembaError(
      'DATABASE_UNSUITABLE',
      `\`${cluster}\` is not a Postgres database (it has no PG_VERSION); move it away or choose another data directory`,
    );
  }
  await rmdir(cluster);
}

/** Clusters in the making. Each has its own name: an initdb whose Pemba was killed goes on for a while, and clears up its directory. */
const WORKSHOP = 'postgres.init-';

/** Removes what an initdb left that was killed half-way. */
export async function sweepHalfMade({ home }: DataLocation): Promise<void> {
  await onFile('remove half-made databases in', home, async () => {
    for (const entry of await readdir(home)) {
      if (!entry.startsWith(WORKSHOP)) continue;
      const workshop = join(home, entry);
      for (const pid of await processesOf(join(workshop, 'cluster'), undefined)) signal(pid, 'SIGKILL');
      await rm(workshop, { recursive: true, force: true, maxRetries: 3 });
    }
  });
}

/**
 * Makes the cluster beside its place and moves it there when it is whole, so that no crash leaves half of one.
 * @throws PembaError DATABASE_UNAVAILABLE with what initdb said
 */
export async function createCluster(
  location: DataLocation,
  binaries: Binaries,
  options: { password: string; durable: boolean },
): Promise<void> {
  const { home, cluster, runAs } = location;
  await onFile('create the database in', home, async () => {
    const workshop = await mkdtemp(join(home, WORKSHOP));
    const passwordFile = join(workshop, 'password');
    try {
      await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
      if (runAs !== undefined)
        for (const path of [passwordFile, workshop]) await lchown(path, runAs.uid, runAs.gid);
      const made = join(workshop, 'cluster');
      const { code, output } = await runBinary(
        binaries.initdb,
        [
          `--pgdata=${made}`,
          `--username=${OWNER}`,
          `--pwfile=${passwordFile}`,
          '--auth=scram-sha-256',
          '--encoding=UTF8',
          '--locale=C',
          '--no-instructions',
          ...(options.durable ? [] : ['--no-sync']),
        ],
        { runAs },
      );
      if (code !== 0) throw initdbFailed(output, code);
      await rename(made, cluster);
      if (options.durable) await syncDirectory(home);
    } finally {
      await rm(workshop, { recursive: true, force: true });
    }
  });
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function initdbFailed(output: string, code: number | undefined): PembaError {
  const nameless = output.includes('could not look up effective user ID')
    ? `; user id ${currentUser()} needs an entry in /etc/passwd (in a container: run as a named user)`
    : '';
  return new PembaError(
    'DATABASE_UNAVAILABLE',
    `initdb could not create the database (exit code ${code ?? 'none'})${nameless}; it said:\n${output.trim()}`,
  );
}

/**
 * Gives the owner a new password, for one whose postgres.json is lost. The server must not be running.
 * @throws PembaError DATABASE_UNAVAILABLE with what the server said
 */
export async function resetPassword(
  location: DataLocation,
  binaries: Binaries,
  password: string,
): Promise<void> {
  const { code, output } = await runBinary(
    binaries.postgres,
    ['--single', '-D', location.cluster, '-c', 'exit_on_error=on', 'postgres'],
    { runAs: location.runAs, input: `alter role ${OWNER} password '${password}'\n` },
  );
  if (code === 0) return;
  throw new PembaError(
    'DATABASE_UNAVAILABLE',
    `could not set a new password for the database \`${location.cluster}\` (its postgres.json is lost); Postgres said:\n${output.trim()}`,
  );
}
