/** What names mean, and where they stand. */
import {
  type AstNode,
  AstUtils,
  type CstNode,
  CstUtils,
  isMultiReference,
  type ReferenceInfo,
} from 'langium';
import { allHolders } from '../schema/check/all-holders.ts';
import { fileAround, pathOf } from '../schema/language/files.ts';
import {
  type Condition,
  isCondition,
  isNamedMember,
  isSetOf,
  isTypeDeclaration,
  type NamedMember,
  type TypeDeclaration,
} from '../schema/language/generated/ast.ts';
import { memberOf, typeOf } from '../schema/language/members.ts';
import { nameNode } from '../schema/language/name-node.ts';
import type { ParsedFile, ParsedSchema } from '../schema/parsed-schema.ts';

export type Declaration = TypeDeclaration | NamedMember | Condition;

/** A name in a text. */
export interface NameInText {
  node: CstNode;
  /** What it may mean; more than one where an arrow leads to several types. */
  declarations: Declaration[];
}

export function isDeclaration(node: AstNode): node is Declaration {
  return isTypeDeclaration(node) || isCondition(node) || isNamedMember(node);
}

/** The name at an offset, or just in front of it. */
export function nameAt(file: ParsedFile, parsed: ParsedSchema, offset: number): NameInText | undefined {
  const root = file.tree.$cstNode;
  if (root === undefined) return undefined;
  for (const at of offset > 0 ? [offset, offset - 1] : [offset]) {
    const leaf = CstUtils.findLeafNodeAtOffset(root, at);
    const found = leaf === undefined ? undefined : nameIn(leaf.astNode, parsed, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nameIn(node: AstNode, parsed: ParsedSchema, offset: number): NameInText | undefined {
  if (isDeclaration(node)) {
    const name = nameNode(node);
    if (name !== undefined && covers(name, offset)) return { node: name, declarations: [node] };
  }
  for (const info of AstUtils.streamReferences(node)) {
    const { $refNode } = info.reference;
    if ($refNode !== undefined && covers($refNode, offset))
      return { node: $refNode, declarations: targetsOf(info, parsed) };
  }
  return undefined;
}

function covers(node: CstNode, offset: number): boolean {
  return node.offset <= offset && offset < node.end;
}

/** Every name of a schema, declared or used. */
export function* namesIn(parsed: ParsedSchema): Generator<NameInText & { isDeclared: boolean }> {
  for (const { tree } of parsed.files) {
    for (const node of AstUtils.streamAst(tree)) {
      const name = isDeclaration(node) ? nameNode(node) : undefined;
      if (name !== undefined && isDeclaration(node))
        yield { node: name, declarations: [node], isDeclared: true };
      for (const info of AstUtils.streamReferences(node)) {
        const { $refNode } = info.reference;
        if ($refNode !== undefined)
          yield { node: $refNode, declarations: targetsOf(info, parsed), isDeclared: false };
      }
    }
  }
}

function targetsOf({ reference, container }: ReferenceInfo, parsed: ParsedSchema): Declaration[] {
  const nodes = isMultiReference(reference) ? reference.items.map(({ ref }) => ref) : [reference.ref];
  const targets = nodes.filter((node) => node !== undefined).filter(isDeclaration);
  const set = container.$container;
  if (!isSetOf(set) || container.$containerProperty !== 'name') return targets;
  // `name of set` is linked to the members of all types; who can be in the set tells which of them are meant.
  const member = memberOf(set.set);
  const holders = member === undefined ? undefined : allHolders(parsed.tree).get(member);
  if (holders === undefined || holders === 'anybody') return targets;
  return targets.filter((target) => {
    const type = isNamedMember(target) ? typeOf(target) : undefined;
    return type !== undefined && holders.has(type);
  });
}

/** The same for the same declaration, also where it was read anew as part of another schema. */
export function keyOf(declaration: Declaration): string {
  const node = nameNode(declaration);
  return node === undefined ? '' : `${node.offset}:${fileNameOf(declaration)}`;
}

/** How the compiler calls the file that a declaration stands in. */
export function fileNameOf(node: AstNode): string {
  const root = fileAround(node)?.$cstNode;
  return (root === undefined ? undefined : pathOf(root)) ?? '';
}
