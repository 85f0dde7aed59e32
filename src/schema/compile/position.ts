import { must } from '../../base/assert.ts';
import type { SourcePosition } from '../compiled-schema.ts';
import type { NamedMember, TypeDeclaration } from '../language/generated/ast.ts';
import { nameNode } from '../language/name-node.ts';

/** Where the declared name stands. */
export function positionOfName(declaration: TypeDeclaration | NamedMember, file: string): SourcePosition {
  const { start } = must(nameNode(declaration), 'the name of a declaration').range;
  return { file, line: start.line + 1, column: start.character + 1 };
}
