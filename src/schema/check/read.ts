import { type AstNode, AstUtils } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import { isPermission, isRung, type NamedMember, type SchemaFile } from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes, subjectsOf, typeOf } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import { isIntact, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** Warns of relations that are stored and never looked at. A rung is read by the one below it. */
export function checkRead(parsed: ParsedSchema, report: Report): void {
  if (!isIntact(parsed)) return;
  const { tree } = parsed;
  const { read, unknown } = readNames(tree);
  const admitted = typesAdmittedAsObjects(tree);
  for (const member of declaredTypes(tree).flatMap(declaredMembers)) {
    if (isPermission(member) || read.has(member) || isReadByNextRung(member)) continue;
    // Perhaps it is read, and only the name was misspelt there.
    if (unknown.some((name) => nearest(name, [member.name]) !== undefined)) continue;
    const set = admitted.has(typeOf(member)?.name ?? '') ? asSubjectSet(member) : '';
    const message = `nothing reads relation ${quoted(member.name)}; name it in a permission, ${set}or remove it`;
    report.warning(nameNode(member), 'unread-relation', message);
  }
}

/** For `relation viewer : group` where the people of the group were meant. */
function asSubjectSet(member: NamedMember): string {
  const type = typeOf(member)?.name ?? '';
  return `write ${quoted(`${type}#${member.name}`)} instead of ${quoted(type)} where its members are meant, `;
}

/** The names of the types that a relation of another type admits as they are: `viewer : group`. */
function typesAdmittedAsObjects(tree: SchemaFile): Set<string> {
  const names = new Set<string>();
  for (const type of declaredTypes(tree)) {
    for (const { type: admitted, relation, wildcard } of declaredMembers(type).flatMap(subjectsOf)) {
      if (relation === undefined && !wildcard && admitted?.ref !== undefined && admitted.ref !== type)
        names.add(admitted.ref.name);
    }
  }
  return names;
}

/** What the names of the tree mean, and the names that mean nothing. */
function readNames(tree: SchemaFile): { read: Set<AstNode>; unknown: string[] } {
  const read = new Set<AstNode>();
  const unknown: string[] = [];
  for (const node of allNodes(tree)) {
    for (const { reference } of AstUtils.streamReferences(node)) {
      if (reference.error !== undefined) unknown.push(reference.$refText);
      const targets = 'items' in reference ? reference.items.map(({ ref }) => ref) : [reference.ref];
      for (const target of targets) {
        if (target !== undefined) read.add(target);
      }
    }
  }
  return { read, unknown };
}

function isReadByNextRung(member: AstNode): boolean {
  return isRung(member) && member !== member.$container.rungs.at(-1);
}
