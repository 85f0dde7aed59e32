/** What a test file says, once it is read. Lines and columns count from 1. */
import type { Json } from '../base/json.ts';
import type { Refusal } from '../judge/refusal.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { Tuple } from '../model/tuple.ts';

export interface Place {
  line: number;
  column: number;
}

/** Values for the parameters of conditions; null is neither given nor filled by the clock. */
export type Context = Readonly<Record<string, Json>>;

/** `object#relation@subject {…}`; `text` is all of it as written. */
export interface Question extends Place {
  text: string;
  object: string;
  relation: string;
  subject: string;
  context: Context;
}

/** All objects of a type on which a subject has a relation, or all subjects of a type in a set. */
export interface Listing<Of> extends Place {
  text: string;
  of: Of;
  context: Context;
  /** Ids. */
  are: string[];
}

export interface ResourcesOf {
  resourceType: string;
  relation: string;
  subject: string;
}

export interface SubjectsOf {
  object: string;
  relation: string;
  /** `user` or `team#member`. */
  subjectType: string;
}

export interface Expectations {
  allowed: Question[];
  denied: Question[];
  conditional: Question[];
  resources: Listing<ResourcesOf>[];
  subjects: Listing<SubjectsOf>[];
}

export interface TestWrite extends Place {
  name?: string;
  /** On whose behalf; the trusted path if absent. */
  actor?: ObjectRef;
  add: Tuple[];
  remove: Tuple[];
  context: Context;
  /** Milliseconds since 1970; the world's if absent. */
  now?: number;
  expect: 'accepted' | 'refused';
  because?: Refusal;
  /** Expected once it is done, or refused; asked for the time of the write. */
  afterwards?: Expectations;
}

/** Tuples, and what is expected of them. */
export interface TestWorld extends Place {
  name?: string;
  tuples: Tuple[];
  tuplesAt: Place;
  /** Milliseconds since 1970; the real time if absent. */
  now?: number;
  expectations: Expectations;
  writes: TestWrite[];
}

export interface TestFile {
  /** From the folder of the test file. */
  schema: string;
  schemaAt: Place;
  /** The file's own world, and those of `tests`, each with the file's tuples in front of its own. */
  worlds: TestWorld[];
}

/** Why a file cannot be run. */
export interface Problem extends Place {
  message: string;
}
