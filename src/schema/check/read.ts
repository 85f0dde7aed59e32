import { type AstNode, AstUtils } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { quoted } from '../../model/reference.ts';
import { isPermission, isRung } from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import { hasDeclarationsElsewhere } from '../language/not-supported.ts';
import { isIntact, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** Warns of relations that are stored and never looked at. A rung is read by the one below it. */
export function checkRead({ tree, damage }: ParsedSchema, report: Report): void {
  if (!isIntact(damage) || hasDeclarationsElsewhere(tree)) return;
  const { read, unknown } = readNames(tree);
  for (const member of declaredTypes(tree).flatMap(declaredMembers)) {
    if (isPermission(member) || read.has(member) || isReadByNextRung(member)) continue;
    // Perhaps it is read, and only the name was misspelt there.
    if (unknown.some((name) => nearest(name, [member.name]) !== undefined)) continue;
    const message = `nothing reads relation ${quoted(member.name)}; name it in a permission, or remove it`;
    report.warning(nameNode(member), 'unread-relation', message);
  }
}

/** What the names of the tree mean, and the names that mean nothing. */
function readNames(tree: AstNode): { read: Set<AstNode>; unknown: string[] } {
  const read = new Set<AstNode>();
  const unknown: string[] = [];
  // In constructs that are not supported yet relations are read as well.
  for (const { reference } of AstUtils.streamAst(tree).flatMap(AstUtils.streamReferences)) {
    if (reference.error !== undefined) unknown.push(reference.$refText);
    const targets = 'items' in reference ? reference.items.map(({ ref }) => ref) : [reference.ref];
    for (const target of targets) {
      if (target !== undefined) read.add(target);
    }
  }
  return { read, unknown };
}

function isReadByNextRung(member: AstNode): boolean {
  return isRung(member) && member !== member.$container.rungs.at(-1);
}
