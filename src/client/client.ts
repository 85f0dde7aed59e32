/** The calls of the service, one method each. */
import { randomUUID } from 'node:crypto';
import { Administration } from './administration.ts';
import { CheckBatcher } from './check-batcher.ts';
import { statusName } from './describe-failure.ts';
import type * as explore from './explore-requests.ts';
import * as exploreWire from './explore-wire.ts';
import { lookup } from './lookups.ts';
import type { ConnectOptions } from './options.ts';
import { OwnWrites } from './own-writes.ts';
import type { ServiceName } from './protos.ts';
import type * as requests from './requests.ts';
import type { CallOptions } from './requests.ts';
import type { AnySchema, TypedClient } from './typed-client.ts';
import { watch } from './watch.ts';
import * as wire from './wire.ts';

const PERMISSIONS = 'PermissionService' satisfies ServiceName;
const DEFAULT_STORE = 'default';
const DEFAULT_MAX_BATCH = 1_000;

/** Every method throws ServiceError, and has a deadline. */
class Client extends Administration {
  private readonly batcher: CheckBatcher | undefined;
  private readonly ownWrites: OwnWrites | undefined;

  constructor(options: ConnectOptions) {
    super(options);
    const { batching, maxBatch, readYourWrites } = options;
    this.ownWrites = readYourWrites === true ? new OwnWrites() : undefined;
    if (batching === false) return;
    const calls = { check: this.checkAlone.bind(this), batchCheck: this.checkMany.bind(this) };
    this.batcher = new CheckBatcher(calls, this.connection.timeoutMs, maxBatch ?? DEFAULT_MAX_BATCH);
  }

  /** Checks of one tick are sent as one batch, but for those with a signal. */
  check(request: requests.CheckRequest, options: CallOptions = {}): Promise<requests.CheckResponse> {
    return this.fresh(request, (each) => {
      if (this.batcher === undefined || options.signal !== undefined) return this.checkAlone(each, options);
      return this.batcher.check(each, options.timeoutMs);
    });
  }

  batchCheck(
    request: requests.BatchCheckRequest,
    options?: CallOptions,
  ): Promise<requests.BatchCheckResponse> {
    return this.fresh(request, (each) => this.checkMany(each, options));
  }

  /** Makes an idempotency key if the request has none, so that it may be sent again after a failure. */
  async write(request: requests.WriteRequest, options?: CallOptions): Promise<requests.ZookieResponse> {
    const { preconditions = [], idempotencyKey = randomUUID(), ...rest } = this.inStore(request);
    const message = {
      ...wire.toWireChange(rest),
      updates: wire.toWireList('updates', request.updates, wire.toWireUpdate),
      preconditions: wire.toWireList('preconditions', preconditions, wire.toWirePrecondition),
      idempotencyKey,
    };
    return this.remembered(request, () => this.ask('Write', message, options));
  }

  /** Removes what a filter selects, as much of it as one revision holds: to be called again until it is `done`. */
  async deleteTuples(
    request: requests.DeleteTuplesRequest,
    options?: CallOptions,
  ): Promise<requests.DeleteTuplesResponse> {
    const message = wire.toWireChange(this.inStore(request));
    return this.remembered(request, () => this.ask('DeleteTuples', message, options));
  }

  /** Makes a relation of an object hold exactly these subjects. */
  async replaceRelation(
    request: requests.ReplaceRelationRequest,
    options?: CallOptions,
  ): Promise<requests.ReplaceRelationResponse> {
    const message = {
      ...wire.toWireChange(this.inStore(request)),
      subjects: wire.toWireList('subjects', request.subjects, wire.toWireSubject),
    };
    return this.remembered(request, () => this.ask('ReplaceRelation', message, options));
  }

  /** Removes every tuple on an object, and every one that names it. */
  async deleteObject(
    request: requests.DeleteObjectRequest,
    options?: CallOptions,
  ): Promise<requests.DeleteObjectResponse> {
    const message = wire.toWireChange(this.inStore(request));
    return this.remembered(request, () => this.ask('DeleteObject', message, options));
  }

  /** One page. */
  read(request: requests.ReadRequest = {}, options?: CallOptions): Promise<requests.ReadResponse> {
    type Response = Omit<requests.ReadResponse, 'tuples'> & { tuples: wire.WireTuple[] };
    return this.fresh(request, async (each) => {
      const page = await this.ask<Response>('Read', wire.toWireQuestion(each), options);
      return { ...page, tuples: page.tuples.map(wire.fromWireTuple) };
    });
  }

  /** Who is in a set, and why. */
  expand(request: explore.ExpandRequest, options?: CallOptions): Promise<explore.ExpandResponse> {
    type Response = { nodes: exploreWire.WireNode[]; zookie: string };
    return this.fresh(request, async (each) => {
      const { nodes, zookie } = await this.ask<Response>('Expand', wire.toWireQuestion(each), options);
      return { nodes: nodes.map(exploreWire.fromWireNode), zookie };
    });
  }

  /** Why a check is answered as it is. */
  explain(request: explore.ExplainRequest, options?: CallOptions): Promise<explore.ExplainResponse> {
    type Response = exploreWire.WireExplanation;
    return this.fresh(request, async (each) =>
      exploreWire.fromWireExplanation(
        await this.ask<Response>('Explain', wire.toWireQuestion(each), options),
      ),
    );
  }

