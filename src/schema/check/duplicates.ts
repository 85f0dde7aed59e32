import type { AstNode } from 'langium';
import { quoted } from '../../model/reference.ts';
import { declaredMembers, declaredTypes } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

type Named = AstNode & { name: string };

/** Types have names of their own in the schema, and members in their type. */
export function checkDuplicates({ tree }: ParsedSchema, report: Report): void {
  const types = declaredTypes(tree);
  for (const [type, first] of repeated(types)) {
    const message = `type ${quoted(type.name)} is already declared on ${lineOf(first)}; rename or remove one of them`;
    report.error(nameNode(type), 'duplicate-type', message);
  }
  for (const type of types) {
    for (const [member, first] of repeated(declaredMembers(type))) {
      const what = `${quoted(member.name)} is already declared in type ${quoted(type.name)}`;
      const message = `${what} on ${lineOf(first)}; rename or remove one of them`;
      report.error(nameNode(member), 'duplicate-member', message);
    }
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

function lineOf(declaration: Named): string {
  return `line ${(nameNode(declaration)?.range.start.line ?? 0) + 1}`;
}
