import { type AstNode, type CstNode, GrammarUtils } from 'langium';

/** The text of a declaration's name, or undefined if a syntax error swallowed it. */
export function nameNode(declaration: AstNode): CstNode | undefined {
  return GrammarUtils.findNodeForProperty(declaration.$cstNode, 'name');
}
