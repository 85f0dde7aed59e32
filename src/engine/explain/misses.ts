/** What would turn a denial into "allowed": the fewest changes of tuples. */
import type { Limits } from '../../base/limits.ts';
import type { Sliced } from '../../base/slices.ts';
import { formatTuple, type Tuple } from '../../model/tuple.ts';
import type { QueryText } from '../query.ts';
import { buildGraph } from './build-graph.ts';
import { derive, type Reason } from './derivation.ts';
import { findDisjoint } from './disjoint.ts';
import { findFrontier } from './frontier.ts';
import { Heap } from './heap.ts';
import { findLeastCosts } from './least-costs.ts';
import type { ProofGraph } from './proof-graph.ts';
import type { Question } from './question.ts';
import { Trial } from './trial.ts';
import { findTruth } from './truth.ts';

export interface Ineffective {
  tuple: Tuple;
  /** `expired at T`, `condition C is false`, `condition C depends on …` */
  why: string;
}

/** A set of changes after which the question is allowed. */
export interface Miss {
  /** Sorted by their text, as those removed. */
  add: Tuple[];
  remove: Tuple[];
  /** The derivation there would be then. */
  reasons: Reason[];
  /** Of those to be added, the ones that are stored and do not hold, as they are stored, and why; absent if there are none. */
  ineffective?: Ineffective[];
}

/** Beside the smallest misses, those with so many changes more are worth showing. */
const MORE_THAN_FEWEST = 1;

/** A set of changes that may be part of a miss. */
interface State {
  /** Places of the graph's tuples, sorted. */
  changes: readonly number[];
  /** No miss that holds these changes is smaller. */
  bound: number;
  /** How large one probably is. */
  estimate: number;
  /** How many of them are removals. */
  removals: number;
  /** The changes' texts; decides between equals. */
  text: string;
  /** The sets with one change more, once they are known. */
  next: State[] | undefined;
}

/**
 * A* over sets of changes, from none: each set is tried on the view; one that does not do is extended by each change of its
 * frontier. Since the bound is never too high, and every miss that holds a set holds one of its frontier, the misses come in
 * the order of their size, and none has a smaller one among the changes looked at (see {@link buildGraph}).
 * @throws PembaError LIMIT
 */
export function* findMisses(
  question: Question,
  text: QueryText,
  most: number,
  limits: Limits,
): Sliced<Miss[]> {
  const graph = yield* buildGraph(question, true);
  yield* findDisjoint(graph, question.budget);
  return yield* new MissSearch(question, graph, text, limits).find(most);
}

class MissSearch {
  private readonly question: Question;
  private readonly graph: ProofGraph;
  private readonly text: QueryText;
  private readonly trial: Trial;
  private readonly texts: string[] = [];
  private readonly heap = new Heap<State>(isBefore);
  private readonly known = new Set<string>();
  private readonly found: State[] = [];

  constructor(question: Question, graph: ProofGraph, text: QueryText, limits: Limits) {
    this.question = question;
    this.graph = graph;
    this.text = text;
    this.trial = new Trial(question.plan, question.view, limits, question.circumstances);
  }

  *find(most: number): Sliced<Miss[]> {
    const { heap, found } = this;
    const misses: Miss[] = [];
    yield* this.extend({ changes: [], bound: 0, estimate: 0, removals: 0, text: '', next: undefined });
    for (let state = heap.pop(); state !== undefined && found.length < most; state = heap.pop()) {
      if (this.question.budget.step()) yield;
      if (found.length > 0 && state.bound > found[0].changes.length + MORE_THAN_FEWEST) break;
      if (found.some((miss) => isWithin(miss.changes, state.changes))) continue;
      if (state.next !== undefined) {
        for (const next of state.next) heap.push(next);
      } else if (this.isAllowed(state)) {
        found.push(state);
        misses.push(yield* this.missOf(state));
      } else {
        yield* this.extend(state);
      }
    }
    return misses;
  }

  private isAllowed({ changes }: State): boolean {
    const isAllowed = this.trial.isAllowed(this.text, this.changesOf(changes));
    this.question.budget.spend(this.trial.work);
    return isAllowed;
  }

