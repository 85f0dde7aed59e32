/** Running a server where processes have other numbers, as in a container. */
import { spawnSync } from 'node:child_process';
import { tell } from './tell.ts';

/** Killed with the command, as all that runs in a container is. */
const UNSHARE = ['unshare', '--pid', '--ipc', '--fork', '--kill-child', '--mount-proc'];

/** A command, with its arguments, that runs the command that follows it in namespaces of its own; or as if it did, where that is not permitted. */
export function otherNamespace(): string[] {
  const [program = '', ...words] = UNSHARE;
  if (spawnSync(program, [...words, 'true']).status === 0) return UNSHARE;
  tell('namespaces are not permitted here: they are simulated');
  return ['env', `NODE_OPTIONS=--import=${new URL('pretend-namespace.mjs', import.meta.url).href}`];
}
