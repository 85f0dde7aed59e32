import { type AstNode, AstUtils } from 'langium';
import { quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import {
  type Arrow,
  type Every,
  type GrantedBy,
  isArrow,
  isDirect,
  isEvery,
  isGrantedBy,
  isLifecycle,
  isPermission,
  isRevokedBy,
  isSubjectPath,
  type Lifecycle,
  type RevokedBy,
} from '../language/generated/ast.ts';
import { memberOf, subjectsOf } from '../language/members.ts';

import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** What may stand where in an expression. */
export function checkExpressions({ tree }: ParsedSchema, report: Report): void {
  for (const node of allNodes(tree)) {
    if (isDirect(node)) checkDirect(node, report);
    if (isArrow(node) || isEvery(node)) checkFollowed(node, report);
    if (isSubjectPath(node) && AstUtils.getContainerOfType(node, isClauseOfTuple) === undefined) {
      const message =
        '`subject` is known in `granted by` and `revoked by` only; name a relation of this type';
      report.error(node.$cstNode, 'subject-outside-clause', message);
    }
  }
}

function isClauseOfTuple(node: AstNode): node is GrantedBy | RevokedBy {
  return isGrantedBy(node) || isRevokedBy(node);
}

function isClause(node: AstNode): node is GrantedBy | RevokedBy | Lifecycle {
  return isClauseOfTuple(node) || isLifecycle(node);
}

function checkDirect(node: AstNode, report: Report): void {
  const clause = AstUtils.getContainerOfType(node, isClause);
  if (clause !== undefined) {
    const message =
      '`direct` cannot stand in a clause, which asks who holds a relation; name the relation instead';
    report.error(node.$cstNode, 'direct-in-clause', message);
    return;
  }
  if (AstUtils.getContainerOfType(node, isPermission) === undefined) return;
  const message = '`direct` cannot stand in a permission, which stores no tuples; name a relation instead';
  report.error(node.$cstNode, 'direct-in-permission', message);
}

/** An arrow goes over stored tuples, and each must name one object. */
function checkFollowed(node: Arrow | Every, report: Report): void {
  const relation = memberOf(node.relation);
  if (relation === undefined) return;
  const where = node.relation.$cstNode;
  const name = quoted(relation.name);
  const mark = isArrow(node) ? 'an arrow' : '`every`';
  if (isPermission(relation)) {
    const message = `${name} is a permission and stores no tuples, and ${mark} goes over tuples; write a relation`;
    report.error(where, 'not-a-relation', message);
  }
  const wildcard = subjectsOf(relation).find((subject) => subject.wildcard);
  if (wildcard !== undefined) {
    const what = `${name} admits ${quoted(`${wildcard.type.$refText}:*`)}, which ${mark} cannot follow`;
    report.error(where, 'wildcard-behind-arrow', `${what}; move the wildcard to a relation of its own`);
  }
}
