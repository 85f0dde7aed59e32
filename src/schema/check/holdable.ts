import { AstUtils } from 'langium';
import { quoted } from '../../model/reference.ts';
import {
  isNobody,
  isRelation,
  isRung,
  type NamedMember,
  type SchemaFile,
} from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import { hasDeclarationsElsewhere } from '../language/not-supported.ts';
import { isIntact, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';
import { dependenciesOf } from './dependencies.ts';
import { type Holders, holdersOfMember, isNobodyAtAll, NOBODY } from './holders.ts';

/** Warns of names that nobody can ever be in, unless `nobody` is written there. */
export function checkHoldable({ tree, damage }: ParsedSchema, report: Report): void {
  if (!isIntact(damage) || hasDeclarationsElsewhere(tree)) return;
  for (const [member, holders] of allHolders(tree)) {
    if (!isNobodyAtAll(holders) || saysNobody(member)) continue;
    const message = `${quoted(member.name)} can never hold for anybody; write \`nobody\` if that is meant`;
    report.warning(nameNode(member), 'never-holds', message);
  }
}

/**
 * Who can be in each member: the least fixed point, as for the tuples themselves. It is reached
 * after finitely many rounds since holders only ever grow.
 */
function allHolders(tree: SchemaFile): Map<NamedMember, Holders> {
  const dependents = dependentsOf(tree);
  const members = declaredTypes(tree).flatMap(declaredMembers);
  const holders = new Map<NamedMember, Holders>(members.map((member) => [member, NOBODY]));
  const due = new Set(members);
  for (const member of due) {
    // Taken out before it is looked at, so that it can become due again.
    due.delete(member);
    const now = holdersOfMember(member, (name) => holders.get(name) ?? 'anybody');
    if (sizeOf(now) === sizeOf(holders.get(member) ?? NOBODY)) continue;
    holders.set(member, now);
    for (const dependent of dependents.get(member) ?? []) due.add(dependent);
  }
  return holders;
}

function sizeOf(holders: Holders): number {
  return holders === 'anybody' ? Number.POSITIVE_INFINITY : holders.size;
}

function dependentsOf(tree: SchemaFile): Map<NamedMember, NamedMember[]> {
  const dependents = new Map<NamedMember, NamedMember[]>();
  for (const { from, to } of dependenciesOf(tree)) {
    const known = dependents.get(to);
    if (known === undefined) dependents.set(to, [from]);
    else known.push(from);
  }
  return dependents;
}

function saysNobody(member: NamedMember): boolean {
  if (isRung(member)) return false;
  if (isRelation(member) && member.expression === undefined) return false;
  return AstUtils.streamAst(member).some(isNobody);
}
