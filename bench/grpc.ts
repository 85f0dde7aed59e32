/**
 * Check and BatchCheck over gRPC beside a no-op handler, and beside one with the bare engine behind it: the same
 * method, the same bytes both ways, the servers in turn within one run, each in a process of its own.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once as onceEvent } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MethodDefinition } from '@grpc/grpc-js';
import { connect } from '../src/client/client.ts';
import { formatObject, formatSubject } from '../src/model/reference.ts';
import { parseTuple } from '../src/model/tuple.ts';
import { loadServices } from '../src/rpc/protocol.ts';
import { load, once } from './load.ts';
import { type Summary, summarize } from './statistics.ts';
import { BENCH_SCHEMA, makeWorld, type Question } from './world.ts';

const BATCH = 100;
const DISTINCT_REQUESTS = 2_000;
const CONCURRENCY = 32;
/**
 * The servers are started anew so often, and the rounds shared out among the starts: what the compiler makes of a process,
 * and where its memory comes to lie, differs from start to start by as much as what is to be measured (the ratio of one
 * state of the code was 1.12 in one process and 1.28 in another).
 */
const STARTS = 3;
const TUPLES_A_WRITE = 1_000;

export interface GrpcResult {
  name: string;
  /** Server CPU a call, in microseconds. */
  pemba: Summary;
  noop: Summary;
  bareEngine: Summary;
  /** Pemba's over the no-op's, round by round. */
  ratio: Summary;
  /** Pemba's over that of the bare engine: the price of credentials, deadlines, metrics, consistency. */
  ratioToBareEngine: Summary;
  /** What Pemba spends more than the no-op, a check, in microseconds. */
  addedPerCheck: Summary;
  /** Pemba's CPU a check, in microseconds. */
  pembaPerCheck: Summary;
  callsPerSecond: Summary;
}

interface TestServer {
  process: ChildProcess;
  port: number;
  token: string;
}

interface Workload {
  name: string;
  path: string;
  requests: Buffer[];
  checksPerCall: number;
}

/** @param roundMs how long each server is loaded in each round */
export async function benchGrpc(rounds: number, roundMs: number): Promise<GrpcResult[]> {
  const workloads = makeWorkloads();
  const measured: Round[][] = workloads.map(() => []);
  for (let start = 0; start < STARTS; start++) {
    const servers = await startServers(workloads[0]);
    try {
      for (const [i, workload] of workloads.entries()) {
        measured[i].push(...(await measureInTurn(workload, servers, Math.ceil(rounds / STARTS), roundMs)));
      }
    } finally {
      for (const server of Object.values(servers)) {
        server.process.kill('SIGTERM');
        await onceEvent(server.process, 'exit');
      }
    }
  }
  return workloads.map((workload, i) => summarized(workload, measured[i]));
}

type Servers = Record<'pemba' | 'noop' | 'bareEngine', TestServer>;
type Round = Record<keyof Servers, Measure>;

/** @param workload has Pemba's zookie in its answers */
async function startServers(workload: Workload): Promise<Servers> {
  const pemba = await startServer('pemba.mjs', []);
  await fill(pemba);
  const zookie = await zookieOf(pemba, workload);
  return { pemba, ...(await startOthers(zookie, pemba.token)) };
}

/** They ask for no token, but are sent the same one. */
async function startOthers(zookie: string, token: string): Promise<Omit<Servers, 'pemba'>> {
  const directory = await mkdtemp(join(tmpdir(), 'pemba-bench-world-'));
  try {
    const world = join(directory, 'world.json');
    await writeFile(world, JSON.stringify({ schema: BENCH_SCHEMA, tuples: makeWorld().tuples }));
    const noop = await startServer('noop.mjs', [zookie]);
    const bareEngine = await startServer('bare-engine.mjs', [zookie, world]);
    return { noop: { ...noop, token }, bareEngine: { ...bareEngine, token } };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Writes the schema and the tuples of the world. */
async function fill({ port, token }: TestServer): Promise<void> {
  const client = connect({ address: `127.0.0.1:${port}`, token });
  await client.writeSchema({ text: BENCH_SCHEMA });
  const { tuples } = makeWorld();
  for (let at = 0; at < tuples.length; at += TUPLES_A_WRITE) {
    const updates = tuples.slice(at, at + TUPLES_A_WRITE).map((text) => {
      const { object, relation, subject } = parseTuple(text);
      const tuple = { object: formatObject(object), relation, subject: formatSubject(subject) };
      return { operation: 'touch' as const, tuple };
    });
    await client.write({ updates });
  }
  client.close();
}

async function measureInTurn(
  workload: Workload,
  servers: Servers,
  rounds: number,
  roundMs: number,
): Promise<Round[]> {
  const names = Object.keys(servers) as (keyof Servers)[];
  for (const name of names) await measure(servers[name], workload, roundMs);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const of: Partial<Round> = {};
    // Another one goes first each time.
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      of[name] = await measure(servers[name], workload, roundMs);
    }
    measured.push(of as Round);
  }
  return measured;
}

