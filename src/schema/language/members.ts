/** What a schema declares, by name. The trees are never changed after parsing, so this is cached. */
import { type AstNode, AstUtils } from 'langium';
import { fileAround, filesWith } from './files.ts';
import type {
  Condition,
  Member,
  NamedMember,
  NameExpression,
  SchemaFile,
  Subject,
  TypeDeclaration,
  TypeExtension,
} from './generated/ast.ts';
import {
  isCondition,
  isLadder,
  isPermission,
  isRelation,
  isTypeDeclaration,
  isTypeExtension,
} from './generated/ast.ts';

/** A name and what it means; where one is declared twice the first stands. */
export type Names<T> = ReadonlyMap<string, T>;

/** By the root file of the schema. */
const typesOfSchema = new WeakMap<SchemaFile, Names<TypeDeclaration>>();
const conditionsOfSchema = new WeakMap<SchemaFile, Names<Condition>>();
const extensionsOfSchema = new WeakMap<SchemaFile, ReadonlyMap<string, TypeExtension[]>>();
const membersOfType = new WeakMap<TypeDeclaration, Names<NamedMember>>();

/** All type declarations of a file's schema, file by file in source order, duplicates included. */
export function declaredTypes(file: SchemaFile): TypeDeclaration[] {
  // After a syntax error a type can be without a name; nothing can be said about it.
  return filesWith(file).flatMap(({ declarations }) =>
    declarations.filter(isTypeDeclaration).filter((type) => type.name !== undefined),
  );
}

function declaredExtensions(file: SchemaFile): TypeExtension[] {
  return filesWith(file).flatMap(({ declarations }) => declarations.filter(isTypeExtension));
}

/** All conditions of a file's schema, duplicates included. */
export function declaredConditions(file: SchemaFile): Condition[] {
  return filesWith(file).flatMap(({ declarations }) =>
    declarations.filter(isCondition).filter((condition) => condition.name !== undefined),
  );
}

/** What stands between the braces of a type and of its extensions; these belong to the first of the name. */
export function membersIn(type: TypeDeclaration): Member[] {
  const file = fileAround(type);
  if (file === undefined || typesByName(file).get(type.name) !== type) return type.members;
  const [root] = filesWith(file);
  const extensions = cached(extensionsOfSchema, root, () => extensionsByName(root)).get(type.name) ?? [];
  return [...type.members, ...extensions.flatMap(({ members }) => members)];
}

/** Relations, rungs and permissions of a type and its extensions, duplicates included. */
export function declaredMembers(type: TypeDeclaration): NamedMember[] {
  return membersIn(type).flatMap((member): NamedMember[] => {
    if (isLadder(member)) return member.rungs;
    return isRelation(member) || isPermission(member) ? [member] : [];
  });
}

export function typesByName(file: SchemaFile): Names<TypeDeclaration> {
  const [root] = filesWith(file);
  return cached(typesOfSchema, root, () => byName(declaredTypes(root)));
}

export function conditionsByName(file: SchemaFile): Names<Condition> {
  const [root] = filesWith(file);
  return cached(conditionsOfSchema, root, () => byName(declaredConditions(root)));
}

export function membersByName(type: TypeDeclaration): Names<NamedMember> {
  return cached(membersOfType, type, () => byName(declaredMembers(type)));
}

/** What a name means, or undefined if nothing is called so. */
export function memberOf(expression: NameExpression | undefined): NamedMember | undefined {
  return expression?.members?.items[0]?.ref;
}

/** What may be stored in a member: for a rung that is written at its ladder, for a permission nothing. */
export function subjectsOf(member: NamedMember): Subject[] {
  if (isPermission(member)) return [];
  return isRelation(member) ? member.subjects : member.$container.subjects;
}

/** The type that a member is declared in; for an extension the type it extends, if that is known. */
export function typeOf(member: NamedMember): TypeDeclaration | undefined {
  return typeAround(member);
}

/** The type whose names mean something at a node; in an extension that is the type it extends, if it is known. */
export function typeAround(node: AstNode): TypeDeclaration | undefined {
  const container = AstUtils.getContainerOfType(node, isTypeBody);
  if (container === undefined || isTypeDeclaration(container)) return container;
  const file = fileAround(container);
  return file === undefined ? undefined : typesByName(file).get(container.type?.$refText ?? '');
}

/** The types of the objects that may be stored in a member, each once; unknown ones are left out. */
export function subjectTypesOf(member: NamedMember): TypeDeclaration[] {
  const types = subjectsOf(member).map((subject) => subject.type?.ref);
  return [...new Set(types.filter((type) => type !== undefined))];
}

function isTypeBody(node: AstNode): node is TypeDeclaration | TypeExtension {
  return isTypeDeclaration(node) || isTypeExtension(node);
}

function extensionsByName(root: SchemaFile): Map<string, TypeExtension[]> {
  const extensions = new Map<string, TypeExtension[]>();
  for (const extension of declaredExtensions(root)) {
    const name = extension.type?.$refText ?? '';
    const known = extensions.get(name);
    if (known === undefined) extensions.set(name, [extension]);
    else known.push(extension);
  }
  return extensions;
}

function byName<T extends { name: string }>(declarations: T[]): Names<T> {
  const names = new Map<string, T>();
  for (const declaration of declarations) {
    // After a syntax error a declaration can be without a name.
    if (declaration.name !== undefined && !names.has(declaration.name))
      names.set(declaration.name, declaration);
  }
  return names;
}

function cached<K extends object, V>(cache: WeakMap<K, V>, key: K, compute: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const value = compute();
  cache.set(key, value);
  return value;
}
