/** A schema with tuples in memory: what a service has, without one. */
import { PembaError } from '../base/errors.ts';
import { defaultLimits } from '../base/limits.ts';
import { runWhole } from '../base/slices.ts';
import { type Answer, Engine } from '../engine/engine.ts';
import { type Explanation, explain } from '../engine/explain/explain.ts';
import type { Found } from '../engine/lookup/found.ts';
import { lookupResources } from '../engine/lookup/lookup-resources.ts';
import { lookupSubjects } from '../engine/lookup/lookup-subjects.ts';
import { Plan } from '../engine/plan.ts';
import { Graph } from '../graph/graph.ts';
import { judgeWrite } from '../judge/judge.ts';
import type { ObjectRef } from '../model/reference.ts';
import { formatTuple, type Tuple } from '../model/tuple.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { OverlayView, View } from '../view/view.ts';
import type { Context, Listing, Question, ResourcesOf, SubjectsOf } from './test-file.ts';

/** One write as a person or the trusted path asks for it. */
export interface Proposal {
  actor?: ObjectRef;
  add: readonly Tuple[];
  remove: readonly Tuple[];
  context: Context;
  /** Milliseconds since 1970. */
  now: number;
}

export class World {
  readonly #graph = new Graph();
  readonly #plan: Plan;
  readonly #limits = defaultLimits();
  readonly #engine = new Engine(this.#limits);

  constructor(schema: CompiledSchema) {
    this.#plan = new Plan(schema, this.#graph.types, this.#graph.relations);
  }

  /** @throws PembaError if it is refused; nothing is changed then */
  write({ actor, add, remove, context, now }: Proposal): void {
    const updates = [
      ...add.map((tuple) => ({ operation: 'touch' as const, tuple })),
      ...remove.map((tuple) => ({ operation: 'delete' as const, tuple })),
    ];
    assertNoTupleTwice(updates.map(({ tuple }) => tuple));
    const write = { updates, preconditions: [], context, ...(actor === undefined ? {} : { actor }) };
    const changes = judgeWrite(this.#plan, new OverlayView(this.#graph), write, now, this.#limits);
    for (const { op, tuple } of changes) {
      if (op === 'add') this.#graph.add(tuple);
      else this.#graph.remove(tuple);
    }
  }

  /** @returns with `conditional`, the parameters that nobody gave */
  check(question: Question, now: number): { answer: Answer; missing: readonly string[] } {
    const { context } = question;
    const answer = this.#engine.check(this.#plan, this.#view, question, { now, context });
    return { answer, missing: this.#engine.missing };
  }

  explain(question: Question, now: number): Explanation {
    const { context } = question;
    const options = { maxMisses: 1 };
    return runWhole(explain(this.#plan, this.#view, question, options, this.#limits, { now, context }));
  }

  resources({ of, context }: Listing<ResourcesOf>, now: number): Found[] {
    return runWhole(lookupResources(this.#plan, this.#view, of, this.#limits, { now, context }));
  }

  subjects({ of, context }: Listing<SubjectsOf>, now: number): Found[] {
    return runWhole(lookupSubjects(this.#plan, this.#view, of, this.#limits, { now, context }));
  }

  get #view(): View {
    return new View(this.#graph);
  }
}

/** As the service does. @throws PembaError DUPLICATE_UPDATE */
function assertNoTupleTwice(tuples: readonly Tuple[]): void {
  const seen = new Set<string>();
  for (const text of tuples.map(formatTuple)) {
    if (seen.has(text))
      throw new PembaError(
        'DUPLICATE_UPDATE',
        `\`${text}\` is in the write twice; a write may name a tuple once`,
      );
    seen.add(text);
  }
}
