/** What a schema file declares, by name. The tree is never changed after parsing, so this is cached. */
import type { NamedMember, NameExpression, SchemaFile, Subject, TypeDeclaration } from './generated/ast.ts';
import { isLadder, isPermission, isRelation, isRung, isTypeDeclaration } from './generated/ast.ts';

/** A name and what it means; where one is declared twice the first stands. */
export type Names<T> = ReadonlyMap<string, T>;

const typesOfFile = new WeakMap<SchemaFile, Names<TypeDeclaration>>();
const membersOfType = new WeakMap<TypeDeclaration, Names<NamedMember>>();

/** All type declarations in source order, duplicates included. */
export function declaredTypes(file: SchemaFile): TypeDeclaration[] {
  // After a syntax error a type can be without a name; nothing can be said about it.
  return file.declarations.filter(isTypeDeclaration).filter((type) => type.name !== undefined);
}

/** Relations, rungs and permissions of a type in source order, duplicates included. */
export function declaredMembers(type: TypeDeclaration): NamedMember[] {
  return type.members.flatMap((member): NamedMember[] => {
    if (isLadder(member)) return member.rungs;
    return isRelation(member) || isPermission(member) ? [member] : [];
  });
}

export function typesByName(file: SchemaFile): Names<TypeDeclaration> {
  return cached(typesOfFile, file, () => byName(declaredTypes(file)));
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
  const container = isRung(member) ? member.$container.$container : member.$container;
  return isTypeDeclaration(container) ? container : container.type?.ref;
}

/** The types of the objects that may be stored in a member, each once; unknown ones are left out. */
export function subjectTypesOf(member: NamedMember): TypeDeclaration[] {
  const types = subjectsOf(member).map((subject) => subject.type?.ref);
  return [...new Set(types.filter((type) => type !== undefined))];
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
