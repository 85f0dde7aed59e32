/** What is wrong with a condition, before it is ever evaluated. */
import type { ASTNode } from '@marcbachmann/cel-js';
import { nearest } from '../base/nearest.ts';
import { type ConditionDefinition, formatParameterType } from './definition.ts';
import { EXPRESSION_LIMITS, environmentOf } from './environment.ts';
import { parseNetwork } from './ip-address.ts';
import { boundName, childrenOf, freeVariables } from './syntax.ts';

/** A mistake in a condition's expression; offsets count UTF-16 units from its start. */
export interface ConditionProblem {
  start: number;
  /** Exclusive. */
  end: number;
  message: string;
  suggestion?: string;
}

export interface ConditionCheck {
  problems: ConditionProblem[];
  /** Names of parameters that the expression does not look at; empty after a problem. */
  unused: string[];
}

/** The longest expression in characters. */
const MAX_LENGTH = 4_096;
/** How deep macros over lists and maps may stand in one another; the work grows with that power of the lists' size. */
const MAX_NESTED_MACROS = 2;
/** How many macros an expression may have in all. */
const MAX_MACROS = 10;

/** What may stand in CEL elsewhere, and why not here. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['matches', 'a regular expression can take any time; use `startsWith`, `endsWith` or `contains`'],
  ['bind', 'give the condition a parameter instead'],
  ['json', 'give the condition a parameter of type `any` instead'],
]);

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** True if a parameter can be called so: what CEL reads as one name and does not mean already. */
export function isParameterName(name: string): boolean {
  if (!NAME.test(name) || ['in', 'true', 'false', 'null'].includes(name)) return false;
  try {
    environmentOf({ parameters: [{ name, type: { name: 'any' } }] });
    return true;
  } catch {
    return false;
  }
}

/** @param definition one whose parameters have names that pass {@link isParameterName}, each once */
export function checkCondition(definition: ConditionDefinition): ConditionCheck {
  const { expression } = definition;
  const problems: ConditionProblem[] = [];
  if (expression.length > MAX_LENGTH) {
    const message = `the condition has ${expression.length} characters, and at most ${MAX_LENGTH} are allowed; write a simpler one`;
    return { problems: [{ start: 0, end: expression.length, message }], unused: [] };
  }
  if (expression.replaceAll(/\/\/.*/g, '').trim() === '') {
    const message = 'the condition is empty; write a CEL expression of type bool, such as `x == 1`';
    return { problems: [{ start: 0, end: expression.length, message }], unused: [] };
  }
  const environment = environmentOf(definition);
  let ast: ASTNode;
  try {
    const program = environment.parse(expression);
    ast = program.ast;
    refuseIn(ast, 0, { macros: 0 }, problems);
    if (problems.length === 0) {
      const { valid, type, error } = program.check();
      if (!valid) problems.push(typeProblem(definition, error));
      else if (type !== 'bool' && type !== 'dyn') problems.push(notBoolean(ast, type));
    }
  } catch (error) {
    return { problems: [syntaxProblem(expression, error)], unused: [] };
  }
  if (problems.length > 0) return { problems, unused: [] };
  const used = freeVariables(ast);
  const unused = definition.parameters.map(({ name }) => name).filter((name) => !used.has(name));
  return { problems, unused };
}

function refuseIn(
  node: ASTNode,
  nested: number,
  count: { macros: number },
  problems: ConditionProblem[],
): void {
  const isMacro = boundName(node) !== undefined;
  const depth = isMacro ? nested + 1 : nested;
  if (isMacro) count.macros++;
  const where = { start: node.start, end: node.end };
  if (depth > MAX_NESTED_MACROS) {
    const message = `macros are nested more than ${MAX_NESTED_MACROS} deep; write a simpler condition`;
    problems.push({ ...where, message });
    return;
  }
  if (isMacro && count.macros === MAX_MACROS + 1) {
    problems.push({
      ...where,
      message: `there are more than ${MAX_MACROS} macros; write a simpler condition`,
    });
  }
  if (node.op === 'rcall' || node.op === 'call') {
    const [name] = node.args;
    const why = REFUSED.get(name);
    if (why !== undefined) problems.push({ ...where, message: `\`${name}\` is not available; ${why}` });
  }
  if (node.op === 'rcall' && node.args[0] === 'in_cidr') checkNetwork(node.args[2][0], problems);
  for (const child of childrenOf(node)) refuseIn(child, depth, count, problems);
}

function checkNetwork(argument: ASTNode | undefined, problems: ConditionProblem[]): void {
  if (argument?.op !== 'value' || typeof argument.args !== 'string') return;
  if (parseNetwork(argument.args) !== undefined) return;
  const message = `\`${argument.args}\` is no network; write one such as \`10.0.0.0/8\` or \`2001:db8::/32\``;
  problems.push({ start: argument.start, end: argument.end, message });
}

function notBoolean(ast: ASTNode, type: string | undefined): ConditionProblem {
  const message = `the condition is of type ${ourNames(type ?? 'dyn')}, not bool; compare it with something`;
  return { start: ast.start, end: ast.end, message };
}

interface CelFailure {
  code?: string;
  summary?: string;
  range?: { start: number; end: number };
}

function typeProblem({ parameters }: ConditionDefinition, error: unknown): ConditionProblem {
  const { code, summary = 'it is ill-typed', range = { start: 0, end: 0 } } = error as CelFailure;
  const name = /^Unknown variable: (.*)$/.exec(summary)?.[1];
  if (code === 'unknown_variable' && name !== undefined) {
    const suggestion = nearest(
      name,
      parameters.map((parameter) => parameter.name),
    );
    const list = parameters.map((each) => `\`${each.name} ${formatParameterType(each.type)}\``).join(', ');
    const known = parameters.length === 0 ? 'the condition has no parameters' : `there are ${list}`;
    const message = `unknown parameter \`${name}\`${suggestion === undefined ? `; ${known}` : ''}`;
    return { ...range, message, ...(suggestion === undefined ? {} : { suggestion }) };
  }
  const instead =
    code === 'no_matching_overload'
      ? 'call a function that CEL has for values of these types'
      : 'compare values of the same type, or convert one';
  return { ...range, message: `${lowerFirst(ourNames(summary))}; ${instead}` };
}

function syntaxProblem(expression: string, error: unknown): ConditionProblem {
  const { code, summary = 'it cannot be read', range } = error as CelFailure;
  const { start, end } = range ?? { start: 0, end: expression.length };
  const limit = code?.includes('limit') || summary.includes('xceeded');
  const bound = `at most ${EXPRESSION_LIMITS.maxAstNodes} parts, ${EXPRESSION_LIMITS.maxDepth} of them in one another`;
  const instead = limit ? `a condition has ${bound}` : 'write a CEL expression';
  return { start, end, message: `${lowerFirst(ourNames(summary))}; ${instead}` };
}

/** The library's names of types as the schema language has them, and its quotes as ours. */
function ourNames(text: string): string {
  return text
    .replaceAll('google.protobuf.Timestamp', 'timestamp')
    .replaceAll('google.protobuf.Duration', 'duration')
    .replaceAll(/\bdyn\b/g, 'any')
    .replace(/\bEOF\b/, 'the end of the condition')
    .replaceAll(/map<string, /g, 'map<')
    .replaceAll(/'([^']*)'/g, '`$1`')
    .replace(/^(no such overload): (.*)$/i, '$1: `$2`');
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
