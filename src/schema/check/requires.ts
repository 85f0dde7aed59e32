import type { Reference } from 'langium';
import { quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import {
  type ContainsRule,
  type ExcludesRule,
  isContainsRule,
  isExcludesRule,
  isOneOfRule,
  isPermission,
  isRequire,
  isUniqueRule,
  type NamedMember,
  type OneOfRule,
  type UniqueRule,
} from '../language/generated/ast.ts';
import { subjectsOf, typeOf } from '../language/members.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';
import { reportNeverMet } from './never-met.ts';

/** What may stand in a `require`, and whether it can be met. */
export function checkRequires({ tree }: ParsedSchema, report: Report): void {
  for (const node of allNodes(tree)) {
    if (!isRequire(node)) continue;
    const { rule } = node;
    if (isOneOfRule(rule) || isUniqueRule(rule)) checkList(rule, report);
    if (isContainsRule(rule)) checkContains(rule, report);
    if (isExcludesRule(rule)) checkExcludes(rule, report);
  }
}

function checkList(rule: OneOfRule | UniqueRule, report: Report): void {
  const words = isOneOfRule(rule) ? 'one of' : 'unique';
  if (rule.members.length < 2) {
    const behind = isOneOfRule(rule) ? '' : ', or write `unique` behind the subjects of the relation';
    const message = `\`require ${words}\` takes two relations or more; add another${behind}`;
    report.error(rule.$cstNode, 'too-few-names', message);
  }
  const seen = new Set<string>();
  for (const member of rule.members) {
    if (seen.has(member.$refText)) {
      const message = `${quoted(member.$refText)} is named twice; remove one of them`;
      report.error(member.$refNode, 'duplicate-name', message);
    }
    seen.add(member.$refText);
    refusePermission(member, `\`${words}\` looks at stored tuples`, report);
  }
}

function checkExcludes(rule: ExcludesRule, report: Report): void {
  const [left, right] = [rule.left?.ref, rule.right?.ref];
  if (left !== undefined && right !== undefined) reportNeverMet(rule, left, right, report);
}

function checkContains(rule: ContainsRule, report: Report): void {
  const looks = '`contains` compares stored tuples';
  const isSound = [
    refusePermission(rule.relation, looks, report),
    rule.contained === undefined || refusePermission(rule.contained, looks, report),
  ];
  if (isSound.includes(false)) return;
  const contained = rule.contained?.ref;
  const relation = rule.relation?.ref;
  if (relation === undefined || contained === undefined) return;
  if (rule.targets === undefined) {
    if (relation === contained) {
      const message = `${quoted(relation.name)} contains itself anyway; name another relation`;
      report.error(rule.$cstNode, 'duplicate-name', message);
      return;
    }
    reportNeverMet(rule, [relation], contained, report);
    return;
  }
  const wildcard = subjectsOf(relation).find((subject) => subject.wildcard);
  if (wildcard !== undefined) {
    const what = `${quoted(relation.name)} admits ${quoted(`${wildcard.type.$refText}:*`)}, which \`contains\` cannot follow`;
    const message = `${what}; move the wildcard to a relation of its own`;
    report.error(rule.relation.$refNode, 'wildcard-behind-arrow', message);
  }
  const targets = rule.targets.items.map(({ ref }) => ref).filter((ref) => ref !== undefined);
  const permission = targets.find(isPermission);
  if (permission !== undefined) {
    const message = `${quoted(permission.name)} is a permission of ${quoted(typeOf(permission)?.name ?? '')} and stores no tuples, and ${looks}; write a relation`;
    report.error(rule.targets.$refNode, 'not-a-relation', message);
    return;
  }
  if (targets.length > 0) reportNeverMet(rule, targets, contained, report);
}

/** @returns false if it is one */
function refusePermission(
  reference: Reference<NamedMember> | undefined,
  why: string,
  report: Report,
): boolean {
  const member = reference?.ref;
  if (member === undefined || !isPermission(member)) return true;
  const message = `${quoted(member.name)} is a permission and stores no tuples, and ${why}; write a relation`;
  report.error(reference?.$refNode, 'not-a-relation', message);
  return false;
}
