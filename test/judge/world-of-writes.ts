/** A schema and tuples on which writes are judged one after the other, without a database. */
import { assert } from 'vitest';
import { asPembaError, type PembaError } from '../../src/base/errors.ts';
import type { Json } from '../../src/base/json.ts';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { Plan } from '../../src/engine/plan.ts';
import { Graph } from '../../src/graph/graph.ts';
import { judgeWrite } from '../../src/judge/judge.ts';
import { refusalOf } from '../../src/judge/refusal.ts';
import { parseObject } from '../../src/model/reference.ts';
import { type Change, formatTupleWhole, parseTupleWhole } from '../../src/model/tuple.ts';
import type { Operation, Update } from '../../src/model/write.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { formatDiagnostic } from '../../src/schema/diagnostic.ts';
import { OverlayView } from '../../src/view/view.ts';

/** The clock of all worlds, unless a write says otherwise. */
const NOON = Date.parse('2029-06-01T12:00:00Z');

export interface Asked {
  as?: string;
  /** Touched. */
  add?: readonly string[];
  /** Deleted. */
  remove?: readonly string[];
  create?: readonly string[];
  context?: Record<string, Json>;
  now?: number;
}

export class WorldOfWrites {
  readonly graph = new Graph();
  readonly plan: Plan;
  readonly view: OverlayView;
  readonly limits: Limits;

  private constructor(plan: (graph: Graph) => Plan, limits: Partial<Limits>) {
    this.plan = plan(this.graph);
    this.view = new OverlayView(this.graph);
    this.limits = { ...defaultLimits(), ...limits };
  }

  /** @param stored tuples that are there, whatever the schema says of them */
  static async of(
    text: string,
    stored: Iterable<string> = [],
    limits: Partial<Limits> = {},
  ): Promise<WorldOfWrites> {
    const { schema, diagnostics } = await compileSchema({ path: 'test.pemba', text });
    assert(schema !== undefined, diagnostics.map(formatDiagnostic).join('\n'));
    const world = new WorldOfWrites((graph) => new Plan(schema, graph.types, graph.relations), limits);
    for (const tuple of stored) world.graph.add(parseTupleWhole(tuple));
    return world;
  }

  /** `accepted`, the language's words for the refusal, or the reason of another error. */
  write(asked: Asked): string {
    const error = this.refusal(asked);
    return error === undefined ? 'accepted' : (refusalOf(error) ?? error.reason);
  }

  /** The error of a write that has to be refused. */
  error(asked: Asked): PembaError {
    const error = this.refusal(asked);
    assert(error !== undefined, 'the write was accepted');
    return error;
  }

  changes(asked: Asked): string[] {
    return this.judge(asked).map(({ op, tuple }) => `${op} ${formatTupleWhole(tuple)}`);
  }

  has(tuple: string): boolean {
    return this.view.has(parseTupleWhole(tuple));
  }

  private refusal(asked: Asked): PembaError | undefined {
    try {
      this.judge(asked);
      return undefined;
    } catch (error) {
      const known = asPembaError(error);
      if (known.reason === 'INTERNAL') throw error;
      return known;
    }
  }

  private judge({ as, add = [], remove = [], create = [], context, now = NOON }: Asked): Change[] {
    const updates = (operation: Operation, texts: readonly string[]): Update[] =>
      texts.map((text) => ({ operation, tuple: parseTupleWhole(text) }));
    const write = {
      updates: [...updates('create', create), ...updates('touch', add), ...updates('delete', remove)],
      preconditions: [],
      actor: as === undefined ? undefined : parseObject(as, 'actor'),
      context,
    };
    return judgeWrite(this.plan, this.view, write, now, this.limits);
  }
}
