/** The real server as a process of its own, to be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { freePort } from '../../src/embedded/access.ts';
import { TestClient } from './client.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = fileURLToPath(new URL('../../src/bin.ts', import.meta.url));
const START_MS = 60_000;

export interface ServerProcess {
  child: ChildProcess;
  port: number;
  client: TestClient;
  /** What it wrote to stderr so far. */
  readonly log: string;
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface Run {
  ended: Promise<number | NodeJS.Signals>;
  child: ChildProcess;
  readonly log: string;
}

/**
 * @param settings by their variables without `PEMBA_`, such as `MAX_STALENESS_MS`
 * @param within a command, with its arguments, that runs the command that follows it, such as `env NAME=value`
 */
export function runServer(settings: Record<string, string>, within: readonly string[] = []): Run {
  const env = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`PEMBA_${name}`, value]));
  const [program = '', ...words] = [...within, process.execPath, '--import', 'tsx', BIN, 'serve'];
  const child = spawn(program, words, {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      TMPDIR: process.env.TMPDIR ?? '/tmp',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? -1));
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGCONT');
    child.kill('SIGKILL');
    await ended;
  });
  return {
    ended,
    child,
    get log() {
      return log;
    },
  };
}

/** Starts a server on a free port and waits until it listens. */
export async function startServer(
  settings: Record<string, string>,
  port?: number,
  within: readonly string[] = [],
): Promise<ServerProcess> {
  const chosen = port ?? (await freePort(undefined));
  const run = runServer(
    { LISTEN: `127.0.0.1:${chosen}`, OPEN: 'true', LOG_FORMAT: 'text', ...settings },
    within,
  );
  const giveUpAt = Date.now() + START_MS;
  while (!(await accepts(chosen))) {
    const { exitCode, signalCode } = run.child;
    if (exitCode !== null || signalCode !== null || Date.now() > giveUpAt) {
      throw new Error(`the server did not come to listen:\n${run.log}`);
    }
    await sleep(20);
  }
  const client = new TestClient(`127.0.0.1:${chosen}`);
  onTestFinished(() => client.close());
  const end = (signal: NodeJS.Signals) => {
    run.child.kill(signal);
    return run.ended;
  };
  return Object.assign(run, { port: chosen, client, end });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
