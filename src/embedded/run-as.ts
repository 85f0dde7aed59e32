/**
 * Postgres refuses to run as root. When we are root, this picks the user it runs as, and tells which
 * paths that user can reach.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PembaError } from '../base/errors.ts';

/** An unprivileged user to run the server as. */
export interface RunAs {
  name: string;
  uid: number;
  gid: number;
}

/** The part of a `stat` that decides who may enter a directory. */
export interface PathStep {
  path: string;
  mode: number;
  uid: number;
  gid: number;
}

/** Whether this process has to give the server another user. */
export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** The users of a password file, in its order; malformed lines are left out. */
export function parsePasswd(text: string): RunAs[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (!name || line.startsWith('#') || !uid || !gid) return [];
    // macOS writes nobody as -2; the kernel's number is its unsigned form
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }];
  });
}

/**
 * The user to run the server as when we are root.
 * @param owners owners of what exists already, the most binding first: the cluster, then the data directory
 */
export function pickUser(
  users: readonly RunAs[],
  owners: readonly { uid: number; gid: number }[],
): RunAs | undefined {
  for (const owner of owners) {
    const user = users.find((candidate) => candidate.uid === owner.uid);
    if (owner.uid !== 0 && user !== undefined) return user;
  }
  const named = (name: string) => users.find((user) => user.name === name && user.uid !== 0);
  return named('postgres') ?? named('nobody');
}

/** The user to run the server as, or undefined when we are not root and it runs as ourselves. */
export async function chooseRunAs(cluster: string, dataDirectory: string): Promise<RunAs | undefined> {
  if (!isRoot()) return undefined;
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''));
  const owners: { uid: number; gid: number }[] = [];
  for (const path of [cluster, dataDirectory]) {
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined) owners.push({ uid: found.uid, gid: found.gid });
  }
  const user = pickUser(users, owners);
  if (user === undefined) {
    throw new PembaError(
      'DATABASE_UNAVAILABLE',
      'Postgres refuses to run as root, and /etc/passwd has neither a user `postgres` nor `nobody` to run it as; ' +
        'add one (useradd --system postgres), start Pemba as another user, or pass --database',
    );
  }
  return user;
}

const READ = 4;
const ENTER = 1;

/** The first step that `user` may not enter, or undefined if all are open to it. */
export function firstClosed(
  steps: readonly PathStep[],
  user: { uid: number; gid: number },
): string | undefined {
  return steps.find((step) => !allows(step, user, ENTER))?.path;
}

/** Whether the mode bits give `user` the asked rights. Only one of the three triples counts: the first that fits. */
function allows(step: PathStep, user: { uid: number; gid: number }, rights: number): boolean {
  const shift = step.uid === user.uid ? 6 : step.gid === user.gid ? 3 : 0;
  return ((step.mode >> shift) & rights) === rights;
}

/** The directories from the root down to the real path of `path`, which is included. */
async function stepsTo(path: string): Promise<PathStep[]> {
  const steps: PathStep[] = [];
  for (let current = await realpath(path); ; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    steps.unshift({ path: current, mode, uid, gid });
    if (current === dirname(current)) return steps;
  }
}

/** The first directory on the way to the existing `directory` that `user` cannot enter, or undefined. */
export async function unreachableStep(directory: string, user: RunAs): Promise<string | undefined> {
  return firstClosed(await stepsTo(directory), user);
}

/** Whether `user` can get to the existing `file` and read it (and, if a directory, enter it). */
export async function canRead(file: string, user: RunAs): Promise<boolean> {
  const steps = await stepsTo(file);
  const leaf = steps.pop();
  if (leaf === undefined || firstClosed(steps, user) !== undefined) return false;
  const isDirectory = (await stat(leaf.path)).isDirectory();
  return allows(leaf, user, isDirectory ? READ | ENTER : READ);
}
