import type { CstNode } from 'langium';
import { must } from '../../base/assert.ts';
import {
  type Chain,
  type Expression,
  isPermission,
  isRelation,
  type NamedMember,
  type NameExpression,
  type Rung,
  type SchemaFile,
  type SetOf,
} from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes, memberOf, subjectsOf } from '../language/members.ts';

/** Who is in `from` is decided by who is in `to`. */
export interface Dependency {
  from: NamedMember;
  to: NamedMember;
  /** The name that says so; undefined where a ladder implies it. */
  where: CstNode | undefined;
  /** Whom `to` holds can keep somebody out of `from`. The word that makes it so; else undefined. */
  negatedBy: 'except' | 'every' | undefined;
  /** True if both are asked of the same object and subject, false over an arrow, an `of` or a subject set. */
  isOnSameObject: boolean;
}

/** Whether `name of set` can lead to a member that is called so; without it, it can lead to all of them. */
type CanLeadTo = (set: NamedMember, target: NamedMember) => boolean;

type Negation = Dependency['negatedBy'];

/** All dependencies between the members of a schema, as far as its names are known. Clauses are no part of them. */
export function dependenciesOf(file: SchemaFile, canLeadTo: CanLeadTo = () => true): Dependency[] {
  return declaredTypes(file)
    .flatMap(declaredMembers)
    .flatMap((member) => dependenciesOfMember(member, canLeadTo));
}

function dependenciesOfMember(member: NamedMember, canLeadTo: CanLeadTo): Dependency[] {
  if (isPermission(member)) return [...inExpression(member, member.expression, undefined, canLeadTo)];
  if (!isRelation(member)) return [...inRung(member)];
  if (member.expression === undefined) return [...inDirect(member, undefined)];
  return [...inExpression(member, member.expression, undefined, canLeadTo)];
}

function* inRung(rung: Rung): Generator<Dependency> {
  yield* inDirect(rung, undefined);
  const above = rung.$container.rungs[must(rung.$containerIndex, 'the index of a rung') - 1];
  if (above !== undefined) {
    yield { from: rung, to: above, where: undefined, negatedBy: undefined, isOnSameObject: true };
  }
}

/** The stored tuples of a relation depend on whom the subject sets among them hold. */
function* inDirect(from: NamedMember, negatedBy: Negation): Generator<Dependency> {
  for (const { relation } of subjectsOf(from)) {
    const to = relation?.ref;
    if (to !== undefined) yield { from, to, where: relation?.$refNode, negatedBy, isOnSameObject: false };
  }
}

function* inExpression(
  from: NamedMember,
  expression: Expression | undefined,
  negatedBy: Negation,
  canLeadTo: CanLeadTo,
): Generator<Dependency> {
  switch (expression?.$type) {
    case 'Parentheses':
      yield* inExpression(from, expression.expression, negatedBy, canLeadTo);
      break;
    case 'Chain':
      yield* inChain(from, expression, negatedBy, canLeadTo);
      break;
    case 'Direct':
      yield* inDirect(from, negatedBy);
      break;
    case 'NameExpression':
      yield* inName(from, expression, negatedBy);
      break;
    case 'Every':
      yield* inName(from, expression.relation, 'every');
      yield* inTargets(from, expression, negatedBy);
      break;
    case 'Arrow':
      yield* inTargets(from, expression, negatedBy);
      break;
    case 'SetOf':
      yield* inSetOf(from, expression, negatedBy, canLeadTo);
      break;
  }
}

function* inChain(
  from: NamedMember,
  chain: Chain,
  negatedBy: Negation,
  canLeadTo: CanLeadTo,
): Generator<Dependency> {
  for (const [i, operand] of chain.operands.entries()) {
    const isRightOfExcept = i > 0 && chain.operators[i - 1] === 'except';
    yield* inExpression(from, operand, isRightOfExcept ? 'except' : negatedBy, canLeadTo);
  }
}

function* inName(from: NamedMember, name: NameExpression, negatedBy: Negation): Generator<Dependency> {
  const to = memberOf(name);
  if (to !== undefined) yield { from, to, where: name.$cstNode, negatedBy, isOnSameObject: true };
}

function* inTargets(
  from: NamedMember,
  { targets }: Extract<Expression, { $type: 'Arrow' | 'Every' }>,
  negatedBy: Negation,
): Generator<Dependency> {
  for (const { ref: to } of targets?.items ?? []) {
    yield { from, to: to as NamedMember, where: targets.$refNode, negatedBy, isOnSameObject: false };
  }
}

/** The set is asked of the same object, but about others than the subject. */
function* inSetOf(
  from: NamedMember,
  { name, set }: SetOf,
  negatedBy: Negation,
  canLeadTo: CanLeadTo,
): Generator<Dependency> {
  const members = memberOf(set);
  if (members === undefined) return;
  yield { from, to: members, where: set.$cstNode, negatedBy, isOnSameObject: false };
  for (const { ref: to } of name?.members?.items ?? []) {
    if (to !== undefined && canLeadTo(members, to))
      yield { from, to, where: name.$cstNode, negatedBy, isOnSameObject: false };
  }
}
