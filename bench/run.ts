/**
 * `npm run bench`: the engine and lookups by themselves, and Check and BatchCheck over gRPC beside a no-op.
 *
 * Machines are shared and their speed drifts, so the figures to quote are ratios within one run and
 * CPU a call. Writes a table to the terminal and JSON to bench/results/.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { benchEngine, type EngineBench } from './engine.ts';
import { benchGrpc, type GrpcResult } from './grpc.ts';
import { benchJudge, type JudgeBench } from './judge.ts';
import { benchLookup, type LookupResult } from './lookup.ts';
import type { Summary } from './statistics.ts';

// Many short rounds: the machine's speed drifts by seconds, and a pair of rounds shares what it is just then.
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 30);
const ROUND_MS = Number(process.env.BENCH_ROUND_MS ?? 500);
/** Fewer tell little; below it nothing is said of the targets. */
const ROUNDS_THAT_TELL = 10;
/**
 * A Check of a stored tuple may cost so many times the no-op, and an item of a batch so many microseconds of CPU. The
 * mix walks through teams and folders, over data that HTTP/2 has driven out of the caches: the bare engine alone takes it
 * past that ratio, so it is shown beside the bare engine and not judged.
 */
const MOST_RATIO = 1.25;
const MOST_US_A_BATCH_ITEM = 3;
/** A governed Write may cost so many times the same one ungoverned. */
const MOST_GOVERNED_RATIO = 3;
const RESULTS = new URL('results/', import.meta.url);

const engine = await benchEngine(ROUNDS);
printEngine(engine);
const lookup = await benchLookup(ROUNDS);
printLookup(lookup);
const judging = await benchJudge(ROUNDS);
printJudge(judging);
const grpc = await benchGrpc(ROUNDS, ROUND_MS);
printGrpc(grpc);
await mkdir(RESULTS, { recursive: true });
const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
const file = new URL('latest.json', RESULTS);
await writeFile(
  file,
  `${JSON.stringify({ at: new Date().toISOString(), machine, engine, lookup, judging, grpc }, null, 2)}\n`,
);
judge(grpc);
console.log('bench/results/latest.json holds all of it');

function printEngine({ tuples, bytesPerTuple, results }: EngineBench): void {
  console.log(
    `Engine in process, ${tuples} tuples, ${bytesPerTuple.toFixed(0)} bytes each; median [95 % interval]`,
  );
  console.table(
    Object.fromEntries(
      results.map((each) => [
        each.shape,
        {
          allowed: `${Math.round(each.allowedShare * 100)} %`,
          'µs a check': text(each.check),
          'µs an item of 100': text(each.batchItem),
        },
      ]),
    ),
  );
}

function printLookup(results: LookupResult[]): void {
  console.log('\nLookupResources in process, 100,000 documents; milliseconds, median [95 % interval]');
  console.table(
    Object.fromEntries(
      results.map((each) => [
        each.shape,
        {
          found: each.found,
          'as a whole': text(each.whole, 1),
          'longest slice': text(each.longestSlice),
          'longest piece, without pauses': each.longestPiece.toFixed(2),
        },
      ]),
    ),
  );
}

function printJudge({ ungoverned, governed, ratio, excludes }: JudgeBench): void {
  console.log('\nA Write of 100 updates, judged in process; microseconds, median [95 % interval]');
  console.table({
    ungoverned: { 'µs a Write': text(ungoverned) },
    'granted by, [1..], one of, contains': { 'µs a Write': text(governed), ratio: text(ratio) },
  });
  if (ratio.samples >= ROUNDS_THAT_TELL) {
    const verdict = ratio.low > MOST_GOVERNED_RATIO ? 'MISSED' : 'met';
    console.log(`at most ${MOST_GOVERNED_RATIO} times the ungoverned Write: ${verdict}`);
  }
  console.log('\nA change of one member below `excludes`, by the objects it has an effect on');
  console.table(
    Object.fromEntries(excludes.map(({ fanOut, write }) => [fanOut, { 'µs a Write': text(write) }])),
  );
}

function printGrpc(results: GrpcResult[]): void {
  console.log(
    `\nOver gRPC, credentials, metrics and deadline on; ${ROUNDS} rounds in turn; server CPU, median [95 % interval]`,
  );
  console.table(
    Object.fromEntries(
      results.map((each) => [
        each.name,
        {
          'µs a call': text(each.pemba),
          'no-op, µs a call': text(each.noop),
          ratio: text(each.ratio),
          'bare engine, µs a call': text(each.bareEngine),
          'ratio to it': text(each.ratioToBareEngine),
          'µs a check': text(each.pembaPerCheck),
          'more than the no-op, µs a check': text(each.addedPerCheck),
          'calls/s': text(each.callsPerSecond, 0),
        },
      ]),
    ),
  );
}

function text({ median, low, high }: Summary, digits = 2): string {
  return `${median.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}

/** Says whether the targets are met, by the medians, and fails if one is not. */
function judge(results: GrpcResult[]): void {
  if (ROUNDS < ROUNDS_THAT_TELL) {
    console.log(
      `\n${ROUNDS} rounds are too few to judge by; leave BENCH_ROUNDS out, or at ${ROUNDS_THAT_TELL} or more`,
    );
    return;
  }
  console.log('');
  for (const { name, ratio, pembaPerCheck } of results) {
    if (name === 'Check, mix') continue;
    const isBatch = name.startsWith('BatchCheck');
    const [value, most, unit] = isBatch
      ? [pembaPerCheck, MOST_US_A_BATCH_ITEM, 'µs an item']
      : [ratio, MOST_RATIO, "of the no-op's CPU"];
    const isMet = value.median <= most;
    console.log(`${isMet ? 'met    ' : 'NOT MET'} ${name}: ${text(value)} ${unit}, at most ${most}`);
    if (!isMet) process.exitCode = 1;
  }
}
