/** A schema's text and some tuples, ready to be asked. */
import { assert } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Plan } from '../../src/engine/plan.ts';
import type { QueryText } from '../../src/engine/query.ts';
import { Graph } from '../../src/graph/graph.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { formatDiagnostic } from '../../src/schema/diagnostic.ts';
import { View } from '../../src/view/view.ts';

export class World {
  readonly graph = new Graph();
  readonly plan: Plan;
  readonly engine: Engine;

  private constructor(plan: (graph: Graph) => Plan, limits: Partial<Limits>) {
    this.plan = plan(this.graph);
    this.engine = new Engine({ ...defaultLimits(), ...limits });
  }

  static async of(text: string, tuples: Iterable<string> = [], limits: Partial<Limits> = {}): Promise<World> {
    const { schema, diagnostics } = await compileSchema({ path: 'test.pemba', text });
    assert(schema !== undefined, diagnostics.map(formatDiagnostic).join('\n'));
    const world = new World((graph) => new Plan(schema, graph.types, graph.relations), limits);
    world.add(...tuples);
    return world;
  }

  /** The same schema and tuples under other limits. */
  within(limits: Partial<Limits>): (question: string) => string {
    const engine = new Engine({ ...defaultLimits(), ...limits });
    return (question) => outcome(() => engine.check(this.plan, this.view, questionOf(question)));
  }

  add(...tuples: string[]): void {
    for (const tuple of tuples) this.graph.add(parseTuple(tuple));
  }

  get view(): View {
    return new View(this.graph);
  }

  /** `object#relation@subject` to the answer, or the reason of the error. */
  check(question: string, view = this.view): string {
    return outcome(() => this.engine.check(this.plan, view, questionOf(question)));
  }

  batch(questions: string[]): string[] {
    const answers = this.engine.batchCheck(this.plan, this.view, questions.map(questionOf));
    return answers.map((answer) => (answer instanceof PembaError ? answer.reason : answer));
  }

  /** The error a question ends with. */
  error(question: QueryText): PembaError {
    try {
      this.engine.check(this.plan, this.view, question);
    } catch (error) {
      assert(error instanceof PembaError, String(error));
      return error;
    }
    return assert.fail('no error');
  }
}

export function questionOf(text: string): QueryText {
  const hash = text.indexOf('#');
  const at = text.indexOf('@', hash);
  return { object: text.slice(0, hash), relation: text.slice(hash + 1, at), subject: text.slice(at + 1) };
}

function outcome(check: () => string): string {
  try {
    return check();
  } catch (error) {
    if (error instanceof PembaError) return error.reason;
    throw error;
  }
}
