import { must, unreachable } from '../../base/assert.ts';
import { PembaError } from '../../base/errors.ts';
import type { Rewrite } from '../compiled-schema.ts';
import {
  type Chain,
  type Expression,
  isPermission,
  isRelation,
  type NamedMember,
  type Rung,
} from '../language/generated/ast.ts';

const DIRECT: Rewrite = { op: 'direct' };

/** Who is in a member. */
export function rewriteOf(member: NamedMember): Rewrite {
  if (isPermission(member)) return rewrite(member.expression);
  if (isRelation(member)) return member.expression === undefined ? DIRECT : rewrite(member.expression);
  return rewriteOfRung(member);
}

/** `A > B > C`: `A = direct`, `B = direct or A`, `C = direct or B`. */
function rewriteOfRung(rung: Rung): Rewrite {
  const above = rung.$container.rungs[must(rung.$containerIndex, 'the index of a rung') - 1];
  return above === undefined ? DIRECT : { op: 'or', of: [DIRECT, { op: 'name', name: above.name }] };
}

function rewrite(expression: Expression): Rewrite {
  switch (expression.$type) {
    case 'Parentheses':
      return rewrite(expression.expression);
    case 'Direct':
      return DIRECT;
    case 'Self':
      return { op: 'self' };
    case 'Nobody':
      return { op: 'nobody' };
    case 'NameExpression':
      return { op: 'name', name: expression.members.$refText };
    case 'Arrow':
      return {
        op: 'arrow',
        relation: expression.relation.members.$refText,
        name: expression.targets.$refText,
      };
    case 'Every':
      return {
        op: 'every',
        relation: expression.relation.members.$refText,
        name: expression.targets.$refText,
      };
    case 'Chain':
      return rewriteOfChain(expression);
    case 'SetOf':
    case 'SubjectPath':
      // The checker refuses them, and nothing is compiled after an error.
      throw new PembaError('INTERNAL', `assertion failed: ${expression.$type} reached the compiler`);
    default:
      return unreachable(expression);
  }
}

/** The checker has seen to it that all operators of a chain are the same. */
function rewriteOfChain(chain: Chain): Rewrite {
  const [op] = chain.operators;
  const operands = chain.operands.map(rewrite);
  if (op === 'except') return { op, from: operands[0], without: operands[1] };
  // `(a or b) or c` is `a or b or c`: one level for the evaluator to walk.
  return { op, of: operands.flatMap((operand) => (operand.op === op ? operand.of : [operand])) };
}
