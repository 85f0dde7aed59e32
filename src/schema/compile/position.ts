import type { AstNode, CstNode } from 'langium';
import { must } from '../../base/assert.ts';
import type { PartPosition, SourcePosition } from '../compiled-schema.ts';
import { pathOf } from '../language/files.ts';
import { nameNode } from '../language/name-node.ts';

/** Where the declared name stands. */
export function positionOfName(declaration: AstNode): SourcePosition {
  return position(must(nameNode(declaration), 'the name of a declaration'));
}

/** Where a node begins. */
export function positionOf(node: AstNode): SourcePosition {
  return position(must(node.$cstNode, 'the text of a node'));
}

/** Where a part of an expression begins, in the file that it stands in. */
export function partPositionOf(node: AstNode): PartPosition {
  const { line, column } = positionOf(node);
  return [line, column];
}

function position(node: CstNode): SourcePosition {
  const { start } = node.range;
  return {
    file: must(pathOf(node), 'the path of a file'),
    line: start.line + 1,
    column: start.character + 1,
  };
}
