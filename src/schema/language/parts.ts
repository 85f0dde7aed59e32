import type { Expression } from './generated/ast.ts';

/** The parts of an expression that operators join, from left to right; parentheses are seen through. */
export function leavesOf(expression: Expression | undefined): Expression[] {
  if (expression === undefined) return [];
  switch (expression.$type) {
    case 'Parentheses':
      return leavesOf(expression.expression);
    case 'Chain':
      return expression.operands.flatMap(leavesOf);
    default:
      return [expression];
  }
}
