/** What the tests of this folder share: temporary directories, started servers, and leaving nothing behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { expect } from 'vitest';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '../../src/embedded/embedded-postgres.ts';
import { processesOf, signal, waitUntil } from '../../src/embedded/processes.ts';
import { unreachableStep } from '../../src/embedded/run-as.ts';

export interface LogLine {
  level: string;
  message: string;
  fields: Record<string, unknown> | undefined;
}

/** A Pemba-like process of its own that holds a data directory; see owner.ts. */
export interface Owner {
  process: ChildProcess;
  pid: number;
  /** What it told first: the server's url and pid, or the reason of its failure. */
  first: { url?: string; postgres?: number; origin?: string; reason?: string; message?: string };
  ended: Promise<void>;
}

const cleanups: (() => Promise<void>)[] = [];

/** Undoes, last first, everything that was made since the last call. */
export async function cleanUp(): Promise<void> {
  for (const undo of cleanups.splice(0).reverse()) await undo();
}

/** A directory that every user can reach; its servers are ended and it is removed in the end. */
export async function temporaryDirectory(mode = 0o755): Promise<string> {
  const path = await realpath(await mkdtemp(join(await openPlace(), 'pemba-embedded-')));
  await chmod(path, mode);
  cleanups.push(async () => {
    await endServersIn(join(path, 'data', 'postgres'));
    await rm(path, { recursive: true, force: true });
  });
  return path;
}

/** TMPDIR may itself lie where only its owner can go. */
async function openPlace(): Promise<string> {
  const stranger = { name: 'stranger', uid: 54_321, gid: 54_321 };
  for (const place of [tmpdir(), '/tmp', '/var/tmp']) {
    if ((await unreachableStep(place, stranger)) === undefined) return place;
  }
  throw new Error('these tests need a temporary directory that every user can reach');
}

/** Kills what a test that failed half-way has left running. */
export async function endServersIn(cluster: string): Promise<void> {
  for (const pid of await processesOf(cluster, undefined)) signal(pid, 'SIGKILL');
  await waitUntil(async () => (await processesOf(cluster, undefined)).length === 0, 10_000);
}

export async function start(
  dataDirectory: string,
  options: Partial<EmbeddedPostgresOptions> = {},
): Promise<EmbeddedPostgres & { lines: LogLine[] }> {
  const lines: LogLine[] = [];
  const log = (level: string, message: string, fields?: Record<string, unknown>) => {
    lines.push({ level, message, fields });
  };
  const server = await startEmbeddedPostgres({ dataDirectory, durable: false, log, ...options });
  cleanups.push(() => server.stop());
  return Object.defineProperty(server, 'lines', { value: lines }) as EmbeddedPostgres & { lines: LogLine[] };
}

/** The first column of what `sql` yields. */
export async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

/** As `query`, but goes on until the server is there again. */
export async function queryOnceUp(url: string, sql: string): Promise<unknown[]> {
  let rows: unknown[] = [];
  const done = await waitUntil(
    () =>
      query(url, sql).then(
        (found) => {
          rows = found;
          return true;
        },
        () => false,
      ),
    20_000,
  );
  expect(done).toBe(true);
  return rows;
}

/** Starts a process that starts a server in `dataDirectory`, and waits for its first line. */
export async function startOwner(dataDirectory: string, options: object = {}): Promise<Owner> {
  const child = spawn(
    process.execPath,
    // not by the tsx command: that is a process of its own before the one that is to be killed
    ['--import', 'tsx', resolve('test/embedded/owner.ts'), dataDirectory, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const ended = new Promise<void>((resolveEnd) => {
    child.once('close', () => resolveEnd());
  });
  const line = await new Promise<string>((resolveLine, reject) => {
    createInterface(child.stdout).once('line', resolveLine);
    void ended.then(() => reject(new Error('the owner ended without a word')));
  });
  const { pid, ...first } = JSON.parse(line) as Owner['first'] & { pid: number };
  cleanups.push(async () => {
    signal(pid, 'SIGKILL');
    await ended;
  });
  return { process: child, pid, first, ended };
}

/** Ends the owner in a way that lets it clear up nothing. */
export async function killOwner(owner: Owner): Promise<void> {
  signal(owner.pid, 'SIGKILL');
  await owner.ended;
}
