/** Who the files belong to when root makes or finds them. */
import { lchown, lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataLocation } from './data-location.ts';
import { onFile } from './file-errors.ts';
import type { Log } from './log.ts';
import { isRoot, type RunAs } from './run-as.ts';

/** Gives the cluster to the user who is to run it, as after a copy made by root. */
export async function settleOwnership({ cluster, runAs }: DataLocation, log: Log): Promise<void> {
  if (runAs === undefined) return;
  const found = await stat(cluster).catch(() => undefined);
  if (found === undefined || found.uid === runAs.uid) return;
  log('warn', 'giving the database to the user that runs it', { cluster, from: found.uid, to: runAs.name });
  await onFile('change the owner of', cluster, () => giveAll(cluster, runAs));
}

async function giveAll(path: string, runAs: RunAs): Promise<void> {
  await lchown(path, runAs.uid, runAs.gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const entry of await readdir(path)) await giveAll(join(path, entry), runAs);
}

/** When root made `path` in a directory of another user: gives it to that one, who may want to start without root later. */
export async function giveToOwnerOf(home: string, path: string): Promise<void> {
  if (!isRoot()) return;
  const { uid, gid } = await stat(home);
  if (uid !== 0) await lchown(path, uid, gid);
}
