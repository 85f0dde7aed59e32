import { type AstNode, AstUtils, type CstNode } from 'langium';
import { isName, MAX_NAME_LENGTH, quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import {
  isCondition,
  isPermission,
  isRelation,
  isRung,
  isSchemaLine,
  isTypeDeclaration,
} from '../language/generated/ast.ts';
import { nameNode } from '../language/name-node.ts';
import { RESERVED_WORDS } from '../language/token.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

const RULE = 'names are letters, digits and `_`, in segments joined by `-` or `/`, and start with no digit';

/** A declared name is a name, is not too long, and is no reserved word unless in backticks. */
export function checkNames({ tree }: ParsedSchema, report: Report): void {
  for (const node of allNodes(tree)) {
    if (declaresName(node)) checkName(nameNode(node), report);
    for (const { reference } of AstUtils.streamReferences(node)) {
      if (isReserved(reference.$refNode)) reportReserved(reference.$refNode, report);
    }
  }
}

function declaresName(node: AstNode): boolean {
  return (
    isSchemaLine(node) ||
    isTypeDeclaration(node) ||
    isRelation(node) ||
    isRung(node) ||
    isPermission(node) ||
    isCondition(node)
  );
}

function checkName(node: CstNode | undefined, report: Report): void {
  if (node === undefined) return;
  if (isReserved(node)) {
    reportReserved(node, report);
    return;
  }
  const name = node.text.startsWith('`') ? node.text.slice(1, -1) : node.text;
  if (isName(name)) return;
  if (name.length > MAX_NAME_LENGTH) {
    const message = `the name ${quoted(name)} is too long; at most ${MAX_NAME_LENGTH} characters are allowed`;
    report.error(node, 'name-too-long', message);
  } else {
    report.error(
      node,
      'malformed-name',
      `${name === '' ? 'an empty name' : quoted(name)} is no name; ${RULE}`,
    );
  }
}

function isReserved(node: CstNode | undefined): boolean {
  return node !== undefined && RESERVED_WORDS.has(node.text);
}

function reportReserved(node: CstNode | undefined, report: Report): void {
  const message = `${quoted(node?.text ?? '')} is a reserved word; write another name, or put it in backticks`;
  report.error(node, 'reserved-word', message);
}
