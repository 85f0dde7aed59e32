/** Turns failures of the file system into messages that name the path and what to do. */
import { userInfo } from 'node:os';
import { PembaError } from '../base/errors.ts';

const REMEDIES: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device; free some',
  EDQUOT: 'the disk quota is used up; free some space',
  EIO: 'the disk reports an input/output error; check it before going on',
  ENOTDIR: 'a part of the path is a file, not a directory',
  EEXIST: 'something that is not a directory is in the way',
};

/** The `code` of a system error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Runs `work`, which does `action` (such as `create the data directory`) on `path`.
 * @throws PembaError FILE_UNREADABLE for every failure that is not a PembaError already
 */
export async function onFile<T>(action: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PembaError) throw error;
    const code = errorCode(error);
    const why = (code === undefined ? undefined : REMEDIES[code]) ?? String(error);
    throw new PembaError(
      'FILE_UNREADABLE',
      `could not ${action} \`${path}\` as user ${currentUser()}: ${why}${code === undefined ? '' : ` (${code})`}; ` +
        'make that path usable, choose another data directory, or pass --database to use a Postgres of your own',
      { cause: error },
    );
  }
}

/** The name of the user this process runs as, or its number where it has no name. */
export function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    // a user id without an entry in the password file, as with `docker run --user 12345`
    return String(process.geteuid?.());
  }
}
