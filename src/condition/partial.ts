/**
 * A condition some of whose parameters are missing, by Kleene's logic: where one side of `&&` or `||`, or a
 * branch of `?:`, is known and decides, the rest is not needed.
 */
import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { serialize } from '@marcbachmann/cel-js/serialize';
import type { Value } from './coerce.ts';
import { boundName, childrenOf, freeVariables } from './syntax.ts';

/** The value of a part: known, unknown for want of parameters, or failed. */
export type Outcome = boolean | ReadonlySet<string> | Error;

export interface Part {
  evaluate(context: ReadonlyMap<string, Value>): Outcome;
}

export function partOf(ast: ASTNode, environment: Environment, parameters: ReadonlySet<string>): Part {
  const of = (node: ASTNode): Part => partOf(node, environment, parameters);
  switch (ast.op) {
    case '&&':
      return both(of(ast.args[0]), of(ast.args[1]), false);
    case '||':
      return both(of(ast.args[0]), of(ast.args[1]), true);
    case '!_':
      return negated(of(ast.args));
    case '?:':
      return choice(of(ast.args[0]), of(ast.args[1]), of(ast.args[2]));
    default:
      return leaf(ast, environment, parameters);
  }
}

function leaf(ast: ASTNode, environment: Environment, parameters: ReadonlySet<string>): Part {
  const program = environment.parse(serialize(ast));
  const variables = [...freeVariables(ast)].filter((name) => parameters.has(name));
  // Where nothing is skipped a missing parameter is always met, and an exception costs far more than a look.
  const needsAll = !maySkip(ast);
  return {
    evaluate(context) {
      const missing = variables.filter((name) => !context.has(name));
      if (missing.length > 0 && needsAll) return new Set(missing);
      try {
        const value: unknown = program(context);
        if (typeof value === 'boolean') return value;
        return new Error('it is not of type bool');
      } catch (error) {
        return missing.length === 0 ? (error as Error) : new Set(missing);
      }
    },
  };
}

/** True if parts of the expression may go unevaluated. */
function maySkip(ast: ASTNode): boolean {
  if (ast.op === '&&' || ast.op === '||' || ast.op === '?:' || boundName(ast) !== undefined) return true;
  return childrenOf(ast).some(maySkip);
}

/** `||` if `deciding` is true, `&&` if it is false. */
function both(left: Part, right: Part, deciding: boolean): Part {
  return {
    evaluate(context) {
      const a = left.evaluate(context);
      if (a === deciding) return a;
      const b = right.evaluate(context);
      if (b === deciding) return b;
      if (typeof a === 'boolean' && typeof b === 'boolean') return !deciding;
      return undecided([a, b]);
    },
  };
}

function negated(part: Part): Part {
  return {
    evaluate(context) {
      const outcome = part.evaluate(context);
      return typeof outcome === 'boolean' ? !outcome : outcome;
    },
  };
}

function choice(condition: Part, yes: Part, no: Part): Part {
  return {
    evaluate(context) {
      const outcome = condition.evaluate(context);
      if (typeof outcome === 'boolean') return (outcome ? yes : no).evaluate(context);
      if (outcome instanceof Error) return outcome;
      const [a, b] = [yes.evaluate(context), no.evaluate(context)];
      return typeof a === 'boolean' && a === b ? a : undecided([outcome, a, b]);
    },
  };
}

/** Who lacks a parameter is told so first: with it, what fails may not matter. */
function undecided(outcomes: Outcome[]): Outcome {
  const missing = outcomes.filter((each) => each instanceof Set).flatMap((each) => [...each]);
  if (missing.length > 0) return new Set<string>(missing);
  return outcomes.find((each) => each instanceof Error) as Error;
}
