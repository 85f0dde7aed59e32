import { must } from '../../base/assert.ts';
import {
  type Chain,
  type Expression,
  isPermission,
  isRelation,
  type NamedMember,
  type Rung,
  type SetOf,
  type Subject,
  type TypeDeclaration,
} from '../language/generated/ast.ts';
import { memberOf, subjectsOf, typeAround, typeOf } from '../language/members.ts';
import { oneLine } from '../language/one-line.ts';

/** The types of those who can be in a member; `anybody` where a mistake in the schema hides them. */
export type Holders = ReadonlySet<TypeDeclaration> | 'anybody';

/** What is known so far of other members. */
type HoldersOf = (member: NamedMember) => Holders;

export const NOBODY: Holders = new Set();

export function isNobodyAtAll(holders: Holders): boolean {
  return holders !== 'anybody' && holders.size === 0;
}

/** Who can be in a member, given who can be in those it depends on. Grows where those grow. */
export function holdersOfMember(member: NamedMember, known: HoldersOf): Holders {
  if (isPermission(member)) return holdersOf(member, member.expression, known);
  if (!isRelation(member)) return holdersOfRung(member, known);
  return member.expression === undefined
    ? stored(member, known)
    : holdersOf(member, member.expression, known);
}

function holdersOfRung(rung: Rung, known: HoldersOf): Holders {
  const above = rung.$container.rungs[must(rung.$containerIndex, 'the index of a rung') - 1];
  return above === undefined ? stored(rung, known) : union([stored(rung, known), known(above)]);
}

function stored(member: NamedMember, known: HoldersOf): Holders {
  const subjects = subjectsOf(member);
  // A relation without subjects, or `direct` in a permission, is reported as what it is.
  return subjects.length === 0
    ? 'anybody'
    : union(subjects.map((subject) => holdersOfSubject(subject, known)));
}

function holdersOfSubject({ type, relation }: Subject, known: HoldersOf): Holders {
  if (type?.ref === undefined) return 'anybody';
  if (relation === undefined) return new Set([type.ref]);
  return relation.ref === undefined ? 'anybody' : known(relation.ref);
}

function holdersOf(member: NamedMember, expression: Expression | undefined, known: HoldersOf): Holders {
  switch (expression?.$type) {
    case 'Parentheses':
      return holdersOf(member, expression.expression, known);
    case 'Direct':
      return stored(member, known);
    case 'Nobody':
      return NOBODY;
    case 'Self':
      return selfOf(expression);
    case 'NameExpression': {
      const named = memberOf(expression);
      return named === undefined ? 'anybody' : known(named);
    }
    case 'Arrow':
    case 'Every': {
      const targets = expression.targets?.items ?? [];
      return targets.length === 0 ? 'anybody' : union(targets.map(({ ref }) => known(ref)));
    }
    case 'SetOf':
      return holdersOfSetOf(expression, known);
    case 'Chain':
      return holdersOfChain(member, expression, known);
    default:
      return 'anybody';
  }
}

function selfOf(expression: Expression): Holders {
  // In an extension the type can be unknown.
  const type = typeAround(expression);
  return type === undefined ? 'anybody' : new Set([type]);
}

function holdersOfSetOf({ name, set }: SetOf, known: HoldersOf): Holders {
  const members = memberOf(set);
  const targets = name?.members?.items ?? [];
  if (members === undefined || targets.length === 0) return 'anybody';
  const inSet = known(members);
  if (inSet === 'anybody') return 'anybody';
  return union(targets.filter(({ ref }) => canBeIn(inSet, ref)).map(({ ref }) => known(ref)));
}

/** True if an object of the type that declares `member` can be among the holders. */
export function canBeIn(holders: Holders, member: NamedMember): boolean {
  const type = typeOf(member);
  return holders === 'anybody' || (type !== undefined && holders.has(type));
}

function holdersOfChain(member: NamedMember, chain: Chain, known: HoldersOf): Holders {
  const operands = chain.operands.map((operand) => holdersOf(member, operand, known));
  switch (chain.operators[0]) {
    case 'or':
      return union(operands);
    case 'and':
      return operands.reduce(intersection);
    default:
      return takesAwayAll(chain) ? NOBODY : operands[0];
  }
}

/** True for `a except a` and `a except (a or b)`, whoever is in them. */
function takesAwayAll({ operands: [from, without] }: Chain): boolean {
  const inner = withoutParentheses(without);
  const parts =
    inner?.$type === 'Chain' && inner.operators.every((operator) => operator === 'or')
      ? inner.operands
      : [inner];
  return parts.some((part) => textOf(part) === textOf(from));
}

function withoutParentheses(expression: Expression | undefined): Expression | undefined {
  return expression?.$type === 'Parentheses' ? withoutParentheses(expression.expression) : expression;
}

function textOf(expression: Expression | undefined): string | undefined {
  const text = withoutParentheses(expression)?.$cstNode?.text;
  return text === undefined ? undefined : oneLine(text);
}

function union(all: Holders[]): Holders {
  if (all.includes('anybody')) return 'anybody';
  return new Set(all.flatMap((holders) => [...holders] as TypeDeclaration[]));
}

function intersection(a: Holders, b: Holders): Holders {
  if (a === 'anybody') return b;
  if (b === 'anybody') return a;
  return new Set([...a].filter((type) => b.has(type)));
}
