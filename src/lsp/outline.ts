import { type DocumentSymbol, SymbolKind } from 'vscode-languageserver/node.js';
import {
  isCondition,
  isLadder,
  isPermission,
  isRelation,
  isTypeDeclaration,
  isTypeExtension,
  type Member,
  type NamedMember,
} from '../schema/language/generated/ast.ts';
import { nameNode } from '../schema/language/name-node.ts';
import type { ParsedFile } from '../schema/parsed-schema.ts';
import type { Declaration } from './declarations.ts';

/** What a file declares, as a tree. */
export function outlineOf({ tree }: ParsedFile): DocumentSymbol[] {
  return tree.declarations.flatMap((declaration): DocumentSymbol[] => {
    if (isCondition(declaration)) return symbol(declaration, SymbolKind.Function);
    if (isTypeDeclaration(declaration))
      return symbol(declaration, SymbolKind.Class, declaration.members.flatMap(membersOf));
    if (!isTypeExtension(declaration) || declaration.$cstNode === undefined) return [];
    const { range } = declaration.$cstNode;
    const selectionRange = declaration.type?.$refNode?.range ?? range;
    const name = `extend ${declaration.type?.$refText ?? ''}`;
    return [
      {
        name,
        kind: SymbolKind.Class,
        range,
        selectionRange,
        children: declaration.members.flatMap(membersOf),
      },
    ];
  });
}

function membersOf(member: Member): DocumentSymbol[] {
  const named: NamedMember[] = isLadder(member)
    ? member.rungs
    : isRelation(member) || isPermission(member)
      ? [member]
      : [];
  return named.flatMap((each) => symbol(each, isPermission(each) ? SymbolKind.Property : SymbolKind.Field));
}

function symbol(
  declaration: Declaration,
  kind: SymbolKind,
  children: DocumentSymbol[] = [],
): DocumentSymbol[] {
  const name = nameNode(declaration);
  if (name === undefined || declaration.$cstNode === undefined) return [];
  return [
    { name: declaration.name, kind, range: declaration.$cstNode.range, selectionRange: name.range, children },
  ];
}