function summarized(workload: Workload, measured: Round[]): GrpcResult {
  const n = workload.checksPerCall;
  const cpu = (name: keyof Servers): number[] => measured.map((of) => of[name].cpuUs);
  const over = (name: keyof Servers): Summary =>
    summarize(measured.map((of) => of.pemba.cpuUs / of[name].cpuUs));
  return {
    name: workload.name,
    pemba: summarize(cpu('pemba')),
    noop: summarize(cpu('noop')),
    bareEngine: summarize(cpu('bareEngine')),
    ratio: over('noop'),
    ratioToBareEngine: over('bareEngine'),
    addedPerCheck: summarize(measured.map((of) => (of.pemba.cpuUs - of.noop.cpuUs) / n)),
    pembaPerCheck: summarize(cpu('pemba').map((us) => us / n)),
    callsPerSecond: summarize(measured.map((of) => of.pemba.callsPerSecond)),
  };
}

interface Measure {
  cpuUs: number;
  callsPerSecond: number;
}

async function measure(server: TestServer, workload: Workload, durationMs: number): Promise<Measure> {
  const { path, requests } = workload;
  const before = await cpuOf(server);
  const result = await load({
    port: server.port,
    token: server.token,
    path,
    requests,
    concurrency: CONCURRENCY,
    durationMs,
  });
  const spent = (await cpuOf(server)) - before;
  return { cpuUs: spent / result.calls, callsPerSecond: result.calls / result.seconds };
}

async function cpuOf({ process }: TestServer): Promise<number> {
  process.send('cpu');
  const [{ cpuUs }] = await onceEvent(process, 'message');
  return cpuUs;
}

async function startServer(file: string, args: string[]): Promise<TestServer> {
  const path = fileURLToPath(new URL(`servers/${file}`, import.meta.url));
  const process = fork(path, args, { execArgv: [] });
  const started = await Promise.race([
    onceEvent(process, 'message'),
    onceEvent(process, 'exit').then(() => {
      throw new Error(`${file} ended before it was ready`);
    }),
  ]);
  const [{ port, token }] = started as [{ port: number; token?: string }];
  return { process, port, token: token ?? '' };
}

function makeWorkloads(): Workload[] {
  const { Check, BatchCheck } = loadServices().PermissionService;
  const world = makeWorld();
  const check = (name: string, questions: Question[]): Workload => ({
    name,
    path: Check.path,
    requests: questions.map((question) => encode(Check, question)),
    checksPerCall: 1,
  });
  const questions = world.questions('mix', DISTINCT_REQUESTS);
  const batches = Array.from({ length: DISTINCT_REQUESTS / BATCH }, (_, i) =>
    questions.slice(i * BATCH, (i + 1) * BATCH),
  );
  return [
    check('Check, direct', world.questions('direct', DISTINCT_REQUESTS)),
    check('Check, mix', questions),
    {
      name: `BatchCheck of ${BATCH}, mix`,
      path: BatchCheck.path,
      requests: batches.map((items) => encode(BatchCheck, { items })),
      checksPerCall: BATCH,
    },
  ];
}

function encode(method: MethodDefinition<object, object>, request: object): Buffer {
  return method.requestSerialize(request);
}

/** The no-op answers with a zookie of the same length, so that both send as many bytes. */
async function zookieOf(server: TestServer, { path, requests }: Workload): Promise<string> {
  const answer = await once({ port: server.port, token: server.token, path, requests });
  const { zookie } = loadServices().PermissionService.Check.responseDeserialize(answer) as { zookie: string };
  return zookie;
}
