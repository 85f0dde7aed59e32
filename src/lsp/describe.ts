/** What is said of a declaration. */
import type { AstNode } from 'langium';
import { documentationOf, readLeadingComments } from '../schema/language/comments.ts';
import { fileAround } from '../schema/language/files.ts';
import { isCondition, isRung, isTypeDeclaration } from '../schema/language/generated/ast.ts';
import { typeOf } from '../schema/language/members.ts';
import { oneLine } from '../schema/language/one-line.ts';
import type { Declaration } from './declarations.ts';

/** How it is declared, on one line: `permission view = member or visitor`. */
export function signatureOf(declaration: Declaration): string {
  if (isTypeDeclaration(declaration)) return `type ${declaration.name}`;
  const text = declaration.$cstNode?.text ?? '';
  if (isCondition(declaration)) return oneLine(text.slice(0, text.indexOf(')') + 1));
  return oneLine(isRung(declaration) ? (declaration.$container.$cstNode?.text ?? '') : text);
}

/** The type that a member belongs to; of anything else, undefined. */
export function ownerOf(declaration: Declaration): string | undefined {
  if (isTypeDeclaration(declaration) || isCondition(declaration)) return undefined;
  return typeOf(declaration)?.name;
}

/** Its `///` lines; a rung without any has those of its ladder. */
export function docOf(declaration: Declaration): string | undefined {
  const comments = readLeadingComments(fileAround(declaration)?.$cstNode);
  const nodes: AstNode[] = isRung(declaration) ? [declaration, declaration.$container] : [declaration];
  return nodes.map((node) => documentationOf(node, comments)).find((doc) => doc !== undefined);
}