  private *missOf({ changes }: State): Sliced<Miss> {
    const ineffective = this.ineffectiveOf(changes);
    return {
      ...this.changesOf(changes),
      ...(ineffective.length === 0 ? {} : { ineffective }),
      reasons: yield* derive(this.question, this.graph, this.worldOf(changes)),
    };
  }

  private ineffectiveOf(changes: readonly number[]): Ineffective[] {
    const { names } = this.question;
    return changes.flatMap((place) => {
      const { edge, isStored } = this.graph.tuples[place];
      const why = isStored ? undefined : names.whyNot(edge);
      return why === undefined ? [] : [{ tuple: names.storedTuple(edge), why }];
    });
  }

  /** Finds what a set that does not do may be extended by, and puts it back to be taken up again in its place. */
  private *extend(state: State): Sliced<void> {
    const { graph, heap } = this;
    const { budget } = this.question;
    const world = this.worldOf(state.changes);
    const changed = new Set(state.changes);
    const isFixed = (tuple: number): boolean => changed.has(tuple);
    const truth = yield* findTruth(graph, world, budget);
    const own = (i: number): number => {
      if (truth.holds[i] === 1) return 0;
      const { kind, tuple, children } = graph.nodes[i];
      if (kind === 'tuple') return isFixed(tuple as number) ? Infinity : 1;
      if (kind !== 'not') return Infinity;
      const negated = graph.nodes[children[0]];
      return negated.kind === 'tuple' && isFixed(negated.tuple as number) ? Infinity : 1;
    };
    const atLeast = yield* findLeastCosts(graph, { own, set: 0, and: 'bound' }, budget);
    if (atLeast.cost[0] === Infinity) return;
    const { cost: estimates } = yield* findLeastCosts(graph, { own, set: 0, and: 'sum' }, budget);
    const frontier = yield* findFrontier(graph, { truth, estimates, isFixed, world }, budget);
    const size = state.changes.length;
    const bound = Math.max(state.bound, size + atLeast.cost[0]);
    const next: State[] = [];
    for (const { tuple, estimate } of frontier) {
      if (budget.step()) yield;
      const changes = [...state.changes, tuple].sort((a, b) => a - b);
      const key = changes.join();
      if (this.known.has(key)) continue;
      this.known.add(key);
      const removals = changes.filter((place) => graph.tuples[place].isStored).length;
      const text = this.textOf(changes);
      next.push({
        changes,
        bound: Math.max(bound, size + 1),
        estimate: size + estimate,
        removals,
        text,
        next: undefined,
      });
    }
    if (next.length > 0) heap.push({ ...state, bound, next });
  }

  private worldOf(changes: readonly number[]): (tuple: number) => boolean {
    const changed = new Set(changes);
    return (tuple) => this.graph.tuples[tuple].isStored !== changed.has(tuple);
  }

  private changesOf(changes: readonly number[]): { add: Tuple[]; remove: Tuple[] } {
    const sorted = [...changes].sort((a, b) => (this.tupleText(a) < this.tupleText(b) ? -1 : 1));
    const { tuples } = this.graph;
    const { names } = this.question;
    const tupleOf = (place: number): Tuple =>
      tuples[place].isStored ? names.storedTuple(tuples[place].edge) : names.tupleOf(tuples[place].edge);
    return {
      add: sorted.filter((place) => !tuples[place].isStored).map(tupleOf),
      remove: sorted.filter((place) => tuples[place].isStored).map(tupleOf),
    };
  }

  private textOf(changes: readonly number[]): string {
    return changes
      .map((place) => this.tupleText(place))
      .sort()
      .join('\n');
  }

  private tupleText(place: number): string {
    this.texts[place] ??= formatTuple(this.question.names.tupleOf(this.graph.tuples[place].edge));
    return this.texts[place];
  }
}

function isBefore(a: State, b: State): boolean {
  if (a.bound !== b.bound) return a.bound < b.bound;
  if (a.estimate !== b.estimate) return a.estimate < b.estimate;
  if (a.changes.length !== b.changes.length) return a.changes.length > b.changes.length;
  if (a.removals !== b.removals) return a.removals < b.removals;
  return a.text < b.text;
}

/** @param part sorted, as `whole` */
function isWithin(part: readonly number[], whole: readonly number[]): boolean {
  let at = 0;
  for (const each of whole) if (each === part[at]) at++;
  return at === part.length;
}
