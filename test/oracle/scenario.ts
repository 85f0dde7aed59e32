/** A random schema with a random history of writes, and the engine and the oracle side by side. */
import { assert } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Plan } from '../../src/engine/plan.ts';
import type { QueryText } from '../../src/engine/query.ts';
import { Graph } from '../../src/graph/graph.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { CompiledSchema } from '../../src/schema/compiled-schema.ts';
import { OverlayView, View } from '../../src/view/view.ts';
import { Choices } from './choices.ts';
import { Oracle, type OracleAnswer } from './oracle.ts';
import { namesOf, type OracleSchema } from './oracle-schema.ts';
import { randomSchema } from './random-schema.ts';
import { ID_COUNT, type RandomChange, randomWorld, randomWrites, type World } from './random-tuples.ts';
import { schemaText } from './schema-text.ts';

/** Never in a tuple. */
const UNMENTIONED_ID = 'nowhere';

export class Scenario {
  readonly schema: OracleSchema;
  readonly world: World;
  readonly writes: RandomChange[][];
  readonly choices: Choices;
  readonly graph = new Graph();
  readonly engine = new Engine(generousLimits());
  readonly plan: Plan;

  constructor(schema: OracleSchema, compiled: CompiledSchema, choices: Choices, writes: number, ids: number) {
    this.schema = schema;
    this.choices = choices;
    this.world = randomWorld(schema, choices, ids);
    this.writes = randomWrites(this.world, choices, writes);
    this.plan = new Plan(compiled, this.graph.types, this.graph.relations);
  }

  apply(write: RandomChange[]): void {
    for (const { op, tuple } of write) {
      assert(this.graph[op](parseTuple(tuple)), `${op} of ${tuple} changed nothing`);
    }
  }

  /** A view with some tuples of a caller's own on top, and what is true there. */
  withContextualTuples(): { view: OverlayView; tuples: Set<string> } {
    const view = new OverlayView(this.graph);
    const tuples = this.tuplesAfter(this.writes.length);
    for (const tuple of this.choices.some(this.world.tuples, 6)) {
      view.add(parseTuple(tuple));
      tuples.add(tuple);
    }
    return { view, tuples };
  }

  get view(): View {
    return new View(this.graph);
  }

  /** What was true after the first `count` writes, read now by undoing those since. */
  viewAfter(count: number): OverlayView {
    const view = new OverlayView(this.graph);
    for (const { op, tuple } of this.writes.slice(count).flat().reverse()) {
      assert(
        op === 'add' ? view.remove(parseTuple(tuple)) : view.add(parseTuple(tuple)),
        `undoing ${op} of ${tuple}`,
      );
    }
    return view;
  }

  /** The tuples after the first `count` writes. */
  tuplesAfter(count: number): Set<string> {
    const tuples = new Set<string>();
    for (const { op, tuple } of this.writes.slice(0, count).flat()) {
      if (op === 'add') tuples.add(tuple);
      else tuples.delete(tuple);
    }
    return tuples;
  }

  get askedObjects(): string[] {
    return [...this.world.objects, ...this.schema.types.map(({ name }) => `${name}:${UNMENTIONED_ID}`)];
  }

  /** Every object as a subject, every wildcard, and some of the sets. */
  askedSubjects(sets: number): string[] {
    const all = this.askedObjects.flatMap((object) =>
      this.membersOf(object).map((member) => `${object}#${member}`),
    );
    const wildcards = this.schema.types.map(({ name }) => `${name}:*`);
    return [...this.askedObjects, ...wildcards, ...this.choices.some(all, sets)];
  }

  questions(subjects: string[]): QueryText[] {
    return subjects.flatMap((subject) =>
      this.askedObjects.flatMap((object) =>
        this.membersOf(object).map((relation) => ({ object, relation, subject })),
      ),
    );
  }

  oracle(tuples: Iterable<string>, subjects: string[]): Oracle {
    return new Oracle(this.schema, tuples, this.askedObjects, subjects);
  }

  engineAnswer(view: View, question: QueryText): OracleAnswer {
    try {
      return answerOf(this.engine.check(this.plan, view, question));
    } catch (error) {
      return answerOf(error);
    }
  }

  /** Fails with everything needed to see why. */
  assertAgrees(what: string, view: View, tuples: Set<string>, subjects: string[]): void {
    const oracle = this.oracle(tuples, subjects);
    for (const question of this.questions(subjects)) {
      const actual = this.engineAnswer(view, question);
      const expected = oracle.check(question.object, question.relation, question.subject);
      answers[expected]++;
      if (actual !== expected) this.fail(what, tuples, question, actual, expected);
    }
  }

  fail(
    what: string,
    tuples: Set<string>,
    { object, relation, subject }: QueryText,
    actual: string,
    expected: string,
  ): never {
    const stored = [...tuples].sort().join('\n');
    const question = `${object}#${relation}@${subject}`;
    assert.fail(
      `${what}: ${question} is ${actual}, should be ${expected}\n\n${schemaText(this.schema)}\n${stored}`,
    );
  }

  membersOf(object: string): string[] {
    const type = this.schema.types.find(({ name }) => object.startsWith(`${name}:`));
    return type?.declarations.flatMap(namesOf) ?? [];
  }
}

/** How often the oracle gave which answer: a fuzz test that meets only "denied" tests nothing. */
export const answers: Record<OracleAnswer, number> = { allowed: 0, denied: 0, 'negation cycle': 0 };

/** The engine's answer or error in the oracle's words; any other error is thrown on. */
export function answerOf(answer: unknown): OracleAnswer {
  if (answer === 'allowed' || answer === 'denied') return answer;
  if (answer instanceof PembaError && answer.reason === 'NEGATION_CYCLE') return 'negation cycle';
  throw answer;
}

export function generousLimits(): Limits {
  return { ...defaultLimits(), walkDepth: 1_000, walkVisits: 100_000_000 };
}

/** Counts the schemas made, and those the compiler refused. */
export const compiled = { made: 0, refused: 0 };

export interface ScenarioSize {
  writes: number;
  /** Ids of each type at most. */
  ids?: number;
}

/** Undefined if the compiler refuses the schema. */
export async function makeScenario(
  schemaTape: number[],
  data: Choices,
  { writes, ids = ID_COUNT }: ScenarioSize,
): Promise<Scenario | undefined> {
  const schema = randomSchema(Choices.of(schemaTape));
  const result = await compileSchema({ path: 'random.pemba', text: schemaText(schema) });
  compiled.made++;
  if (result.schema !== undefined) return new Scenario(schema, result.schema, data, writes, ids);
  compiled.refused++;
  if (process.env.PEMBA_FUZZ_SHOW_REFUSED !== undefined) {
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error');
    process.stderr.write(`${errors.map(({ message }) => message).join('\n')}\n${schemaText(schema)}\n`);
  }
  return undefined;
}
