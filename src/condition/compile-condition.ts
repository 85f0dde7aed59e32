/** A condition made ready to be asked. */
import type { ParseResult } from '@marcbachmann/cel-js';
import { PembaError } from '../base/errors.ts';
import { didYouMean } from '../base/nearest.ts';
import { coerceValue, type Value } from './coerce.ts';
import type { ConditionDefinition, ParameterType } from './definition.ts';
import { environmentOf } from './environment.ts';
import { type Outcome, type Part, partOf } from './partial.ts';

/** The parameters that are missing, in the order of their declaration; at least one. */
export interface Missing {
  missing: string[];
}

export class Condition {
  readonly name: string;
  /** The types of the parameters by their names, in the order of their declaration. */
  readonly parameters: ReadonlyMap<string, ParameterType>;
  readonly #definition: ConditionDefinition;
  #program: ParseResult | undefined;
  #partial: Part | undefined;

  /** @param definition one that was compiled without error */
  constructor(definition: ConditionDefinition) {
    this.name = definition.name;
    this.parameters = new Map(definition.parameters.map(({ name, type }) => [name, type]));
    this.#definition = definition;
  }

  /**
   * The same context always gives the same answer.
   * @param context values by parameter, from {@link coerce}; others in it are not looked at
   * @returns what is missing only where the answer depends on it
   * @throws PembaError CONDITION_FAILED for what has no value in CEL, such as an overflow or an index that is not there
   */
  evaluate(context: ReadonlyMap<string, Value>): boolean | Missing {
    const outcome = this.#isComplete(context) ? this.#evaluateWhole(context) : this.#evaluatePart(context);
    if (typeof outcome === 'boolean') return outcome;
    if (outcome instanceof Error) throw this.#failed(outcome);
    return { missing: [...this.parameters.keys()].filter((name) => outcome.has(name)) };
  }

  /**
   * @param json what `JSON.parse` yields
   * @param field what to call it in errors, such as `context.ip`
   * @throws PembaError MALFORMED_CONTEXT
   */
  coerce(parameter: string, json: unknown, field: string): Value {
    const type = this.parameters.get(parameter);
    if (type !== undefined) return coerceValue(type, json, field);
    const hint = didYouMean(parameter, this.parameters.keys());
    throw new PembaError(
      'MALFORMED_CONTEXT',
      `${field}: condition \`${this.name}\` has no parameter \`${parameter}\`${hint}`,
      { field },
    );
  }

  #isComplete(context: ReadonlyMap<string, Value>): boolean {
    for (const name of this.parameters.keys()) {
      if (!context.has(name)) return false;
    }
    return true;
  }

  #evaluateWhole(context: ReadonlyMap<string, Value>): boolean | Error {
    this.#program ??= programOf(this.#definition);
    try {
      const value: unknown = this.#program(context);
      return typeof value === 'boolean' ? value : new Error('it is not of type bool');
    } catch (error) {
      return error as Error;
    }
  }

  #evaluatePart(context: ReadonlyMap<string, Value>): Outcome {
    if (this.#partial === undefined) {
      const environment = environmentOf(this.#definition);
      const { ast } = environment.parse(this.#definition.expression);
      this.#partial = partOf(ast, environment, new Set(this.parameters.keys()));
    }
    return this.#partial.evaluate(context);
  }

  #failed(cause: Error): PembaError {
    const what = (cause as { summary?: string }).summary ?? cause.message;
    return new PembaError(
      'CONDITION_FAILED',
      `condition \`${this.name}\` cannot be evaluated: ${what}; send other values, or change the condition`,
      { cause },
    );
  }
}

function programOf(definition: ConditionDefinition): ParseResult {
  const program = environmentOf(definition).parse(definition.expression);
  // Once checked, evaluation takes the operators of the declared types and looks for none.
  program.check();
  return program;
}

/** @param definition one of a compiled schema */
export function compileCondition(definition: ConditionDefinition): Condition {
  return new Condition(definition);
}
