/** The references of a schema as types of text. */
import type { Operation } from '../model/write.ts';

type TypeName<S> = keyof S & string;
type NameIn<S, T extends keyof S, Kind extends string> =
  S[T] extends Record<Kind, infer Members> ? keyof Members & string : never;
type RelationName<S, T extends keyof S> = NameIn<S, T, 'relations'>;
/** A relation or permission. */
type MemberName<S, T extends keyof S> = RelationName<S, T> | NameIn<S, T, 'permissions'>;
/** The forms of subjects that a relation admits, such as `user`, `team#member` or `user:*`. */
type FormsOf<S, T, R> = T extends keyof S
  ? S[T] extends { relations: infer Relations }
    ? R extends keyof Relations
      ? Relations[R]
      : never
    : never
  : never;

/** `type:id` */
export type ObjectOf<S, T extends TypeName<S> = TypeName<S>> = T extends string ? `${T}:${string}` : never;

/** `type:id`, `type:id#relation` or `type:*` */
export type SubjectOf<S> = ObjectOf<S>;

/**
 * What a question must be besides {@link QuestionOf}: `team:${string}` is also the text of a set of a relation that the type
 * does not have.
 */
export type KnownSet<S, Text> = Text extends `${infer T}:${string}#${infer R}`
  ? T extends TypeName<S>
    ? R extends MemberName<S, T>
      ? unknown
      : { subject: `${T}:${string}#${MemberName<S, T>}` & { readonly form: MemberName<S, T> } }
    : unknown
  : unknown;

/** A relation or permission of any type. */
export type AnyMember<S> = { [T in TypeName<S>]: MemberName<S, T> }[TypeName<S>];

/** `type`, or `type#relation` */
export type SubjectTypeOf<S> = {
  [T in TypeName<S>]: T | `${T}#${MemberName<S, T>}`;
}[TypeName<S>];

/** The text of subjects of a form. */
type TextOf<Form> = Form extends `${string}:*`
  ? Form
  : Form extends `${infer T}#${infer R}`
    ? `${T}:${string}#${R}`
    : Form extends string
      ? `${Form}:${string}`
      : never;

/** The form of a subject's text. */
type FormOf<Text> = Text extends `${string}:*`
  ? Text
  : Text extends `${infer T}:${infer Id}`
    ? Id extends `${string}#${infer R}`
      ? `${T}#${R}`
      : T
    : never;

/** A relation or permission of an object. */
export type SetOf<S> = {
  [T in TypeName<S>]: { object: ObjectOf<S, T>; relation: MemberName<S, T> };
}[TypeName<S>];

export type QuestionOf<S> = {
  [T in TypeName<S>]: { object: ObjectOf<S, T>; relation: MemberName<S, T>; subject: SubjectOf<S> };
}[TypeName<S>];

export type ResourceQuestionOf<S> = {
  [T in TypeName<S>]: { resourceType: T; relation: MemberName<S, T>; subject: SubjectOf<S> };
}[TypeName<S>];

/** A tuple that may be stored. */
export type StoredTupleOf<S> = {
  [T in TypeName<S>]: {
    [R in RelationName<S, T>]: { object: ObjectOf<S, T>; relation: R; subject: TextOf<FormsOf<S, T, R>> };
  }[RelationName<S, T>];
}[TypeName<S>];

export interface UpdateOf<S> {
  operation: Operation;
  tuple: StoredTupleOf<S>;
}

/** Parts that are left out select everything. */
export type FilterOf<S> =
  | {
      [T in TypeName<S>]: {
        object: T | ObjectOf<S, T>;
        relation?: RelationName<S, T>;
        subject?: FilterSubject<S>;
      };
    }[TypeName<S>]
  | { object?: never; relation?: AnyRelation<S>; subject?: FilterSubject<S> };
type AnyRelation<S> = { [T in TypeName<S>]: RelationName<S, T> }[TypeName<S>];
type FilterSubject<S> = TypeName<S> | SubjectOf<S>;

/**
 * What updates must be besides {@link UpdateOf}: `user:${string}` is also the text of a wildcard and of a subject
 * set, which a relation for `user` does not admit.
 */
export type Admitted<S, Updates> = { [I in keyof Updates]: AdmittedUpdate<S, Updates[I]> };

type AdmittedUpdate<S, Update> = Update extends {
  tuple: { object: `${infer T}:${string}`; relation: infer R; subject: infer Subject };
}
  ? FormOf<Subject> extends FormsOf<S, T, R>
    ? unknown
    : { tuple: { subject: TextOf<FormsOf<S, T, R>> & { readonly form: FormsOf<S, T, R> } } }
  : unknown;
