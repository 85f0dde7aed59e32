/**
 * What the grammar already reads and the later stages do not know yet. Each construct is reported
 * once, in its place, and nothing inside it is looked at.
 */
import { type AstNode, AstUtils, type CstNode, CstUtils, GrammarUtils } from 'langium';
import {
  isCondition,
  isExpiry,
  isGrantedBy,
  isImport,
  isLifecycle,
  isMultiplicity,
  isRelation,
  isRequire,
  isRevokedBy,
  isSetOf,
  isSubject,
  isTypeExtension,
  type SchemaFile,
} from './generated/ast.ts';

export interface NotSupported {
  /** The words of the construct, as the author writes them. */
  words: string;
  where: CstNode | undefined;
}

/** All nodes of the tree but those in constructs that are not supported, parents before children. */
export function* supportedNodes(node: AstNode): Generator<AstNode> {
  if (wordsOfNode(node) !== undefined) return;
  yield node;
  for (const child of AstUtils.streamContents(node)) yield* supportedNodes(child);
}

/** Every construct of the tree that is not supported, but not those inside one another. */
export function* notSupported(node: AstNode): Generator<NotSupported> {
  const words = wordsOfNode(node);
  if (words !== undefined) {
    yield { words, where: firstWord(node, isSetOf(node) ? 'of' : undefined) };
    return;
  }
  yield* notSupportedParts(node);
  for (const child of AstUtils.streamContents(node)) yield* notSupported(child);
}

/** True if declarations may be missing because they stand in another file or in an extension. */
export function hasDeclarationsElsewhere(file: SchemaFile): boolean {
  return file.declarations.some((declaration) => isImport(declaration) || isTypeExtension(declaration));
}

function wordsOfNode(node: AstNode): string | undefined {
  if (isImport(node)) return 'import';
  if (isTypeExtension(node)) return 'extend';
  if (isCondition(node)) return 'condition';
  if (isMultiplicity(node)) return node.$cstNode?.text ?? '[';
  if (isGrantedBy(node)) return 'granted by';
  if (isRevokedBy(node)) return 'revoked by';
  if (isLifecycle(node)) return `${node.event} by`;
  if (isRequire(node)) return 'require';
  if (isExpiry(node)) return node.mandatory ? 'must expire' : 'expires';
  if (isSetOf(node)) return 'name of set';
  return undefined;
}

/** Constructs that are parts of a node, not nodes of their own. */
function* notSupportedParts(node: AstNode): Generator<NotSupported> {
  if (isRelation(node) && node.unique) yield { words: 'unique', where: firstWord(node, 'unique') };
  if (isSubject(node) && node.condition !== undefined)
    yield { words: 'with', where: firstWord(node, 'with') };
}

function firstWord(node: AstNode, keyword: string | undefined): CstNode | undefined {
  if (keyword !== undefined) return GrammarUtils.findNodeForKeyword(node.$cstNode, keyword);
  if (isMultiplicity(node) || node.$cstNode === undefined) return node.$cstNode;
  return CstUtils.flattenCst(node.$cstNode).find((leaf) => !leaf.hidden);
}
