import type { AstNode, CstNode } from 'langium';
import { quoted } from '../../model/reference.ts';
import { pathOf } from '../language/files.ts';
import { isLifecycle, isRequire, type TypeDeclaration } from '../language/generated/ast.ts';
import { declaredConditions, declaredMembers, declaredTypes, membersIn } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import { oneLine } from '../language/one-line.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

type Named = AstNode & { name: string };

/** Types and conditions have names of their own in the schema, members in their type. */
export function checkDuplicates({ tree }: ParsedSchema, report: Report): void {
  const types = declaredTypes(tree);
  for (const [type, first] of repeated(types)) {
    const message = `type ${quoted(type.name)} is already declared on ${placeOf(first, type)}; rename or remove one of them`;
    report.error(nameNode(type), 'duplicate-type', message);
  }
  for (const [condition, first] of repeated(declaredConditions(tree))) {
    const message = `condition ${quoted(condition.name)} is already declared on ${placeOf(first, condition)}; rename or remove one of them`;
    report.error(nameNode(condition), 'duplicate-condition', message);
  }
  for (const { name, parameters } of declaredConditions(tree)) {
    for (const [parameter] of repeated(parameters)) {
      const message = `condition ${quoted(name)} has a parameter ${quoted(parameter.name)} already; rename or remove one of them`;
      report.error(nameNode(parameter), 'duplicate-parameter', message);
    }
  }
  for (const type of types) {
    for (const [member, first] of repeated(declaredMembers(type))) {
      const what = `${quoted(member.name)} is already declared in type ${quoted(type.name)}`;
      const message = `${what} on ${placeOf(first, member)}; rename or remove one of them`;
      report.error(nameNode(member), 'duplicate-member', message);
    }
    checkClauses(type, report);
    checkRequires(type, report);
  }
}

function checkClauses(type: TypeDeclaration, report: Report): void {
  const first = new Map<string, AstNode>();
  for (const clause of membersIn(type).filter(isLifecycle)) {
    const earlier = first.get(clause.event);
    first.set(clause.event, earlier ?? clause);
    if (earlier === undefined) continue;
    const where = lineOf(earlier.$cstNode, clause.$cstNode);
    const message = `type ${quoted(type.name)} says \`${clause.event} by\` already on ${where}; join both with \`or\``;
    report.error(clause.$cstNode, 'duplicate-clause', message);
  }
}

function checkRequires(type: TypeDeclaration, report: Report): void {
  const first = new Map<string, AstNode>();
  for (const require of membersIn(type).filter(isRequire)) {
    const text = oneLine(require.$cstNode?.text ?? '');
    const earlier = first.get(text);
    first.set(text, earlier ?? require);
    if (earlier === undefined) continue;
    const message = `${quoted(text)} is said already on ${lineOf(earlier.$cstNode, require.$cstNode)}; remove one of them`;
    report.error(require.$cstNode, 'duplicate-require', message);
  }
}

/** Every declaration whose name was there before, with the first of that name. */
function repeated<T extends Named>(declarations: T[]): [T, T][] {
  const first = new Map<string, T>();
  const pairs: [T, T][] = [];
  for (const declaration of declarations) {
    if (declaration.name === undefined) continue;
    const earlier = first.get(declaration.name);
    if (earlier === undefined) first.set(declaration.name, declaration);
    else pairs.push([declaration, earlier]);
  }
  return pairs;
}

function placeOf(first: Named, later: Named): string {
  return lineOf(nameNode(first), nameNode(later));
}

/** `line 3`, and of which file if that is another one. */
function lineOf(node: CstNode | undefined, later: CstNode | undefined): string {
  const path = node === undefined ? undefined : pathOf(node);
  const isElsewhere = path !== undefined && later !== undefined && pathOf(later) !== path;
  return `line ${(node?.range.start.line ?? 0) + 1}${isElsewhere ? ` of ${quoted(path)}` : ''}`;
}
