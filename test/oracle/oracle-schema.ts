/** The oracle's own picture of a schema: what an author writes, nothing worked out. */

export type Expression =
  | { kind: 'direct' }
  | { kind: 'self' }
  | { kind: 'nobody' }
  | { kind: 'name'; name: string }
  | { kind: 'arrow'; relation: string; name: string }
  | { kind: 'every'; relation: string; name: string }
  | { kind: 'of'; set: string; name: string }
  | { kind: 'or'; of: Expression[] }
  | { kind: 'and'; of: Expression[] }
  | { kind: 'except'; from: Expression; without: Expression };

export interface RelationDeclaration {
  kind: 'relation';
  name: string;
  /** As written: `user`, `team#member`, `user:*`. */
  subjects: string[];
  /** Absent: `direct`. */
  expression?: Expression;
}

export interface LadderDeclaration {
  kind: 'roles';
  /** The first includes all after it: `roles lead > member`. */
  rungs: string[];
  subjects: string[];
}

export interface PermissionDeclaration {
  kind: 'permission';
  name: string;
  expression: Expression;
}

export type Declaration = RelationDeclaration | LadderDeclaration | PermissionDeclaration;

export interface OracleType {
  name: string;
  declarations: Declaration[];
}

export interface OracleSchema {
  types: OracleType[];
}

/** The names a declaration brings. */
export function namesOf(declaration: Declaration): string[] {
  return declaration.kind === 'roles' ? declaration.rungs : [declaration.name];
}
