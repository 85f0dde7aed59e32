import { must, unreachable } from '../../base/assert.ts';
import { PembaError } from '../../base/errors.ts';
import type { ClauseExpression, ExpressionOf, Leaf, Rewrite, SubjectLeaf } from '../compiled-schema.ts';
import {
  type Chain,
  type Expression,
  isPermission,
  isRelation,
  type NamedMember,
  type Rung,
  type SubjectPath,
} from '../language/generated/ast.ts';
import { partPositionOf } from './position.ts';

const DIRECT: Rewrite = { op: 'direct' };

/** Who is in a member. */
export function rewriteOf(member: NamedMember): Rewrite {
  if (isPermission(member)) return expressionOf(member.expression, noSubject);
  if (isRelation(member))
    return member.expression === undefined ? DIRECT : expressionOf(member.expression, noSubject);
  return rewriteOfRung(member);
}

/** Who a clause speaks of. */
export function clauseExpressionOf(expression: Expression): ClauseExpression {
  return expressionOf<Leaf | SubjectLeaf>(expression, (path) => ({
    op: 'subject',
    name: path.targets.$refText,
    at: partPositionOf(path),
  }));
}

/** `A > B > C`: `A = direct`, `B = direct or A`, `C = direct or B`. */
function rewriteOfRung(rung: Rung): Rewrite {
  const above = rung.$container.rungs[must(rung.$containerIndex, 'the index of a rung') - 1];
  return above === undefined ? DIRECT : { op: 'or', of: [DIRECT, { op: 'name', name: above.name }] };
}

function noSubject(): never {
  // The checker refuses it, and nothing is compiled after an error.
  throw new PembaError('INTERNAL', 'assertion failed: `subject` reached the compiler outside a clause');
}

function expressionOf<L>(expression: Expression, subject: (path: SubjectPath) => L): ExpressionOf<L | Leaf> {
  if (expression.$type === 'Parentheses') return expressionOf(expression.expression, subject);
  if (expression.$type === 'Chain') return chainOf(expression, subject);
  return expression.$type === 'SubjectPath' ? subject(expression) : leafOf(expression);
}

function leafOf(expression: Exclude<Expression, { $type: 'Parentheses' | 'Chain' | 'SubjectPath' }>): Leaf {
  const at = partPositionOf(expression);
  switch (expression.$type) {
    case 'Direct':
      return { op: 'direct', at };
    case 'Self':
      return { op: 'self', at };
    case 'Nobody':
      return { op: 'nobody', at };
    case 'NameExpression':
      return { op: 'name', name: expression.members.$refText, at };
    case 'Arrow':
      return {
        op: 'arrow',
        relation: expression.relation.members.$refText,
        name: expression.targets.$refText,
        at,
      };
    case 'Every':
      return {
        op: 'every',
        relation: expression.relation.members.$refText,
        name: expression.targets.$refText,
        at,
      };
    case 'SetOf':
      return {
        op: 'of',
        set: expression.set.members.$refText,
        name: expression.name.members.$refText,
        at,
      };
    default:
      return unreachable(expression);
  }
}

/** The checker has seen to it that all operators of a chain are the same. */
function chainOf<L>(chain: Chain, subject: (path: SubjectPath) => L): ExpressionOf<L | Leaf> {
  const [op] = chain.operators;
  const operands = chain.operands.map((operand) => expressionOf(operand, subject));
  if (op === 'except') return { op, from: operands[0], without: operands[1] };
  // `(a or b) or c` is `a or b or c`: one level for the evaluator to walk.
  return { op, of: operands.flatMap((operand) => partsOf(operand, op)) };
}

function partsOf<L>(expression: ExpressionOf<L>, op: 'or' | 'and'): ExpressionOf<L>[] {
  const chain = expression as { op: string; of?: ExpressionOf<L>[] };
  return chain.op === op && chain.of !== undefined ? chain.of : [expression];
}
