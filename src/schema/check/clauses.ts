import { type AstNode, AstUtils } from 'langium';
import { quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import {
  type Expression,
  type GrantedBy,
  isGrantedBy,
  isLadder,
  isLifecycle,
  isPermission,
  isRelation,
  isRequire,
  isRevokedBy,
  isRung,
  isSubject,
  type NamedMember,
  type SchemaFile,
} from '../language/generated/ast.ts';
import { declaredMembers, declaredTypes, memberOf } from '../language/members.ts';
import { boundsOf, multiplicityOf } from '../language/multiplicity.ts';
import { leavesOf } from '../language/parts.ts';
import { isIntact, type ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** Clauses that let in whom their author hardly meant. */
export function checkClauses(parsed: ParsedSchema, report: Report): void {
  const { tree } = parsed;
  const carriers = isIntact(parsed) ? readByExpressions(tree) : new Set<AstNode>();
  for (const node of allNodes(tree)) {
    if (isLifecycle(node) && node.event === 'created') {
      for (const leaf of leavesOf(node.expression)) checkCreator(leaf, report);
    }
    if (isGrantedBy(node)) checkGranter(node, carriers, report);
  }
}

/** While an object is new its own names count as held by whoever the write names in them. */
function checkCreator(leaf: Expression, report: Report): void {
  if (leaf.$type === 'NameExpression' || leaf.$type === 'SetOf') {
    const own = memberOf(leaf.$type === 'SetOf' ? leaf.set : leaf);
    if (own === undefined) return;
    const message = `\`created by\` asks who is in ${quoted(own.name)} of the new object, and a creator can name himself there; ask an object that exists, with an arrow such as \`workspace.manager\``;
    report.warning(leaf.$cstNode, 'created-by-itself', message);
  }
  if (leaf.$type === 'Arrow') {
    const relation = memberOf(leaf.relation);
    if (relation === undefined || isPermission(relation) || isAtMostOne(relation)) return;
    const message = `${quoted(relation.name)} may hold several objects, of which a creator needs only one; write \`[1]\` or \`[0..1]\` behind it`;
    report.warning(leaf.$cstNode, 'created-over-many', message);
  }
}

function isAtMostOne(relation: NamedMember): boolean {
  const multiplicity = multiplicityOf(relation);
  return multiplicity !== undefined && boundsOf(multiplicity)?.max === 1;
}

/** Who controls a subject could attach it to any object, and gain what the relation carries there. */
function checkGranter(clause: GrantedBy, carriers: ReadonlySet<AstNode>, report: Report): void {
  const leaves = leavesOf(clause.expression);
  if (leaves.length === 0 || leaves.some(({ $type }) => $type !== 'SubjectPath')) return;
  const { $container: owner } = clause;
  const granted = isLadder(owner) ? owner.rungs : [owner];
  const carrier = granted.find((relation) => carriers.has(relation));
  if (carrier === undefined) return;
  const message = `\`granted by\` looks at \`subject\` alone, so that its owner can attach it to any object, and ${quoted(carrier.name)} carries permissions; ask the object too, such as \`manager and ${clause.expression.$cstNode?.text ?? ''}\``;
  report.warning(clause.expression.$cstNode, 'granted-by-subject-only', message);
}

/** What the expressions of members and subject sets name; a rung is read by the one below it. */
function readByExpressions(tree: SchemaFile): Set<AstNode> {
  const read = new Set<AstNode>();
  for (const member of declaredTypes(tree).flatMap(declaredMembers)) {
    if (isRung(member) && member !== member.$container.rungs.at(-1)) read.add(member);
  }
  for (const node of allNodes(tree)) {
    if (!isSubject(node) && AstUtils.getContainerOfType(node, isDefinition) === undefined) continue;
    if (AstUtils.getContainerOfType(node, isRule) !== undefined) continue;
    for (const { reference } of AstUtils.streamReferences(node)) {
      const targets = 'items' in reference ? reference.items.map(({ ref }) => ref) : [reference.ref];
      for (const target of targets) if (target !== undefined) read.add(target);
    }
  }
  return read;
}

function isDefinition(node: AstNode): node is NamedMember {
  return isRelation(node) || isPermission(node);
}

/** What says who may write, not who has access. */
function isRule(node: AstNode): node is GrantedBy {
  return isGrantedBy(node) || isRevokedBy(node) || isLifecycle(node) || isRequire(node);
}
