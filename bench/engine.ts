/** The engine by itself, in this process: questions as text in, answers out. */
import { defaultLimits } from '../src/base/limits.ts';
import { Engine } from '../src/engine/engine.ts';
import { Plan } from '../src/engine/plan.ts';
import { Graph } from '../src/graph/graph.ts';
import { parseTuple } from '../src/model/tuple.ts';
import { compileSchema } from '../src/schema/compile-schema.ts';
import { View } from '../src/view/view.ts';
import { type Summary, summarize } from './statistics.ts';
import { BENCH_SCHEMA, makeWorld, type Shape } from './world.ts';

const SHAPES: Shape[] = ['direct', 'nested', 'intersection', 'denied', 'wide denied', 'mix'];
const QUESTIONS = 20_000;

export interface EngineResult {
  shape: Shape;
  allowedShare: number;
  /** CPU microseconds a check. */
  check: Summary;
  /** CPU microseconds an item of a batch of 100. */
  batchItem: Summary;
}

export interface EngineBench {
  tuples: number;
  bytesPerTuple: number;
  results: EngineResult[];
}

export async function benchEngine(rounds: number): Promise<EngineBench> {
  const { schema } = await compileSchema({ path: 'bench.pemba', text: BENCH_SCHEMA });
  if (schema === undefined) throw new Error('the schema of the benchmark does not compile');
  const world = makeWorld();
  const graph = new Graph();
  for (const tuple of world.tuples) graph.add(parseTuple(tuple));
  const plan = new Plan(schema, graph.types, graph.relations);
  const view = new View(graph);
  const engine = new Engine(defaultLimits());
  const results = SHAPES.map((shape): EngineResult => {
    const questions = world.questions(shape, QUESTIONS);
    const batches = Array.from({ length: QUESTIONS / 100 }, (_, i) =>
      questions.slice(i * 100, (i + 1) * 100),
    );
    let allowed = 0;
    const checks = (): void => {
      for (const question of questions) if (engine.check(plan, view, question) === 'allowed') allowed++;
    };
    const items = (): void => {
      for (const batch of batches) engine.batchCheck(plan, view, batch);
    };
    checks();
    items();
    const share = allowed / QUESTIONS;
    return { shape, allowedShare: share, check: time(checks, rounds), batchItem: time(items, rounds) };
  });
  return { tuples: graph.size, bytesPerTuple: graph.byteLength / graph.size, results };
}

/** CPU microseconds a question: what else the machine does meanwhile does not count. */
function time(work: () => void, rounds: number): Summary {
  const samples = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / QUESTIONS;
  });
  return summarize(samples);
}
