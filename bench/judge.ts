/**
 * What judging costs: a Write of 100 updates under `granted by`, multiplicity, `one of` and `contains`, against the same
 * Write of the same tuples with none of them; and `excludes` by how many objects a change has an effect on.
 */
import { defaultLimits } from '../src/base/limits.ts';
import { Plan } from '../src/engine/plan.ts';
import { Graph } from '../src/graph/graph.ts';
import { judgeWrite } from '../src/judge/judge.ts';
import { parseTuple } from '../src/model/tuple.ts';
import type { Update } from '../src/model/write.ts';
import { compileSchema } from '../src/schema/compile-schema.ts';
import { OverlayView } from '../src/view/view.ts';
import { type Summary, summarize } from './statistics.ts';

const UNGOVERNED = `
type user
type team { relation member : user | team#member }
type space {
  relation admin  : user
  relation writer : user
  relation reader : user
  relation all    : user
}`;

const GOVERNED = `
type user
type team { relation member : user | team#member  granted by member }
type space {
  relation admin  : user [1..]  granted by admin
  relation writer : user [0..100000]  granted by admin
  relation reader : user  granted by admin
  relation all    : user  granted by admin
  require one of admin, writer, reader
  require all contains writer
}`;

const EXCLUDING = `
type user
type team { relation member : user | team#member }
type order {
  relation buyer    : user | team#member
  relation approver : user | team#member
  require buyer excludes approver
}`;

/** What a change may have an effect on. */
const FAN_OUTS = [1, 10, 100, 1_000, 10_000];

const SPACES = 1_000;
const UPDATES = 100;
const NOW = Date.parse('2029-06-01T00:00:00Z');

export interface JudgeBench {
  /** Microseconds a Write, judged alone; nothing of the database. */
  ungoverned: Summary;
  governed: Summary;
  /** Governed by ungoverned, of rounds in turn. */
  ratio: Summary;
  /** Microseconds a Write of one tuple, by fan-out. */
  excludes: { fanOut: number; write: Summary }[];
}

export async function benchJudge(rounds: number): Promise<JudgeBench> {
  const [plain, governed] = [await worldOf(UNGOVERNED, spaces()), await worldOf(GOVERNED, spaces())];
  const writes = [writer(plain, {}), writer(governed, { actor: { type: 'user', id: 'root' } })];
  const times: number[][] = [[], []];
  for (let round = -2; round < rounds; round++) {
    for (const [i, write] of writes.entries()) {
      const time = timeOf(write);
      if (round >= 0) times[i].push(time);
    }
  }
  const excludes: JudgeBench['excludes'] = [];
  for (const fanOut of FAN_OUTS) excludes.push({ fanOut, write: await excluding(fanOut, rounds) });
  const [ungovernedTimes, governedTimes] = times;
  return {
    ungoverned: summarize(ungovernedTimes),
    governed: summarize(governedTimes),
    ratio: summarize(governedTimes.map((time, i) => time / ungovernedTimes[i])),
    excludes,
  };
}

interface World {
  plan: Plan;
  graph: Graph;
}

async function worldOf(text: string, tuples: Iterable<string>): Promise<World> {
  const { schema } = await compileSchema({ path: 'bench.pemba', text });
  if (schema === undefined) throw new Error('the schema of the bench has errors');
  const graph = new Graph();
  const plan = new Plan(schema, graph.types, graph.relations);
  for (const tuple of tuples) graph.add(parseTuple(tuple));
  return { plan, graph };
}

function* spaces(): Generator<string, void, undefined> {
  for (let space = 0; space < SPACES; space++) {
    yield `space:${space}#admin@user:root`;
    for (let user = 0; user < 50; user++) {
      yield `space:${space}#writer@user:w${user}`;
      yield `space:${space}#all@user:w${user}`;
      yield `space:${space}#reader@user:r${user}`;
    }
  }
}

/** Each call judges another Write: 50 new writers, each in `all`, over 10 spaces. */
function writer({ plan, graph }: World, more: object): () => void {
  const limits = defaultLimits();
  let next = 0;
  return () => {
    const updates: Update[] = [];
    for (let i = 0; i < UPDATES / 2; i++) {
      const [space, user] = [(next + i) % 10, `n${next}-${i}`];
      for (const relation of ['writer', 'all']) {
        updates.push({ operation: 'touch', tuple: parseTuple(`space:${space}#${relation}@user:${user}`) });
      }
    }
    next++;
    judgeWrite(plan, new OverlayView(graph), { updates, preconditions: [], ...more }, NOW, limits);
  };
}

/** Somebody joins a team that buys for so many orders, each with three who approve. */
async function excluding(fanOut: number, rounds: number): Promise<Summary> {
  const { plan, graph } = await worldOf(
    EXCLUDING,
    (function* () {
      for (let order = 0; order < fanOut; order++) {
        yield `order:${order}#buyer@team:t#member`;
        for (let i = 0; i < 3; i++) yield `order:${order}#approver@user:a${i}`;
      }
    })(),
  );
  const limits = { ...defaultLimits(), invariantSteps: 100_000_000, walkVisits: 100_000_000 };
  let next = 0;
  const write = (): void => {
    const tuple = parseTuple(`team:t#member@user:${next++}`);
    const updates: Update[] = [{ operation: 'touch', tuple }];
    judgeWrite(plan, new OverlayView(graph), { updates, preconditions: [] }, NOW, limits);
  };
  write();
  return summarize(Array.from({ length: rounds }, () => timeOf(write)));
}

/** Microseconds. */
function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) * 1_000;
}
