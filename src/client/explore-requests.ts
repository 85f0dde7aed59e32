/** What the methods take and return that look into a store: expand, explain, lookups, lists and watch. */
import type {
  Answer,
  ConditionContext,
  Consistency,
  OfStore,
  StoredTuple,
  TupleFilterParts,
  TupleText,
} from './requests.ts';

/** What is common to questions about one revision. */
interface Question extends OfStore {
  consistency?: Consistency;
  /** Tuples that count as stored for this question alone. */
  contextualTuples?: StoredTuple[];
  context?: ConditionContext;
}

export interface ExpandRequest extends Question {
  object: string;
  relation: string;
  /** How many sets deep; the whole tree if left out or 0. */
  depth?: number;
}

export type ExpandOperation =
  | 'direct'
  | 'or'
  | 'and'
  | 'except'
  | 'arrow'
  | 'every'
  | 'self'
  | 'nobody'
  | 'name'
  | 'of';

/** See `proto/pemba/v1/expand.proto`. */
export interface ExpandNode {
  operation: ExpandOperation;
  /** `type:id#relation`; empty for a part of an expression. */
  set: string;
  /** The part of the schema that the node follows from. */
  expression: string;
  /** Stored objects and wildcards; stored subject sets are children. */
  subjects: string[];
  /** What the tuples of the subjects carry, as `[condition {…}] [expires T]`; left out if none carries anything. */
  subjectGrants?: string[];
  /** Places in the list of nodes. */
  children: number[];
  /** What the tuples that lead to the children carry, likewise. */
  childGrants?: string[];
  /** Why a set has no children here: it is deeper than was asked for, or stands elsewhere. */
  omission: 'depth' | 'seen' | undefined;
  /** With the omission `seen`: the place of the node that shows the same set. */
  sameAs: number | undefined;
}

export interface ExpandResponse {
  /** Each before its children; the first one is the root. */
  nodes: ExpandNode[];
  zookie: string;
}

export interface ExplainRequest extends Question, TupleText {
  /** 3 if left out. */
  maxMisses?: number;
}

/** One step of a derivation. */
export interface ExplainReason {
  /** The set that the subject is in, or not in, as `type:id#relation`. */
  set: string;
  /** True if the step is that the subject is not in the set. */
  isAbsent: boolean;
  /** The part of the schema it follows by. */
  expression: string;
  /** Where that stands; lines and columns count from 1. */
  position: { file: string; line: number; column: number } | undefined;
  /** The tuple it follows from, if there is one. */
  tuple: StoredTuple | undefined;
  /** True if the tuple is not stored: it would have to be written. */
  isMissing: boolean;
  /** The steps it follows from, as places in the list. */
  because: number[];
}

/** A set of changes that would turn the answer into `allowed`. */
export interface ExplainMiss {
  /** With the condition or expiry that the schema demands. */
  add: StoredTuple[];
  /** Also what `require one of` leaves no room for; other invariants and multiplicities are not looked at. */
  remove: StoredTuple[];
  /** The derivation there would be then. */
  reasons: ExplainReason[];
  /**
   * Stored tuples that would do, did they hold, and why they do not, and what of them the write takes away; left out if there
   * are none.
   */
  ineffective?: { tuple: StoredTuple; why: string }[];
}

export interface ExplainResponse {
  answer: Answer;
  /** If it is conditional: the parameters it depends on that nobody gave. */
  missing?: string[];
  /** If it is allowed: a shortest derivation, each step before those it follows from. */
  reasons: ExplainReason[];
  /** If it is denied: what would allow it, the smallest first. */
  misses: ExplainMiss[];
  /** The search for misses reached the limit explainSteps: there may be more, and smaller ones. */
  missesArePartial?: true;
  zookie: string;
}

export interface ListPermissionsRequest extends Question {
  object: string;
  subject: string;
}

export interface FoundPermission {
  name: string;
  isPermission: boolean;
  answer: Answer;
  /** If it is conditional: the parameters it depends on that nobody gave. */
  missing?: string[];
}

export interface ListPermissionsResponse {
  /** In the order of the schema; what is denied is left out. */
  permissions: FoundPermission[];
  zookie: string;
}

/** What is common to lookups. */
interface Paged {
  /** Ends after so many results; only when there are no more if left out or 0. */
  pageSize?: number;
  /** `nextPageToken` of any part before: goes on after it. All else must be the same, without a consistency. */
  pageToken?: string;
}

export interface LookupResourcesRequest extends Question, Paged {
  resourceType: string;
  relation: string;
  subject: string;
}

export interface LookupSubjectsRequest extends Question, Paged {
  object: string;
  relation: string;
  /** `type` for objects and the wildcard, or `type#relation` for subject sets. */
  subjectType: string;
}

export interface FoundResult {
  /** Without its type. For subjects, `*` stands for every object of the type but those listed as denied. */
  id: string;
  /** `denied` only for exceptions from `*`. */
  answer: Answer;
  /** If it is conditional: the parameters it depends on that nobody gave. */
  missing?: string[];
}

/** Up to 1,000 results, in the order of their ids. */
export interface LookupResults {
  results: FoundResult[];
  /** Empty if there are no more. */
  nextPageToken: string;
  zookie: string;
}

export interface WatchRequest extends OfStore {
  /** Changes of tuples that one of them selects; all if left out. */
  filters?: TupleFilterParts[];
  /** The zookie after which to start; with the next change if left out. */
  after?: string;
  /** An event comes at least so often, changes or not; 10,000 if left out. */
  heartbeatMs?: number;
}

export interface TupleChange {
  operation: 'added' | 'removed';
  tuple: StoredTuple;
}

/** What one revision changed, or that nothing selected has changed up to one. */
export interface WatchEvent {
  /** A new watch may go on after it. */
  zookie: string;
  /** Empty in a checkpoint. */
  changes: TupleChange[];
  /** When the revision was made, by the database's clock. */
  time: Date | undefined;
  actor: string;
  metadata: Record<string, unknown> | undefined;
  /** The version of the schema from here on; 0 if the revision did not change it. */
  schemaVersion: number;
}
