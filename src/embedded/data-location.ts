/**
 * Decides where the data really is. Not root: in the given directory. Root: there too, if the user that Postgres runs
 * as can get there; otherwise in a folder of the shared place, to which the given directory becomes a link.
 */
import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readlink, realpath, rmdir, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PembaError } from '../base/errors.ts';
import { currentUser, errorCode, onFile } from './file-errors.ts';
import type { Log } from './log.ts';
import { chooseRunAs, type RunAs, unreachableStep } from './run-as.ts';
import { sharedPlace } from './shared-place.ts';

export interface DataLocation {
  /** The directory as the user gave it, absolute. */
  given: string;
  /** Where it really is, without links. */
  home: string;
  /** The cluster's directory in it. */
  cluster: string;
  /** The user Postgres runs as; undefined when it runs as ourselves. */
  runAs: RunAs | undefined;
}

const MAX_RACES = 5;

/**
 * @param place finds the shared place; given by tests
 * @throws PembaError FILE_UNREADABLE with the path in the way
 */
export async function locateData(
  dataDirectory: string,
  log: Log,
  place: (user: RunAs) => Promise<string> = sharedPlace,
): Promise<DataLocation> {
  const given = resolve(dataDirectory);
  for (let race = 0; race < MAX_RACES; race += 1) {
    const home = await onFile('create the data directory', given, () => ensureDirectory(given, log));
    const cluster = join(home, 'postgres');
    const runAs = await chooseRunAs(cluster, home);
    if (runAs === undefined) {
      await refuseForeignCluster(cluster);
      return { given, home, cluster, runAs };
    }
    const closed = await unreachableStep(home, runAs);
    if (closed === undefined) return { given, home, cluster, runAs };
    await refuseUnlessEmpty(home, closed, runAs);
    await relocate(given, home, runAs, log, place);
  }
  throw new PembaError(
    'FILE_UNREADABLE',
    `the data directory \`${given}\` is being replaced by others; try again`,
  );
}

/** Makes the directory if it is missing, and the target if it is a link to nothing; gives its real path. */
async function ensureDirectory(path: string, log: Log): Promise<string> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSymbolicLink() === true && (await stat(path).catch(() => undefined)) === undefined) {
    const target = resolve(dirname(path), await readlink(path));
    log('warn', 'the data directory links to a place that is gone; beginning anew there', {
      link: path,
      target,
    });
    await makeOpen(target);
  } else {
    await makeOpen(path);
  }
  return realpath(path);
}

/**
 * mkdir -p whose new folders others may enter whatever the umask: the server's user has to. What is secret in them is
 * closed by itself. Step by step, for Node's own never ends where a file system takes no folders, such as /proc.
 */
async function makeOpen(path: string): Promise<void> {
  const missing: string[] = [];
  for (let current = path; !(await isDirectory(current)); current = dirname(current)) {
    missing.unshift(current);
    if (current === dirname(current)) break;
  }
  for (const step of missing) {
    try {
      await mkdir(step);
    } catch (error) {
      // another start was faster
      if (errorCode(error) === 'EEXIST' && (await isDirectory(step))) continue;
      if (errorCode(error) !== 'ENOENT') throw error;
      throw new PembaError(
        'FILE_UNREADABLE',
        `could not create \`${step}\` for the data directory \`${path}\`: no directory can be made there; choose another with --data`,
        { cause: error },
      );
    }
    await chmod(step, 0o755);
  }
}

/** False if there is nothing, or a link to nothing. @throws the system's error if it cannot be told, or is a file */
async function isDirectory(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  throw Object.assign(new Error(`${path} is not a directory`), { code: 'ENOTDIR' });
}

async function refuseForeignCluster(cluster: string): Promise<void> {
  const found = await onFile('look at the database in', cluster, () =>
    stat(cluster).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }),
  );
  if (found === undefined || found.uid === process.geteuid?.()) return;
  throw new PembaError(
    'FILE_UNREADABLE',
    `the database \`${cluster}\` belongs to user id ${found.uid}, but Pemba runs as ${currentUser()}; ` +
      'run it as that user or as root (as an earlier start was), or choose another data directory',
  );
}

async function refuseUnlessEmpty(home: string, closed: string, runAs: RunAs): Promise<void> {
  if ((await readdir(home)).length === 0) return;
  throw new PembaError(
    'FILE_UNREADABLE',
    `Postgres runs as user ${runAs.name}, who cannot get to the data directory \`${home}\`, for \`${closed}\` is ` +
      `closed to others; open it (chmod o+x ${closed}), move the data directory, or empty it if it holds nothing of value`,
  );
}

/** Replaces the empty directory `home` by a link to a folder of the shared place. Losing a race is fine: the caller looks again. */
async function relocate(
  given: string,
  home: string,
  runAs: RunAs,
  log: Log,
  place: (user: RunAs) => Promise<string>,
): Promise<void> {
  const shared = await place(runAs);
  const target = await onFile('create a data directory in', shared, () => unusedFolder(shared, given, log));
  try {
    await rmdir(home);
    await symlink(target, home);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EEXIST', 'ENOTEMPTY'].includes(errorCode(error) ?? '')) return;
    throw new PembaError(
      'FILE_UNREADABLE',
      `Postgres runs as user ${runAs.name}, who cannot get to the data directory \`${home}\`, and it cannot be ` +
        `replaced by a link to ${target} (${errorCode(error)}); choose a data directory that other users can get to`,
      { cause: error },
    );
  }
  log('info', 'the data is kept where the user of Postgres can reach it', {
    dataDirectory: given,
    location: target,
    user: runAs.name,
  });
}

/**
 * A new or empty folder named after `given`. A folder in use is passed over: whoever removed the link wanted to begin
 * anew, or moved the project and its link, and in neither case may the data of then come back.
 */
async function unusedFolder(shared: string, given: string, log: Log): Promise<string> {
  const digest = createHash('sha256').update(given).digest('hex').slice(0, 12);
  const name = `${basename(given).replace(/[^A-Za-z0-9._-]/g, '_')}-${digest}`;
  for (let attempt = 1; ; attempt += 1) {
    const path = join(shared, attempt === 1 ? name : `${name}-${attempt}`);
    await makeOpen(path);
    if ((await readdir(path)).length === 0) return path;
    log(
      'warn',
      'data of an earlier run of this data directory is left alone; remove it if it is of no value',
      {
        dataDirectory: given,
        earlier: path,
      },
    );
  }
}
