/** What would turn a denial into "allowed": the fewest changes of tuples. */

import { PembaError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { Sliced } from '../../base/slices.ts';
import { formatTuple, type Tuple } from '../../model/tuple.ts';
import type { QueryText } from '../query.ts';
import { buildGraph } from './build-graph.ts';
import { derive } from './derivation.ts';
import { findDisjoint } from './disjoint.ts';
import { findFrontier } from './frontier.ts';
import { Heap } from './heap.ts';
import { findLeastCosts } from './least-costs.ts';
import { type Miss, replacedBy } from './miss.ts';
import type { Edge } from './names.ts';
import { findObvious } from './obvious-misses.ts';
import type { ProofGraph } from './proof-graph.ts';
import type { Question } from './question.ts';
import { rankTuples } from './ranks.ts';
import { rivalsOf } from './rivals.ts';
import { isBefore, isWithin, type State, sizeOf } from './search-state.ts';
import { Trial } from './trial.ts';
import { findTruth } from './truth.ts';

/** Beside the smallest misses, those with so many changes more are worth showing. */
const MORE_THAN_FEWEST = 1;

/**
 * A* over sets of changes, from none: each set is tried on the view; one that does not do is extended by each change of its
 * frontier. Since the bound is never too high, and every miss that holds a set holds one of its frontier, the misses come in
 * the order of their size, and none has a smaller one among the changes looked at (see {@link buildGraph}).
 * Of equals, those that take nothing away come first, and then the ones that give the least.
 *
 * If the budget is spent before that, those found so far are the answer, or else what single tuples of the subject at the
 * object will do.
 */
export function* findMisses(
  question: Question,
  text: QueryText,
  most: number,
  limits: Limits,
): Sliced<FoundMisses> {
  const misses: Miss[] = [];
  try {
    const graph = yield* buildGraph(question, true);
    yield* findDisjoint(graph, question.budget);
    const ranks = yield* rankTuples(question, graph);
    yield* new MissSearch(question, graph, ranks, text, limits).find(most, misses);
    return { misses, arePartial: false };
  } catch (error) {
    if (!(error instanceof PembaError) || !question.budget.isSpent) throw error;
  }
  if (misses.length === 0) yield* findObvious(question, text, most, limits, misses);
  return { misses, arePartial: true };
}

export interface FoundMisses {
  misses: Miss[];
  /** The budget was spent before the search was over. */
  arePartial: boolean;
}

class MissSearch {
  private readonly question: Question;
  private readonly graph: ProofGraph;
  private readonly text: QueryText;
  private readonly trial: Trial;
  private readonly ranks: Float64Array;
  private readonly texts: string[] = [];
  private readonly takings: boolean[] = [];
  private readonly heap = new Heap<State>(isBefore);
  private readonly known = new Set<string>();
  private readonly found: State[] = [];
  /** Those that do: the ones found, and those that are found once all that are smaller are. */
  private readonly sufficient: State[] = [];

  constructor(question: Question, graph: ProofGraph, ranks: Float64Array, text: QueryText, limits: Limits) {
    this.ranks = ranks;
    this.question = question;
    this.graph = graph;
    this.text = text;
    this.trial = new Trial(question.plan, question.view, limits, question.circumstances);
  }

  /** @param misses takes each as soon as it is found */
  *find(most: number, misses: Miss[]): Sliced<void> {
    const { heap, found, sufficient } = this;
    yield* this.extend({
      changes: [],
      bound: 0,
      estimate: 0,
      removals: 0,
      rank: 0,
      text: '',
      isTried: true,
      next: undefined,
    });
    for (let state = heap.pop(); state !== undefined && found.length < most; state = heap.pop()) {
      if (this.question.budget.step()) yield;
      if (found.length > 0 && state.bound > sizeOf(found[0]) + MORE_THAN_FEWEST) break;
      if (state.rivals !== undefined) {
        found.push(state);
        misses.push(yield* this.missOf(state, state.rivals));
        continue;
      }
      if (sufficient.some((miss) => isWithin(miss.changes, state.changes))) continue;
      if (state.isTried && state.next === undefined) {
        yield* this.extend(state);
      } else if (state.next !== undefined) {
        for (const next of state.next) {
          if (this.question.budget.step()) yield;
          heap.push(next);
        }
      } else if (this.isAllowed(state)) {
        this.settle(state);
      } else {
        // All of one size are tried before it is found out, which costs more, how the first of them may be extended.
        heap.push({ ...state, bound: Math.max(state.bound, state.changes.length + 1), isTried: true });
      }
    }
  }

  /** Puts one that does back, as large as it is with its rivals; drops it if it would not do without them. */
  private settle(state: State): void {
    const { changes, removals } = state;
    const rivals = rivalsOf(this.question, this.addedOf(changes))?.filter(
      (edge) => !changes.includes(this.graph.placeOf(edge) ?? -1),
    );
    if (rivals === undefined || (rivals.length > 0 && !this.isAllowed(state, rivals))) return;
    const size = changes.length + rivals.length;
    const bound = Math.max(size, state.bound);
    const estimate = Math.max(size, state.estimate);
    this.sufficient.push(state);
    this.heap.push({ ...state, bound, estimate, removals: removals + rivals.length, rivals });
  }

  private isAllowed({ changes }: State, rivals: readonly Edge[] = []): boolean {
    const isAllowed = this.trial.isAllowed(this.text, this.changesOf(changes, rivals));
    this.question.budget.spend(this.trial.work);
    return isAllowed;
  }

  /** The check has allowed it with these changes; where the graph does not see why, there are no reasons. */
  private *missOf({ changes }: State, rivals: readonly Edge[]): Sliced<Miss> {
    const places = rivals.flatMap((edge) => this.graph.placeOf(edge) ?? []);
    const world = this.worldOf([...changes, ...places.filter((place) => this.graph.tuples[place].isStored)]);
    const { holds } = yield* findTruth(this.graph, world, this.question.budget);
    return {
      ...this.changesOf(changes, rivals),
      ...replacedBy(this.question, this.addedOf(changes)),
      reasons: holds[0] === 1 ? yield* derive(this.question, this.graph, world) : [],
    };
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
      const removals = changes.filter((place) => this.takesAway(place)).length;
      const rank = state.rank + this.ranks[tuple];
      const text = this.textOf(changes);
      next.push({
        changes,
        bound: Math.max(bound, size + 1),
        estimate: size + estimate,
        removals,
        rank,
        text,
        isTried: false,
        next: undefined,
      });
    }
    if (next.length > 0) heap.push({ ...state, bound, next });
  }

  private takesAway(place: number): boolean {
    const { edge, isStored } = this.graph.tuples[place];
    this.takings[place] ??= isStored || this.question.proposals.lossOf(edge) !== undefined;
    return this.takings[place];
  }

  private worldOf(changes: readonly number[]): (tuple: number) => boolean {
    const changed = new Set(changes);
    return (tuple) => this.graph.tuples[tuple].isStored !== changed.has(tuple);
  }

  /** @param rivals stored, and to be removed, too */
  private changesOf(changes: readonly number[], rivals: readonly Edge[]): { add: Tuple[]; remove: Tuple[] } {
    const { names, proposals } = this.question;
    const removed = changes.map((place) => this.graph.tuples[place]).filter(({ isStored }) => isStored);
    return {
      add: inOrder(this.addedOf(changes).map((edge) => proposals.tupleOf(edge))),
      remove: inOrder([...removed.map(({ edge }) => edge), ...rivals].map((edge) => names.storedTuple(edge))),
    };
  }

  private addedOf(changes: readonly number[]): Edge[] {
    return changes.flatMap((place) => {
      const { edge, isStored } = this.graph.tuples[place];
      return isStored ? [] : [edge];
    });
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

function inOrder(tuples: readonly Tuple[]): Tuple[] {
  const byText = tuples.map((tuple) => ({ tuple, text: formatTuple(tuple) }));
  return byText.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ tuple }) => tuple);
}
