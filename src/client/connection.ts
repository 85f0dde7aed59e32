/** One channel to a service: credentials, deadlines, retries and errors of every call. */
import { Client, type ServiceError as GrpcError, Metadata } from '@grpc/grpc-js';
import { checkAddress, isLocal } from './address.ts';
import { bearer, channelCredentials } from './channel-credentials.ts';
import { describeFailure } from './describe-failure.ts';
import { assertKnown } from './known-fields.ts';
import { duration } from './numbers.ts';
import type { ConnectOptions } from './options.ts';
import { loadMethods, type Method, type ServiceName } from './protos.ts';
import type { CallOptions } from './requests.ts';
import { cancelled, isRepeatable, type Patience, withRetries } from './retry.ts';
import { clientError } from './service-error.ts';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_RETRIES = 4;
/** A page of Read with tuples of the longest ids fits; grpc-js would stop at 4 MiB. */
const MAX_RESPONSE_BYTES = 67_108_864;
/** How soon a broken connection is tried again; grpc-js would wait longer than our retries do. */
const FIRST_RECONNECT_MS = 100;
const LONGEST_RECONNECT_MS = 5_000;

/** Options of a call that may have waited before it is sent. */
export interface BegunOptions extends CallOptions {
  /** When the caller began, in milliseconds since 1970; now if it is left out. */
  begun?: number;
}

export interface StreamOptions {
  /** Milliseconds since 1970; left out: without end. */
  deadline?: number | undefined;
  signal?: AbortSignal | undefined;
  /** The stream fails if it is waited so long for a message. */
  silenceMs?: number | undefined;
}

export class Connection {
  /** How long a call may take that does not say it. */
  readonly timeoutMs: number;
  private readonly address: string;
  private readonly retries: number;
  private readonly usesTls: boolean;
  private readonly metadata = new Metadata();
  private readonly client: Client;
  private isClosed = false;
  /** The streams that are open: closing ends them, for a watch would never end by itself. */
  private readonly streams = new Set<{ cancel(): void }>();
  private readonly method: (service: ServiceName, method: string) => Method;

  /** Connects with the first call. @throws ServiceError BAD_ADDRESS, BAD_CREDENTIALS, BAD_REQUEST */
  constructor({ address, token, tls, timeoutMs, retries }: ConnectOptions) {
    checkAddress(address);
    this.address = address;
    this.timeoutMs = duration('timeoutMs', timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.retries = retries ?? DEFAULT_RETRIES;
    this.usesTls = tls !== undefined;
    if (token !== undefined) this.metadata.set('authorization', bearer(token));
    this.client = new Client(address, channelCredentials(tls), {
      'grpc.max_receive_message_length': MAX_RESPONSE_BYTES,
      // A proxy of the environment is never the way to this very machine.
      'grpc.enable_http_proxy': isLocal(address) ? 0 : 1,
      'grpc.initial_reconnect_backoff_ms': FIRST_RECONNECT_MS,
      'grpc.max_reconnect_backoff_ms': LONGEST_RECONNECT_MS,
    });
    this.method = loadMethods();
  }

  /** How long to go on with something that begins now. @throws ServiceError BAD_REQUEST */
  patience({ timeoutMs, signal, begun = Date.now() }: BegunOptions): Patience {
    const deadline = begun + duration('timeoutMs', timeoutMs ?? this.timeoutMs);
    return { retries: this.retries, begun, deadline, signal };
  }

  /** A call with one answer; repeated only if that is safe. @throws ServiceError */
  async call<Response>(
    service: ServiceName,
    name: string,
    request: object,
    options: BegunOptions = {},
  ): Promise<Response> {
    const patience = this.patience(options);
    const method = this.method(service, name);
    assertKnown(request, method.fields);
    const ask = (): Promise<Response> => this.ask(method, request, patience);
    return isRepeatable(name) ? withRetries(ask, patience) : ask();
  }

  /**
   * The messages of a stream, as fast as they are taken. Leaving the loop cancels the call.
   * @throws ServiceError
   */
  async *stream<Response>(
    service: ServiceName,
    name: string,
    request: object,
    { deadline, signal, silenceMs }: StreamOptions,
  ): AsyncGenerator<Response, void, void> {
    this.assertOpen(signal);
    const { path, requestSerialize, responseDeserialize, fields } = this.method(service, name);
    assertKnown(request, fields);
    const begun = Date.now();
    const options = deadline === undefined ? {} : { deadline };
    const call = this.client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      this.metadata,
      options,
    );
    this.streams.add(call);
    // What it fails with once nobody listens any more is not of interest.
    call.on('error', () => undefined);
    const abort = (): void => call.cancel();
    signal?.addEventListener('abort', abort, { once: true });
    let isSilent = false;
    const giveUp = (): void => {
      isSilent = true;
      call.cancel();
    };
    const messages = call[Symbol.asyncIterator]();
    try {
      for (;;) {
        const timer = silenceMs === undefined ? undefined : setTimeout(giveUp, silenceMs);
        const next = await messages.next().finally(() => clearTimeout(timer));
        if (next.done === true) return;
        yield next.value as Response;
      }
    } catch (error) {
      if (isSilent) throw this.silence(silenceMs);
      this.assertOpen(signal);
      throw this.failure(error as GrpcError, { begun, deadline, signal });
    } finally {
      this.streams.delete(call);
      signal?.removeEventListener('abort', abort);
      call.cancel();
    }
  }

  close(): void {
    this.isClosed = true;
    for (const stream of this.streams) stream.cancel();
    this.client.close();
  }

  private ask<Response>(method: Method, request: object, patience: Patience): Promise<Response> {
    const { path, requestSerialize, responseDeserialize } = method;
    const { deadline, signal } = patience;
    return new Promise((resolve, reject) => {
      // What is thrown here rejects the promise.
      this.assertOpen(signal);
      const abort = (): void => call.cancel();
      const done = (error: GrpcError | null, response?: object): void => {
        signal?.removeEventListener('abort', abort);
        if (error === null) resolve(response as Response);
        else reject(this.failure(error, patience));
      };
      const call = this.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.metadata,
        { deadline },
        done,
      );
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  private failure(
    error: GrpcError,
    called: { begun: number; deadline: number | undefined; signal: AbortSignal | undefined },
  ): Error {
    if (called.signal?.aborted) return cancelled(called.signal);
    const timeoutMs = (called.deadline ?? called.begun) - called.begun;
    return describeFailure(error, { address: this.address, timeoutMs, usesTls: this.usesTls });
  }

  /** @throws ServiceError CLOSED, CANCELLED */
  private assertOpen(signal: AbortSignal | undefined): void {
    if (this.isClosed) throw clientError('CANCELLED', 'CLOSED', 'the client is closed');
    if (signal?.aborted) throw cancelled(signal);
  }

  private silence(silenceMs: number | undefined): Error {
    const what = `${this.address} sent nothing for ${silenceMs} ms`;
    return clientError('UNAVAILABLE', 'NO_ANSWER', what);
  }
}
