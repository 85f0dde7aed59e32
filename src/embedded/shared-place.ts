/**
 * The place for what an unprivileged user must reach when the project is cloned where only root can go
 * (/root and the folders of mktemp -d are closed to others): a copy of the programs, and data directories.
 */
import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PembaError } from '../base/errors.ts';
import { type BinaryPackage, hydrate } from './binaries.ts';
import { errorCode, onFile } from './file-errors.ts';
import type { Log } from './log.ts';
import { processStart } from './processes.ts';
import { canRead, type RunAs, unreachableStep } from './run-as.ts';

/** /var/tmp is for systems whose /var/lib is read-only; unlike /tmp it survives a restart. */
const CANDIDATES = ['/var/lib/pemba', '/var/tmp/pemba'];

/**
 * The folder to share, made if missing.
 * @throws PembaError FILE_UNREADABLE if none can be had
 */
export async function sharedPlace(user: RunAs, candidates: readonly string[] = CANDIDATES): Promise<string> {
  const refusals: string[] = [];
  for (const path of candidates) {
    try {
      await mkdir(path, { mode: 0o755 }).then(
        () => chmod(path, 0o755), // whatever the umask
        (error: unknown) => {
          if (errorCode(error) !== 'EEXIST') throw error;
        },
      );
    } catch (error) {
      refusals.push(`${path} (${errorCode(error) ?? String(error)})`);
      continue;
    }
    // in a folder of another user, or one others may write to, programs could be put for us to run
    const found = await lstat(path);
    const safe = found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
    const closed = safe ? await unreachableStep(path, user) : undefined;
    if (safe && closed === undefined) return path;
    refusals.push(
      safe ? `${path} (${closed} is closed to user ${user.name})` : `${path} (not a folder of root alone)`,
    );
  }
  throw new PembaError(
    'FILE_UNREADABLE',
    `Postgres runs as user ${user.name}, which cannot reach the project's folder, and there is no other place: ` +
      `${refusals.join(', ')}; move the project where other users may go, or pass --database`,
  );
}

/** Files that stand for the whole: a program, a library, and the server's own data. */
const SAMPLES = [
  'bin/postgres',
  'lib/libpq.so.5',
  'share/postgresql/postgres.bki',
  'share/postgresql/timezonesets',
];

/** The package where `user` can run it: where it is, if that will do, else a copy below the shared place. */
export async function reachableBinaries(
  binaries: BinaryPackage,
  user: RunAs,
  log: Log,
  place: (user: RunAs) => Promise<string> = sharedPlace,
): Promise<BinaryPackage> {
  let open = true;
  for (const sample of SAMPLES) {
    const path = join(binaries.native, sample);
    if ((await lstat(path).catch(() => undefined)) !== undefined) open &&= await canRead(path, user);
  }
  if (open) return binaries;

  const shared = await place(user);
  const name = `postgresql-${binaries.name.replace(/^.*\//, '')}-${binaries.version}`;
  const target = join(shared, name);
  const copy: BinaryPackage = { ...binaries, native: join(target, 'native') };
  return onFile('copy the Postgres programs to', target, async () => {
    if ((await stat(target).catch(() => undefined)) !== undefined) return copy;
    await sweepCopies(shared, name);
    const temporary = join(shared, `${name}.copy-${process.pid}-${randomBytes(4).toString('hex')}`);
    try {
      await mkdir(temporary, { mode: 0o755 });
      await cp(binaries.native, join(temporary, 'native'), { recursive: true, verbatimSymlinks: true });
      await openToAll(temporary);
      await hydrate({ ...binaries, native: join(temporary, 'native') });
      await rename(temporary, target).catch((error: unknown) => {
        // another process was first; its copy is as good
        if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error;
      });
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    log('info', 'copied the Postgres programs, for their user cannot reach node_modules', {
      user: user.name,
      copy: target,
    });
    return copy;
  });
}

/** Removes copies that died half-way: those whose maker is gone. */
async function sweepCopies(shared: string, name: string): Promise<void> {
  for (const entry of await readdir(shared)) {
    const maker = entry.startsWith(`${name}.copy-`) ? /\.copy-(\d+)-/.exec(entry)?.[1] : undefined;
    if (maker === undefined || processStart(Number(maker)) !== undefined) continue;
    await rm(join(shared, entry), { recursive: true, force: true });
  }
}

/** Gives everyone the right to read and run: an installation under umask 077 has it for root alone. */
async function openToAll(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, found.isDirectory() || (found.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (!found.isDirectory()) return;
  for (const entry of await readdir(path)) await openToAll(join(path, entry));
}
