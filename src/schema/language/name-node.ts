import { type AstNode, type CstNode, GrammarUtils } from 'langium';

/** The text of a property in the syntax tree, or undefined if a syntax error swallowed it. */
export function propertyNode(node: AstNode, property: string, index?: number): CstNode | undefined {
  return GrammarUtils.findNodeForProperty(node.$cstNode, property, index);
}

/** The text of a declaration's name. */
export function nameNode(declaration: AstNode): CstNode | undefined {
  return propertyNode(declaration, 'name');
}
