/**
 * The questions of a batch, resolved some at a time: each step of a look-up is taken for all of them before the next, so
 * that they wait for memory together. What their walks look at first is fetched the same way, see `prefetch.ts`.
 */
import { asPembaError, type PembaError } from '../base/errors.ts';
import type { View } from '../view/view.ts';
import type { Plan } from './plan.ts';
import { Prefetch, QUESTIONS_AT_ONCE } from './prefetch.ts';
import { type Query, type QueryText, Question } from './query.ts';

/** Questions of a batch whose error says what was probably meant: finding it takes a look at all names. */
const HINTS_PER_BATCH = 10;

export class Questions {
  private readonly pool = Array.from({ length: QUESTIONS_AT_ONCE }, () => new Question());
  /** Those whose names are to be found, up to {@link begunCount}. */
  private readonly begun: Question[] = [];
  private begunCount = 0;
  private readonly prefetch = new Prefetch();
  private hints = HINTS_PER_BATCH;
  /** Of what is read only for the caches; kept, so that no compiler leaves the reading out. */
  touched = 0;

  /** Before each batch. */
  start(): void {
    this.hints = HINTS_PER_BATCH;
  }

  /**
   * Resolves the questions of a batch from number `first` on, {@link QUESTIONS_AT_ONCE} or as many as there are.
   * @returns for each what it is, or what is wrong with it
   * @throws PembaError INTERNAL
   */
  resolve(plan: Plan, view: View, texts: readonly QueryText[], first: number): (Query | PembaError)[] {
    const failures = this.begin(plan, texts, first);
    this.locate(view);
    const queries: Query[] = [];
    const resolved = failures.map((failure, i) => {
      if (failure !== undefined) return failure;
      try {
        const query = this.pool[i].end(view);
        queries.push(query);
        return query;
      } catch (error) {
        return failureOf(error);
      }
    });
    this.prefetch.fetch(view, queries);
    return resolved;
  }

  /** @returns by question what is wrong with it, so that it was not begun */
  private begin(plan: Plan, texts: readonly QueryText[], first: number): (PembaError | undefined)[] {
    const count = Math.min(texts.length - first, QUESTIONS_AT_ONCE);
    const failures: (PembaError | undefined)[] = [];
    this.begunCount = 0;
    for (let i = 0; i < count; i++) {
      try {
        this.pool[i].begin(plan, texts[first + i], first + i, this.hints > 0);
        this.begun[this.begunCount++] = this.pool[i];
        failures.push(undefined);
      } catch (error) {
        const failure = failureOf(error);
        if (failure.reason === 'UNKNOWN_TYPE' || failure.reason === 'UNKNOWN_RELATION') this.hints--;
        failures.push(failure);
      }
    }
    return failures;
  }

  private locate(view: View): void {
    const { begun, begunCount } = this;
    const { objects } = view.graph;
    let touched = 0;
    for (let i = 0; i < begunCount; i++) {
      touched ^= objects.touchPlaceOf(begun[i].object.hash) ^ objects.touchPlaceOf(begun[i].subject.hash);
    }
    for (let i = 0; i < begunCount; i++) {
      const { object, subject } = begun[i];
      object.locate(objects);
      subject.locate(objects);
      touched ^= objects.touchPlace(object.place) ^ objects.touchPlace(subject.place);
    }
    this.touched = touched;
  }
}

/** What is wrong with one question. @throws PembaError INTERNAL: a defect is no answer to a question, but fails the call */
export function failureOf(error: unknown): PembaError {
  const failure = asPembaError(error);
  if (failure.code === 'INTERNAL') throw error;
  return failure;
}
