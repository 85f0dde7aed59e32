import type { AstNode } from 'langium';
import { positionOfName } from './compile/position.ts';
import { rewriteOf } from './compile/rewrite.ts';
import { subjectFormOf } from './compile/subject-form.ts';
import {
  type CompiledMember,
  type CompiledSchema,
  type CompiledType,
  SCHEMA_FORMAT,
} from './compiled-schema.ts';
import { documentationOf, type LeadingComments, readLeadingComments } from './language/comments.ts';
import {
  isPermission,
  isRung,
  isSchemaLine,
  type NamedMember,
  type TypeDeclaration,
} from './language/generated/ast.ts';
import { declaredMembers, declaredTypes, subjectsOf } from './language/members.ts';
import type { ParsedSchema } from './parsed-schema.ts';

/** Turns a tree without errors into the compiled schema. */
export function compile(parsed: ParsedSchema): CompiledSchema {
  const comments = readLeadingComments(parsed.tree.$cstNode);
  const name = parsed.tree.declarations.find(isSchemaLine)?.name;
  const types = declaredTypes(parsed.tree).map((type) => compileType(type, comments, parsed.path));
  return { format: SCHEMA_FORMAT, ...(name === undefined ? {} : { name }), types };
}

function compileType(type: TypeDeclaration, comments: LeadingComments, file: string): CompiledType {
  return {
    name: type.name,
    ...docOf([type], comments),
    members: declaredMembers(type).map((member) => compileMember(member, comments, file)),
    source: positionOfName(type, file),
  };
}

function compileMember(member: NamedMember, comments: LeadingComments, file: string): CompiledMember {
  return {
    name: member.name,
    kind: isPermission(member) ? 'permission' : 'relation',
    // What is written above a ladder is said of each rung that says nothing itself.
    ...docOf(isRung(member) ? [member, member.$container] : [member], comments),
    subjects: subjectsOf(member).map(subjectFormOf),
    rewrite: rewriteOf(member),
    source: positionOfName(member, file),
  };
}

function docOf(nodes: AstNode[], comments: LeadingComments): { doc?: string } {
  for (const node of nodes) {
    const doc = documentationOf(node, comments);
    if (doc !== undefined) return { doc };
  }
  return {};
}
