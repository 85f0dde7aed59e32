/** Looking into a parsed CEL expression. */
import type { ASTNode } from '@marcbachmann/cel-js';

/** Macros that go over a collection; the first argument names what stands for an element. */
const COMPREHENSIONS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** The name that a macro binds in its other arguments; undefined for every other node. */
export function boundName(node: ASTNode): string | undefined {
  if (node.op !== 'rcall' || !COMPREHENSIONS.has(node.args[0])) return undefined;
  const [, , parameters] = node.args;
  const [variable] = parameters;
  return parameters.length > 1 && variable?.op === 'id' ? variable.args : undefined;
}

/** The parts of a node, in the order of the text. */
export function childrenOf(node: ASTNode): ASTNode[] {
  return node.op === 'value' || node.op === 'id' ? [] : nodesIn(node.args);
}

function nodesIn(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return typeof value === 'object' && value !== null && 'op' in value ? [value as ASTNode] : [];
}

/** The variables of an expression, without those that its macros bind; each once. */
export function freeVariables(node: ASTNode, found: Set<string> = new Set()): Set<string> {
  collect(node, new Set(), found);
  return found;
}

function collect(node: ASTNode, bound: ReadonlySet<string>, found: Set<string>): void {
  if (node.op === 'id') {
    if (!bound.has(node.args)) found.add(node.args);
    return;
  }
  const name = boundName(node);
  if (name === undefined || node.op !== 'rcall') {
    for (const child of childrenOf(node)) collect(child, bound, found);
    return;
  }
  const [, range, [, ...rest]] = node.args;
  collect(range, bound, found);
  const inside = new Set([...bound, name]);
  for (const child of rest) collect(child, inside, found);
}
