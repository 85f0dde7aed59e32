/**
 * The compiled schema: what the language means, as plain JSON.
 *
 * The writer stores it with its format number; nodes load it without ever running the compiler.
 * Members refer to each other by name, so nothing here depends on an order or a numbering.
 */

/** Raised with every change of shape; a node that meets a higher one stops serving. */
export const SCHEMA_FORMAT = 1;

export interface CompiledSchema {
  format: typeof SCHEMA_FORMAT;
  /** From the `schema` line; absent if there is none. */
  name?: string;
  types: CompiledType[];
}

export interface CompiledType {
  name: string;
  /** Text of its `///` lines, joined by line feeds. */
  doc?: string;
  members: CompiledMember[];
  source: SourcePosition;
}

export interface CompiledMember {
  name: string;
  kind: 'relation' | 'permission';
  doc?: string;
  /** What a tuple of this relation may hold as its subject; empty for a permission. */
  subjects: SubjectForm[];
  /** Who is in it. Ladders are already spelled out: the second rung is `direct or first`. */
  rewrite: Rewrite;
  source: SourcePosition;
}

/** One alternative after a relation's colon: `user`, `team#member` or `user:*`. */
export interface SubjectForm {
  type: string;
  /** The relation or permission of a subject set; absent otherwise. */
  relation?: string;
  /** True for `type:*`. */
  wildcard: boolean;
}

export type Rewrite =
  | { op: 'direct' }
  | { op: 'self' }
  | { op: 'nobody' }
  /** A relation or permission of the same type. */
  | { op: 'name'; name: string }
  /** `relation.name`: over the tuples stored in `relation`, ask `name` of the object each names. */
  | { op: 'arrow'; relation: string; name: string }
  /** `every relation.name`: there is at least one such object, and all of them have it. */
  | { op: 'every'; relation: string; name: string }
  | { op: 'or'; of: Rewrite[] }
  | { op: 'and'; of: Rewrite[] }
  | { op: 'except'; from: Rewrite; without: Rewrite };

/** Where a declaration's name stands; line and column count from 1. */
export interface SourcePosition {
  file: string;
  line: number;
  column: number;
}
