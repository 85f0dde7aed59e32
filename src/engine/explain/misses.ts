/** What would turn a denial into "allowed": the fewest changes of tuples. */

import { must } from '../../base/assert.ts';
import { PembaError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { Sliced } from '../../base/slices.ts';
import { formatTuple, type Tuple } from '../../model/tuple.ts';
import type { QueryText } from '../query.ts';
import { admitsSubject } from './admitted.ts';
import { Budget } from './budget.ts';
import { buildGraph } from './build-graph.ts';
import { derive, type Reason } from './derivation.ts';
import { findDisjoint } from './disjoint.ts';
import { findFrontier } from './frontier.ts';
import { Heap } from './heap.ts';
import { findLeastCosts } from './least-costs.ts';
import type { ProofGraph } from './proof-graph.ts';
import type { Question } from './question.ts';
import { powerOf, rankTuples } from './ranks.ts';
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
  /** The derivation there would be then; empty where the search ended before one was found. */
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
  /** How far-reaching the changes are together, as {@link rankTuples} has it: decides between equals. */
  rank: number;
  /** The changes' texts; decides between those that are equal in that, too. */
  text: string;
  /** It was tried, and does not do. */
  isTried: boolean;
  /** The sets with one change more, once they are known. */
  next: State[] | undefined;
}

/**
 * A* over sets of changes, from none: each set is tried on the view; one that does not do is extended by each change of its
 * frontier. Since the bound is never too high, and every miss that holds a set holds one of its frontier, the misses come in
 * the order of their size, and none has a smaller one among the changes looked at (see {@link buildGraph}).
 * Of equals, the ones that give the least come first.
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

/** As a part of the limit on steps: the search for single tuples, once the limit itself is reached. */
const OBVIOUS_PART = 0.25;

/** The subject's own tuples at the asked object, each by itself. */
function* findObvious(
  question: Question,
  text: QueryText,
  most: number,
  limits: Limits,
  misses: Miss[],
): Sliced<void> {
  const { plan, query, names } = question;
  const budget = new Budget({ explainSteps: Math.ceil(limits.explainSteps * OBVIOUS_PART) });
  const trial = new Trial(plan, question.view, limits, question.circumstances);
  const members = [...must(plan.types.get(query.member.typeName), query.member.typeName).members.values()];
  const able = members.filter((member) => admitsSubject(question, member));
  for (const { relation } of able.sort(
    (a, b) => powerOf(plan, query.member, a) - powerOf(plan, query.member, b),
  )) {
    const { object, subjectObject: subject, subjectRelation } = query;
    const edge = { object, relation, subject, subjectRelation };
    if (names.isStored(edge)) continue;
    const changes = { add: [names.tupleOf(edge)], remove: [] };
    yield;
    if (trial.isAllowed(text, changes)) misses.push({ ...changes, reasons: [] });
    if (misses.length === most || budget.isSpentBy(trial.work)) return;
  }
}

class MissSearch {
  private readonly question: Question;
  private readonly graph: ProofGraph;
  private readonly text: QueryText;
  private readonly trial: Trial;
  private readonly ranks: Float64Array;
  private readonly texts: string[] = [];
  private readonly heap = new Heap<State>(isBefore);
  private readonly known = new Set<string>();
  private readonly found: State[] = [];

  constructor(question: Question, graph: ProofGraph, ranks: Float64Array, text: QueryText, limits: Limits) {
    this.ranks = ranks;
    this.question = question;
    this.graph = graph;
    this.text = text;
    this.trial = new Trial(question.plan, question.view, limits, question.circumstances);
  }

  /** @param misses takes each as soon as it is found */
  *find(most: number, misses: Miss[]): Sliced<void> {
    const { heap, found } = this;
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
      if (found.length > 0 && state.bound > found[0].changes.length + MORE_THAN_FEWEST) break;
      if (found.some((miss) => isWithin(miss.changes, state.changes))) continue;
      if (state.isTried && state.next === undefined) {
        yield* this.extend(state);
      } else if (state.next !== undefined) {
        for (const next of state.next) {
          if (this.question.budget.step()) yield;
          heap.push(next);
        }
      } else if (this.isAllowed(state)) {
        found.push(state);
        misses.push(yield* this.missOf(state));
      } else {
        // All of one size are tried before it is found out, which costs more, how the first of them may be extended.
        heap.push({ ...state, bound: Math.max(state.bound, state.changes.length + 1), isTried: true });
      }
    }
  }

  private isAllowed({ changes }: State): boolean {
    const isAllowed = this.trial.isAllowed(this.text, this.changesOf(changes));
    this.question.budget.spend(this.trial.work);
    return isAllowed;
  }

  /** The check has allowed it with these changes; where the graph does not see why, there are no reasons. */
  private *missOf({ changes }: State): Sliced<Miss> {
    const ineffective = this.ineffectiveOf(changes);
    const world = this.worldOf(changes);
    const { holds } = yield* findTruth(this.graph, world, this.question.budget);
    return {
      ...this.changesOf(changes),
      ...(ineffective.length === 0 ? {} : { ineffective }),
      reasons: holds[0] === 1 ? yield* derive(this.question, this.graph, world) : [],
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
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.text < b.text;
}

/** @param part sorted, as `whole` */
function isWithin(part: readonly number[], whole: readonly number[]): boolean {
  let at = 0;
  for (const each of whole) if (each === part[at]) at++;
  return at === part.length;
}
