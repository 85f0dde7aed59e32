import { AstUtils } from 'langium';
import { quoted } from '../../model/reference.ts';
import { isNobody, isRelation, isRung, type NamedMember } from '../language/generated/ast.ts';
import { nameNode } from '../language/name-node.ts';
import { isIntact, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';
import { allHolders } from './all-holders.ts';
import { isNobodyAtAll } from './holders.ts';

/** Warns of names that nobody can ever be in, unless `nobody` is written there. */
export function checkHoldable(parsed: ParsedSchema, report: Report): void {
  if (!isIntact(parsed)) return;
  for (const [member, holders] of allHolders(parsed.tree)) {
    if (!isNobodyAtAll(holders) || saysNobody(member)) continue;
    const message = `${quoted(member.name)} can never hold for anybody; write \`nobody\` if that is meant`;
    report.warning(nameNode(member), 'never-holds', message);
  }
}

function saysNobody(member: NamedMember): boolean {
  if (isRung(member)) return false;
  if (isRelation(member) && member.expression === undefined) return false;
  return AstUtils.streamAst(member).some(isNobody);
}