  /** All that a subject has on an object. */
  listPermissions(
    request: explore.ListPermissionsRequest,
    options?: CallOptions,
  ): Promise<explore.ListPermissionsResponse> {
    type Response = { permissions: exploreWire.WireFoundPermission[]; zookie: string };
    return this.fresh(request, async (each) => {
      const { permissions, zookie } = await this.ask<Response>(
        'ListPermissions',
        wire.toWireQuestion(each),
        options,
      );
      return { permissions: permissions.map(exploreWire.fromWireFoundPermission), zookie };
    });
  }

  /** The objects on which a subject has something. The deadline is that of all parts; leaving the loop ends it. */
  lookupResources(
    request: explore.LookupResourcesRequest,
    options?: CallOptions,
  ): AsyncIterable<explore.LookupResults> {
    return lookup(this.connection, 'LookupResources', this.freshened(request), options);
  }

  /** The subjects that have something on an object. The deadline is that of all parts; leaving the loop ends it. */
  lookupSubjects(
    request: explore.LookupSubjectsRequest,
    options?: CallOptions,
  ): AsyncIterable<explore.LookupResults> {
    return lookup(this.connection, 'LookupSubjects', this.freshened(request), options);
  }

  /** Follows changes. Has no deadline unless the options say one; leaving the loop, or the signal, ends it. */
  watch(request: explore.WatchRequest = {}, options?: CallOptions): AsyncIterable<explore.WatchEvent> {
    return watch(this.connection, this.inStore(request), options);
  }

  async writeSchema(
    request: requests.WriteSchemaRequest,
    options?: CallOptions,
  ): Promise<requests.WriteSchemaResponse> {
    const message = wire.toWireChange(this.inStore(request));
    return this.remembered(request, () =>
      this.connection.call('SchemaService', 'WriteSchema', message, options),
    );
  }

  private async checkAlone(
    request: requests.CheckRequest,
    options: CallOptions,
  ): Promise<requests.CheckResponse> {
    type Response = { answer: string; missing?: string[]; zookie: string };
    const { answer, missing, zookie } = await this.ask<Response>(
      'Check',
      wire.toWireQuestion(request),
      options,
    );
    return { answer: wire.fromWireAnswer(answer), ...wire.fromWireMissing(missing), zookie };
  }

  private async checkMany(
    request: requests.BatchCheckRequest,
    options?: CallOptions,
  ): Promise<requests.BatchCheckResponse> {
    type Response = { results: wire.WireBatchResult[]; zookie: string };
    const { results, zookie } = await this.ask<Response>('BatchCheck', wire.toWireQuestion(request), options);
    return { results: results.map((result) => wire.fromWireResult(result, statusName)), zookie };
  }

  private ask<Response>(method: string, message: object, options?: CallOptions): Promise<Response> {
    return this.connection.call<Response>(PERMISSIONS, method, message, options);
  }

  /** Asks a question, as fresh as the client was told to be. */
  private fresh<Request extends Fresh, Response extends { zookie: string }>(
    request: Request,
    ask: (request: Request) => Promise<Response>,
  ): Promise<Response> {
    const asked = this.inStore(request);
    if (this.ownWrites === undefined || isDecided(asked)) return ask(asked);
    return this.ownWrites.ask(this.storeOf(asked), (consistency) => ask(withConsistency(asked, consistency)));
  }

  private freshened<Request extends Fresh>(request: Request): Request {
    const asked = this.inStore(request);
    if (this.ownWrites === undefined || isDecided(asked)) return asked;
    return withConsistency(asked, this.ownWrites.consistencyOf(this.storeOf(asked)));
  }

  /** Makes a write whose zookie later questions are to know. */
  private remembered<Response extends { zookie: string }>(
    request: { store?: string },
    write: () => Promise<Response>,
  ): Promise<Response> {
    return this.ownWrites === undefined ? write() : this.ownWrites.write(this.storeOf(request), write);
  }

  private storeOf(request: { store?: string }): string {
    return request.store || this.store || DEFAULT_STORE;
  }
}

/** A request that says, or may be told, how fresh its answer has to be. */
interface Fresh {
  store?: string;
  consistency?: requests.Consistency;
  pageToken?: string;
}

/** Pages after the first have the revision of the first. */
function isDecided({ consistency, pageToken = '' }: Fresh): boolean {
  return consistency !== undefined || pageToken !== '';
}

function withConsistency<Request extends Fresh>(
  request: Request,
  consistency: requests.Consistency | undefined,
): Request {
  return consistency === undefined ? request : { ...request, consistency };
}

/**
 * A client of the service at an address. It connects with the first call.
 *
 * With the type that `pemba generate typescript` writes, as in `new PembaClient<Schema>({ address })`, a name that the
 * schema does not have is an error of the compiler.
 */
export type PembaClient<S = AnySchema> = string extends keyof S ? Client : TypedClient<S, Client>;

/** @throws ServiceError BAD_ADDRESS, BAD_CREDENTIALS, BAD_REQUEST */
export const PembaClient = Client as unknown as new <S = AnySchema>(
  options: ConnectOptions,
) => PembaClient<S>;

/** The same as `new PembaClient`. @throws ServiceError BAD_ADDRESS, BAD_CREDENTIALS, BAD_REQUEST */
export function connect<S = AnySchema>(options: ConnectOptions): PembaClient<S> {
  return new PembaClient<S>(options);
}
