/**
 * The compiled schema: what the language means, as plain JSON.
 *
 * The writer stores it with its format number; nodes load it without ever running the compiler.
 * Members refer to each other by name, so nothing here depends on an order or a numbering.
 * What is stored in an earlier format is read by `upgrade-schema.ts`.
 */
import type { ConditionDefinition } from '../condition/definition.ts';

/** Raised with every change of shape; a node that meets a higher one stops serving. */
export const SCHEMA_FORMAT = 2;

export interface CompiledSchema {
  format: typeof SCHEMA_FORMAT;
  /** From the `schema` line of the root file; absent if there is none. */
  name?: string;
  /** Types of all files, the root's first; members of extensions stand behind the type's own. */
  types: CompiledType[];
  /** Conditions of all files. A {@link SubjectForm} names one of them. */
  conditions: CompiledCondition[];
}

export interface CompiledType {
  name: string;
  /** Text of its `///` lines, joined by line feeds. */
  doc?: string;
  members: CompiledMember[];
  /** Who may bring an object of this type into being; its expression has no `subject`. */
  createdBy?: Clause;
  /** Who may remove an object of this type whole; its expression has no `subject`. */
  deletedBy?: Clause;
  /** What must hold for each object of this type, in source order. */
  requires: Invariant[];
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
  /** How many subjects one object holds in this relation; absent if that is free. */
  multiplicity?: Multiplicity;
  /** True if a subject is stored in this relation on at most one object. */
  unique: boolean;
  /** Who may add tuples; absent if only the creation of the object does. */
  grantedBy?: Clause;
  /**
   * Who may remove tuples, all defaults resolved: where no `revoked by` is written this is the clause that
   * stands in {@link grantedBy}. Absent exactly if neither is written.
   */
  revokedBy?: Clause;
  source: SourcePosition;
}

/**
 * One alternative after a relation's colon: `user`, `team#member` or `user:*`, and what a tuple of this
 * form carries. Several forms may have the same subject and differ in the rest.
 */
export interface SubjectForm {
  type: string;
  /** The relation or permission of a subject set; absent otherwise. */
  relation?: string;
  /** True for `type:*`. */
  wildcard: boolean;
  /** The name of the condition that tuples of this form carry; absent if they carry none. */
  condition?: string;
  /** Whether tuples of this form may or must carry an expiry; absent if they may not. */
  expiry?: 'may' | 'must';
  /** With `must`: how far from the write's `now` the expiry may lie at most, in seconds. */
  withinSeconds?: number;
}

/** `[min..max]`; `[n]` is `min` = `max`, and a minimum of 0 demands nothing. */
export interface Multiplicity {
  min: number;
  /** Absent if there is no maximum. */
  max?: number;
  /** Where the bracket stands. */
  source: SourcePosition;
}

/** Who may do something to a tuple or an object. */
export interface Clause {
  /** The words that the author wrote in front of it. */
  keyword: 'granted by' | 'revoked by' | 'created by' | 'deleted by';
  expression: ClauseExpression;
  /** The expression as written, on one line and without comments; for messages. */
  text: string;
  /** Where the first of the words stands; all rungs that share a ladder's clause have the same. */
  source: SourcePosition;
}

/**
 * An invariant. Names mean members of the type it stands in, but for `path contains`; all but those of
 * `excludes` are relations.
 */
export type Invariant = InvariantRule & {
  /** As written, from `require` on, on one line and without comments; for messages. */
  text: string;
  /** Where the word `require` stands. */
  source: SourcePosition;
};

export type InvariantRule =
  /** `require one of a, b`: a subject is stored in at most one of these on one object. */
  | { kind: 'one of'; relations: string[] }
  /** `require unique a, b`: a subject is stored in these together on at most one object. */
  | { kind: 'unique'; relations: string[] }
  /** `require a excludes b`: nobody is effectively in both; names of relations or permissions. */
  | { kind: 'excludes'; left: string; right: string }
  /** `require x contains z`: every subject stored in `contained` is stored in `relation`. */
  | { kind: 'contains'; relation: string; contained: string }
  /**
   * `require x.y contains z`: for each object stored in `over` of a type that has the relation `relation`,
   * every subject stored in `contained` of this object is stored in `relation` there.
   */
  | { kind: 'path contains'; over: string; relation: string; contained: string };

/** Where in the file of its declaration a part of an expression stands: line and column, from 1. */
export type PartPosition = [line: number, column: number];

/** A part of an expression that has no others. What a ladder implies stands nowhere. */
export type Leaf =
  | { op: 'direct'; at?: PartPosition }
  | { op: 'self'; at?: PartPosition }
  | { op: 'nobody'; at?: PartPosition }
  /** A relation or permission of the same type. */
  | { op: 'name'; name: string; at?: PartPosition }
  /** `relation.name`: over the tuples stored in `relation`, ask `name` of the object each names. */
  | { op: 'arrow'; relation: string; name: string; at?: PartPosition }
  /** `every relation.name`: there is at least one such object, and all of them have it. */
  | { op: 'every'; relation: string; name: string; at?: PartPosition }
  /**
   * `name of set`: who is in `name` of some object that is effectively in `set`, a relation or permission of this
   * type. Types without `name` contribute nothing; a wildcard in `set` stands for every object of its type.
   */
  | { op: 'of'; set: string; name: string; at?: PartPosition };

/** `subject.name`: the actor is in `name` of the object that the tuple's subject names. */
export type SubjectLeaf = { op: 'subject'; name: string; at?: PartPosition };

/** Leaves joined by operators. Chains are flat: `(a or b) or c` is one `or` of three. */
export type ExpressionOf<L> =
  | L
  | { op: 'or'; of: ExpressionOf<L>[] }
  | { op: 'and'; of: ExpressionOf<L>[] }
  | { op: 'except'; from: ExpressionOf<L>; without: ExpressionOf<L> };

/** Who is in a member. */
export type Rewrite = ExpressionOf<Leaf>;

/** The expression of a clause: that of a member, but without `direct` and, for tuples, with `subject.name`. */
export type ClauseExpression = ExpressionOf<Leaf | SubjectLeaf>;

/** A condition that a tuple can carry, with the values of some of its parameters. */
export interface CompiledCondition extends ConditionDefinition {
  doc?: string;
  /** Where its name stands. */
  source: SourcePosition;
}

/** Where a declaration's name stands; line and column count from 1. */
export interface SourcePosition {
  /** The root file as the compiler was told to call it; an imported one by its path from there. */
  file: string;
  line: number;
  column: number;
}
