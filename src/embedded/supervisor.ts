/** Keeps a server running until it is told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';
import type { Postmaster } from './postmaster.ts';
import { isSameProcess, signal } from './processes.ts';

/** What the supervisor can do to its server. */
export interface Server {
  /** Starts it where the former one was, once what that left is gone. Rejects if it does not come up. */
  restart(giveUp: AbortSignal): Promise<Postmaster>;
  /** Ends it and its backends. */
  end(postmaster: Postmaster): Promise<void>;
  /** Kills it and its backends, so that they write nothing more. */
  kill(postmaster: Postmaster): Promise<void>;
}

const BACKOFF_MS = { first: 100, most: 5_000 };
/** For so long failures are what one expects after a crash: an old backend holds the shared memory, or the port. */
const EXPECTED_TROUBLE_MS = 20_000;
/** A server that lived this long has recovered; the next failure starts with a short wait again. */
const HEALTHY_MS = 60_000;

export class Supervisor {
  readonly #server: Server;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #postmaster: Postmaster;
  #running: Promise<void>;
  #stopped: Promise<void> | undefined;
  /** `process.exit()` in the middle of everything: the least that can be done is to ask the server to end. */
  readonly #onExit = () => {
    const { pid, start } = this.#postmaster;
    if (isSameProcess(pid, start)) signal(pid, 'SIGINT');
  };

  constructor(postmaster: Postmaster, server: Server, log: Log) {
    this.#postmaster = postmaster;
    this.#server = server;
    this.#log = log;
    process.once('exit', this.#onExit);
    this.#running = this.#keepRunning();
  }

  get pid(): number {
    return this.#postmaster.pid;
  }

  /** Ends the server and waits until it is gone. Later calls wait for the same. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Kills the server at once, because its data is another's; `stop()` has nothing left to do then. */
  abandon(): Promise<void> {
    this.#stopped ??= this.#abandon();
    return this.#stopped;
  }

  async #abandon(): Promise<void> {
    this.#stopping.abort();
    process.off('exit', this.#onExit);
    await this.#server.kill(this.#postmaster);
    // one that was just being started
    await this.#running;
    await this.#server.kill(this.#postmaster);
  }

  async #stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    process.off('exit', this.#onExit);
    await this.#server.end(this.#postmaster);
  }

  async #keepRunning(): Promise<void> {
    const stopping = this.#stopping.signal;
    const stopped = new Promise<undefined>((resolve) => {
      stopping.addEventListener('abort', () => resolve(undefined));
    });
    let backoffMs = BACKOFF_MS.first;
    let healthySince = performance.now();
    for (;;) {
      const how = await Promise.race([this.#postmaster.exited, stopped]);
      if (stopping.aborted) return;
      this.#log('warn', 'Postgres ended by itself; starting it again', { pid: this.pid, how });
      const downSince = performance.now();
      if (downSince - healthySince > HEALTHY_MS) backoffMs = BACKOFF_MS.first;
      for (let up = false; !up; ) {
        await sleep(backoffMs, undefined, { signal: stopping }).catch(() => undefined);
        if (stopping.aborted) return;
        backoffMs = Math.min(backoffMs * 2, BACKOFF_MS.most);
        up = await this.#attempt(downSince);
      }
      healthySince = performance.now();
    }
  }

  async #attempt(downSince: number): Promise<boolean> {
    const stopping = this.#stopping.signal;
    try {
      this.#postmaster = await this.#server.restart(stopping);
      this.#log('info', 'Postgres runs again', {
        pid: this.pid,
        downMs: Math.round(performance.now() - downSince),
      });
      return true;
    } catch (error) {
      if (stopping.aborted) return false;
      const level = performance.now() - downSince > EXPECTED_TROUBLE_MS ? 'error' : 'warn';
      this.#log(level, 'Postgres did not start again; trying further', {
        error: error instanceof Error ? error.message : String(error),
      });
      return false;
    }
  }
}
