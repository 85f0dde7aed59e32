import { type AstNode, type CstNode, CstUtils, isLeafCstNode, type LeafCstNode } from 'langium';

/** The comments directly in front of a piece of text, by the offset at which it starts. */
export type LeadingComments = ReadonlyMap<number, LeafCstNode[]>;

// Four slashes are an ordinary comment, as a ruled line of them is no documentation.
const DOC_COMMENT = /^\/\/\/(?!\/) ?/;

/** Finds every comment and what it stands in front of. */
export function readLeadingComments(root: CstNode | undefined): LeadingComments {
  const comments = new Map<number, LeafCstNode[]>();
  let pending: LeafCstNode[] = [];
  if (root === undefined) return comments;
  for (const leaf of CstUtils.streamCst(root).filter(isLeafCstNode)) {
    if (leaf.hidden) {
      pending.push(leaf);
    } else if (pending.length > 0) {
      comments.set(leaf.offset, pending);
      pending = [];
    }
  }
  return comments;
}

export function commentsBefore(node: AstNode, comments: LeadingComments): LeafCstNode[] {
  return (node.$cstNode === undefined ? undefined : comments.get(node.$cstNode.offset)) ?? [];
}

/** The text of the `///` lines before a declaration, joined by line feeds; undefined if there are none. */
export function documentationOf(node: AstNode, comments: LeadingComments): string | undefined {
  const lines = commentsBefore(node, comments)
    .map((comment) => comment.text)
    .filter((text) => DOC_COMMENT.test(text))
    .map((text) => text.replace(DOC_COMMENT, '').trimEnd());
  return lines.length === 0 ? undefined : lines.join('\n');
}
