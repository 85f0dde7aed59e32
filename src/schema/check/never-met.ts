/** Invariants that can never be met once somebody is in what they speak of. */
import { must } from '../../base/assert.ts';
import { quoted } from '../../model/reference.ts';
import {
  type ContainsRule,
  type ExcludesRule,
  type Expression,
  isExcludesRule,
  isOneOfRule,
  isPermission,
  isRelation,
  isRequire,
  type NamedMember,
  type Subject,
} from '../language/generated/ast.ts';
import { memberOf, membersIn, subjectsOf, typeOf } from '../language/members.ts';
import { boundsOf, multiplicityOf } from '../language/multiplicity.ts';
import type { Report } from '../report.ts';

export function reportNeverMet(
  rule: ExcludesRule,
  left: NamedMember,
  right: NamedMember,
  report: Report,
): void;
export function reportNeverMet(
  rule: ContainsRule,
  containing: readonly NamedMember[],
  contained: NamedMember,
  report: Report,
): void;
export function reportNeverMet(
  rule: ExcludesRule | ContainsRule,
  a: NamedMember | readonly NamedMember[],
  b: NamedMember,
  report: Report,
): void {
  const why = isExcludesRule(rule)
    ? excludesItself(a as NamedMember, b)
    : cannotContain(rule, a as readonly NamedMember[], b);
  if (why !== undefined) report.error(rule.$cstNode, 'never-met', why);
}

function excludesItself(left: NamedMember, right: NamedMember): string | undefined {
  if (left === right)
    return `${quoted(left.name)} cannot exclude itself; name another relation or permission`;
  for (const [inner, outer] of [
    [left, right],
    [right, left],
  ]) {
    if (!implies(inner, outer)) continue;
    return `whoever is in ${quoted(inner.name)} is in ${quoted(outer.name)} as well, so they cannot exclude each other; name what is apart`;
  }
  return undefined;
}

/** True if `outer` is `… or inner or …`, by itself or through names on the same object. */
function implies(inner: NamedMember, outer: NamedMember): boolean {
  const seen = new Set([outer]);
  for (const member of seen) {
    for (const part of alternativesOf(member)) {
      if (part === inner) return true;
      seen.add(part);
    }
  }
  return false;
}

function alternativesOf(member: NamedMember): NamedMember[] {
  if (isPermission(member)) return alternatives(member.expression);
  if (isRelation(member)) return alternatives(member.expression);
  const above = member.$container.rungs[must(member.$containerIndex, 'the index of a rung') - 1];
  return above === undefined ? [] : [above];
}

function alternatives(expression: Expression | undefined): NamedMember[] {
  switch (expression?.$type) {
    case 'Parentheses':
      return alternatives(expression.expression);
    case 'NameExpression': {
      const member = memberOf(expression);
      return member === undefined ? [] : [member];
    }
    case 'Chain':
      return expression.operators.every((operator) => operator === 'or')
        ? expression.operands.flatMap(alternatives)
        : [];
    default:
      return [];
  }
}

function cannotContain(
  rule: ContainsRule,
  containing: readonly NamedMember[],
  contained: NamedMember,
): string | undefined {
  const stored = subjectsOf(contained);
  // Relations without subjects, and unknown types among them, are reported as what they are.
  if (stored.length === 0 || containing.some((relation) => subjectsOf(relation).length === 0))
    return undefined;
  // After a syntax error a type can be missing.
  if ([...stored, ...containing.flatMap(subjectsOf)].some(({ type }) => type === undefined)) return undefined;
  const admitted = new Set(containing.flatMap(subjectsOf).filter(countsAsContaining).map(textOf));
  if (!stored.some((subject) => admitted.has(textOf(subject)))) {
    const forms = [...new Set(stored.map(textOf))].map(quoted).join(' or ');
    const conditional = 'without condition and `must expire`';
    return `${quoted(containing[0].name)} admits nothing that ${quoted(contained.name)} holds; admit ${forms} there, ${conditional}`;
  }
  if (rule.targets === undefined) return contradicts(containing[0], contained);
  return undefined;
}

/** On one object: more must be stored than may be, or what must be stored in both may be in one of them only. */
function contradicts(outer: NamedMember, inner: NamedMember): string | undefined {
  const [most, least] = [boundsOfMember(outer)?.max, boundsOfMember(inner)?.min];
  if (most !== undefined && least !== undefined && least > most)
    return `${quoted(inner.name)} holds at least ${least} subjects and ${quoted(outer.name)} at most ${most}; change one of the multiplicities`;
  const type = typeOf(outer);
  const apart = (type === undefined ? [] : membersIn(type))
    .filter(isRequire)
    .map(({ rule: other }) => other)
    .filter(isOneOfRule)
    .find(({ members }) => [outer, inner].every((member) => members.some(({ ref }) => ref === member)));
  if (apart === undefined || apart.$cstNode === undefined) return undefined;
  const line = apart.$cstNode.range.start.line + 1;
  return `what is stored in ${quoted(inner.name)} may not be stored in ${quoted(outer.name)}, says \`one of\` on line ${line}; remove one of the two`;
}

function boundsOfMember(member: NamedMember): { min: number; max?: number } | undefined {
  const multiplicity = multiplicityOf(member);
  return multiplicity === undefined ? undefined : boundsOf(multiplicity);
}

/** Conditional and expiring tuples do not count as containing. */
function countsAsContaining({ condition, expiry }: Subject): boolean {
  return condition === undefined && !expiry?.mandatory;
}

function textOf({ type, relation, wildcard }: Subject): string {
  const suffix = relation === undefined ? '' : `#${relation.$refText}`;
  return `${type?.$refText}${wildcard ? ':*' : suffix}`;
}
