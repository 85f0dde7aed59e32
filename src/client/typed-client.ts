/** A client that knows a schema, from the type that `pemba generate typescript` writes. */
import type * as explore from './explore-requests.ts';
import type * as requests from './requests.ts';
import type { CallOptions } from './requests.ts';
import type {
  Admitted,
  AnyMember,
  FilterOf,
  KnownSet,
  ObjectOf,
  QuestionOf,
  ResourceQuestionOf,
  SetOf,
  StoredTupleOf,
  SubjectOf,
  SubjectTypeOf,
  UpdateOf,
} from './typed-references.ts';

/** Any schema: names are just texts. */
// biome-ignore lint/suspicious/noExplicitAny: it stands for what is not known
export type AnySchema = Record<string, any>;

/** The requests whose names a schema decides. */
interface TypedMethods<S> {
  /** Checks of one tick are sent as one batch, but for those with a signal. */
  check<const Text extends SubjectOf<S>>(
    request: WithTuples<requests.CheckRequest, S, 'object' | 'relation' | 'subject'> &
      SetOf<S> & { subject: Text } & KnownSet<S, Text>,
    options?: CallOptions,
  ): Promise<requests.CheckResponse>;

  batchCheck(
    request: WithTuples<requests.BatchCheckRequest, S, 'items'> & { items: QuestionOf<S>[] },
    options?: CallOptions,
  ): Promise<requests.BatchCheckResponse>;

  /** Makes an idempotency key if the request has none, so that it may be sent again after a failure. */
  write<const U extends readonly UpdateOf<S>[]>(
    request: Omit<requests.WriteRequest, 'updates' | 'preconditions' | 'actor'> & {
      updates: U & Admitted<S, U>;
      preconditions?: { condition: requests.WritePrecondition['condition']; filter: FilterOf<S> }[];
      actor?: ObjectOf<S>;
    },
    options?: CallOptions,
  ): Promise<requests.ZookieResponse>;

  /** One page. */
  read(
    request?: Omit<requests.ReadRequest, 'filter'> & { filter?: FilterOf<S> },
    options?: CallOptions,
  ): Promise<requests.ReadResponse>;

  /** Who is in a set, and why. */
  expand(
    request: WithTuples<explore.ExpandRequest, S, 'object' | 'relation'> & SetOf<S>,
    options?: CallOptions,
  ): Promise<explore.ExpandResponse>;

  /** Why a check is answered as it is. */
  explain<const Text extends SubjectOf<S>>(
    request: WithTuples<explore.ExplainRequest, S, 'object' | 'relation' | 'subject'> &
      SetOf<S> & { subject: Text } & KnownSet<S, Text>,
    options?: CallOptions,
  ): Promise<explore.ExplainResponse>;

  /** All that a subject has on an object. */
  listPermissions(
    request: WithTuples<explore.ListPermissionsRequest, S, 'object' | 'subject'> & {
      object: ObjectOf<S>;
      subject: SubjectOf<S>;
    },
    options?: CallOptions,
  ): Promise<PermissionsOf<S>>;

  /** The objects on which a subject has something. The deadline is that of all parts; leaving the loop ends it. */
  lookupResources(
    request: WithTuples<explore.LookupResourcesRequest, S, 'resourceType' | 'relation' | 'subject'> &
      ResourceQuestionOf<S>,
    options?: CallOptions,
  ): AsyncIterable<explore.LookupResults>;

  /** The subjects that have something on an object. The deadline is that of all parts; leaving the loop ends it. */
  lookupSubjects(
    request: WithTuples<explore.LookupSubjectsRequest, S, 'object' | 'relation' | 'subjectType'> &
      SetOf<S> & { subjectType: SubjectTypeOf<S> },
    options?: CallOptions,
  ): AsyncIterable<explore.LookupResults>;

  /** Follows changes. Has no deadline unless the options say one; leaving the loop, or the signal, ends it. */
  watch(
    request?: Omit<explore.WatchRequest, 'filters'> & { filters?: FilterOf<S>[] },
    options?: CallOptions,
  ): AsyncIterable<explore.WatchEvent>;
}

/** Of any type: which one the object has, its text alone says. */
type PermissionsOf<S> = Omit<explore.ListPermissionsResponse, 'permissions'> & {
  permissions: (Omit<explore.FoundPermission, 'name'> & { name: AnyMember<S> })[];
};

/** A request without the fields that are said anew, its contextual tuples typed. */
type WithTuples<Request, S, Fields extends keyof Request> = Omit<Request, Fields | 'contextualTuples'> & {
  contextualTuples?: StoredTupleOf<S>[];
};

/** `Client` with the methods that a schema decides. */
export type TypedClient<S, Client> = TypedMethods<S> & Omit<Client, keyof TypedMethods<S>>;
