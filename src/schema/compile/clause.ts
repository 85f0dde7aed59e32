import type { Clause, CompiledMember, CompiledType } from '../compiled-schema.ts';
import {
  type GrantedBy,
  isGrantedBy,
  isLifecycle,
  isPermission,
  isRung,
  type Lifecycle,
  type NamedMember,
  type RevokedBy,
  type TypeDeclaration,
} from '../language/generated/ast.ts';
import { membersIn } from '../language/members.ts';
import { oneLine } from '../language/one-line.ts';
import { positionOf } from './position.ts';
import { clauseExpressionOf } from './rewrite.ts';

/** Who may add to a relation and remove from it, all defaults resolved. */
export function clauseOf(member: NamedMember): Pick<CompiledMember, 'grantedBy' | 'revokedBy'> {
  if (isPermission(member)) return {};
  const { granted, revoked } = isRung(member) ? clausesOfRung(member) : ownClauses(member);
  const grantedBy = granted === undefined ? undefined : compiled(granted);
  const revokedBy = revoked === undefined ? grantedBy : compiled(revoked);
  return {
    ...(grantedBy === undefined ? {} : { grantedBy }),
    ...(revokedBy === undefined ? {} : { revokedBy }),
  };
}

export function lifecycleOf(type: TypeDeclaration): Pick<CompiledType, 'createdBy' | 'deletedBy'> {
  const clauses = membersIn(type).filter(isLifecycle);
  const created = clauses.find(({ event }) => event === 'created');
  const deleted = clauses.find(({ event }) => event === 'deleted');
  return {
    ...(created === undefined ? {} : { createdBy: compiled(created) }),
    ...(deleted === undefined ? {} : { deletedBy: compiled(deleted) }),
  };
}

interface Clauses {
  granted: GrantedBy | undefined;
  revoked: RevokedBy | undefined;
}

function ownClauses({ grantedBy, revokedBy }: { grantedBy?: GrantedBy; revokedBy?: RevokedBy }): Clauses {
  return { granted: grantedBy, revoked: revokedBy };
}

/** A rung's own clause wins, and what grants it by itself revokes it too, unless it says otherwise. */
function clausesOfRung(rung: Extract<NamedMember, { $type: 'Rung' }>): Clauses {
  const [own, ladder] = [ownClauses(rung), ownClauses(rung.$container)];
  return {
    granted: own.granted ?? ladder.granted,
    revoked: own.revoked ?? (own.granted === undefined ? ladder.revoked : undefined),
  };
}

function compiled(clause: GrantedBy | RevokedBy | Lifecycle): Clause {
  return {
    keyword: keywordOf(clause),
    expression: clauseExpressionOf(clause.expression),
    text: oneLine(clause.expression.$cstNode?.text ?? ''),
    source: positionOf(clause),
  };
}

function keywordOf(clause: GrantedBy | RevokedBy | Lifecycle): Clause['keyword'] {
  if (isLifecycle(clause)) return `${clause.event} by`;
  return isGrantedBy(clause) ? 'granted by' : 'revoked by';
}
