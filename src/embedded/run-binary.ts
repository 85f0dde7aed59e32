/** Runs one of the server's programs to its end. */
import { spawn } from 'node:child_process';
import type { RunAs } from './run-as.ts';

const MAX_OUTPUT_BYTES = 64 * 1024;

export interface Finished {
  /** Exit code; undefined if a signal ended it or it could not be started at all. */
  code: number | undefined;
  /** Standard output and error together, in order. */
  output: string;
}

/**
 * The surroundings of every server program: nothing of ours but the search path. A `PGDATA` or `LC_MESSAGES` of the
 * user's shell must not change what we start, and `TZ` ends up in the cluster's configuration.
 */
export const SERVER_ENVIRONMENT = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The identity part of spawn's options. */
export function identity(runAs: RunAs | undefined): { uid?: number; gid?: number } {
  return runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid };
}

/** Runs `program` in its own process group (a Ctrl-C in the terminal is not for it), with `input` on its standard input. */
export function runBinary(
  program: string,
  args: readonly string[],
  options: { runAs: RunAs | undefined; input?: string },
): Promise<Finished> {
  return new Promise((resolve) => {
    let output = '';
    const collect = (chunk: Buffer) => {
      if (output.length < MAX_OUTPUT_BYTES) output += chunk.toString('utf8');
    };
    const child = spawn(program, args, {
      // the user's own directory may be closed to the unprivileged user, and initdb insists on a readable one
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...identity(options.runAs),
    });
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.stdin.on('error', () => undefined); // it may end without reading; its exit code says why
    child.once('error', (error) => resolve({ code: undefined, output: String(error) }));
    child.once('close', (code) => resolve({ code: code ?? undefined, output }));
    child.stdin.end(options.input ?? '');
  });
}
