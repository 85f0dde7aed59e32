import type { AstNode } from 'langium';
import { must } from '../base/assert.ts';
import { clauseOf, lifecycleOf } from './compile/clause.ts';
import { invariantOf } from './compile/invariant.ts';
import { positionOf, positionOfName } from './compile/position.ts';
import { rewriteOf } from './compile/rewrite.ts';
import { subjectFormOf } from './compile/subject-form.ts';
import {
  type CompiledCondition,
  type CompiledMember,
  type CompiledSchema,
  type CompiledType,
  type Multiplicity,
  SCHEMA_FORMAT,
} from './compiled-schema.ts';
import { documentationOf, type LeadingComments, readLeadingComments } from './language/comments.ts';
import { definitionOf } from './language/condition-definition.ts';
import { fileAround } from './language/files.ts';
import {
  type Condition,
  isPermission,
  isRelation,
  isRequire,
  isRung,
  isSchemaLine,
  type NamedMember,
  type TypeDeclaration,
} from './language/generated/ast.ts';
import {
  declaredConditions,
  declaredMembers,
  declaredTypes,
  membersIn,
  subjectsOf,
} from './language/members.ts';
import { boundsOf, multiplicityOf } from './language/multiplicity.ts';
import type { ParsedSchema } from './parsed-schema.ts';

type CommentsOf = (node: AstNode) => LeadingComments;

/** Turns trees without errors into the compiled schema. */
export function compile({ tree, files }: ParsedSchema): CompiledSchema {
  const comments = new Map(files.map((file) => [file.tree, readLeadingComments(file.tree.$cstNode)]));
  const commentsOf: CommentsOf = (node) => comments.get(must(fileAround(node), 'a file')) ?? new Map();
  const name = tree.declarations.find(isSchemaLine)?.name;
  return {
    format: SCHEMA_FORMAT,
    ...(name === undefined ? {} : { name }),
    types: declaredTypes(tree).map((type) => compileType(type, commentsOf)),
    conditions: declaredConditions(tree).map((condition) => compileCondition(condition, commentsOf)),
  };
}

function compileType(type: TypeDeclaration, commentsOf: CommentsOf): CompiledType {
  return {
    name: type.name,
    ...docOf([type], commentsOf),
    members: declaredMembers(type).map((member) => compileMember(member, commentsOf)),
    ...lifecycleOf(type),
    requires: membersIn(type).filter(isRequire).map(invariantOf),
    source: positionOfName(type),
  };
}

function compileMember(member: NamedMember, commentsOf: CommentsOf): CompiledMember {
  return {
    name: member.name,
    kind: isPermission(member) ? 'permission' : 'relation',
    // What is written above a ladder is said of each rung that says nothing itself.
    ...docOf(isRung(member) ? [member, member.$container] : [member], commentsOf),
    subjects: subjectsOf(member).map(subjectFormOf),
    rewrite: rewriteOf(member),
    ...compileMultiplicity(member),
    unique: isRelation(member) && member.unique,
    ...clauseOf(member),
    source: positionOfName(member),
  };
}

function compileMultiplicity(member: NamedMember): { multiplicity?: Multiplicity } {
  const multiplicity = multiplicityOf(member);
  if (multiplicity === undefined) return {};
  const bounds = must(boundsOf(multiplicity), 'the bounds of a multiplicity');
  return { multiplicity: { ...bounds, source: positionOf(multiplicity) } };
}

function compileCondition(condition: Condition, commentsOf: CommentsOf): CompiledCondition {
  return {
    ...must(definitionOf(condition), 'the definition of a condition'),
    ...docOf([condition], commentsOf),
    source: positionOfName(condition),
  };
}

function docOf(nodes: AstNode[], commentsOf: CommentsOf): { doc?: string } {
  for (const node of nodes) {
    const doc = documentationOf(node, commentsOf(node));
    if (doc !== undefined) return { doc };
  }
  return {};
}
