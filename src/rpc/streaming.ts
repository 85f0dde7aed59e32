/**
 * What every call has in common that is answered by a stream of messages: the sibling of `unary.ts`.
 *
 * A message is handed over only once the one before it has left for the caller, so a slow reader holds one of them, and
 * its handler waits. Each is sent only if the caller may still have it.
 */
import type { ServerWritableStream } from '@grpc/grpc-js';
import { asPembaError, PembaError } from '../base/errors.ts';
import type { Level } from '../model/credential.ts';
import type { StreamingMetrics } from './metrics.ts';
import type { OpenStream, OpenStreams } from './open-streams.ts';
import { toServiceError } from './status.ts';
import type { RequestReader } from './strict-requests.ts';
import { type CallContext, run, type UnaryOptions } from './unary.ts';

/** The longest a timer can run, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface StreamContext extends CallContext {
  /** Aborted when nobody waits for more: the handler is to end soon. */
  signal: AbortSignal;
}

/** One method: who may call it, about the store it names, and the messages it is answered with. */
export interface StreamMethod<Request, Response> {
  level: Level;
  about: 'named store';
  /** Whether it ends at the default deadline if the caller sets none. */
  hasDefaultDeadline: boolean;
  /** Its `return()` is called however the call ends. */
  stream: (request: Request, context: StreamContext) => AsyncIterable<Response>;
}

export interface StreamingOptions extends UnaryOptions {
  streams: OpenStreams;
}

/** Takes requests as they came. */
type Call<Response> = ServerWritableStream<Buffer, Response>;
type Handler<Response> = (call: Call<Response>) => void;

export function streaming<Request, Response>(
  name: string,
  method: StreamMethod<Request, Response>,
  reader: RequestReader<Request>,
  options: StreamingOptions,
): Handler<Response> {
  const metrics = options.metrics.streamingMethod(name);
  const defaultDeadlineMs = method.hasDefaultDeadline ? options.defaultDeadlineMs : Number.POSITIVE_INFINITY;
  const ownOptions = { ...options, defaultDeadlineMs };
  return (call) => void new Stream(call, method, ownOptions).run(name, reader, metrics);
}

/** One call. */
class Stream<Request, Response> implements OpenStream {
  private readonly call: Call<Response>;
  private readonly method: StreamMethod<Request, Response>;
  private readonly options: StreamingOptions;
  /** Aborted with what the call ends with. */
  private readonly abortion = new AbortController();
  /** Ends what is being waited for. One function and no promise: that would keep a trace of all that ever waited. */
  private interrupt: (error: unknown) => void = () => undefined;
  private context: CallContext | undefined;

  constructor(call: Call<Response>, method: StreamMethod<Request, Response>, options: StreamingOptions) {
    this.call = call;
    this.method = method;
    this.options = options;
  }

  /** Never rejects. */
  async run(name: string, reader: RequestReader<Request>, metrics: StreamingMetrics): Promise<void> {
    const { call, options } = this;
    const started = performance.now();
    metrics.open(1);
    // grpc-js emits it when the caller is gone, and when it has itself told the caller that the deadline passed.
    call.on('cancelled', () => this.end(this.whyCancelled()));
    let reason = 'OK';
    try {
      options.streams.add(this);
      await this.answer(reader);
      call.end();
    } catch (thrown) {
      const error = asPembaError(thrown);
      reason = error.reason;
      if (reason === 'INTERNAL')
        options.log.error('a call failed', { method: name, error: error.cause ?? error });
      // What grpc-js takes for the way to end a stream with a status.
      if (!call.cancelled) call.emit('error', toServiceError(error));
    } finally {
      options.streams.remove(this);
      metrics.open(-1);
      metrics.done(reason, (performance.now() - started) / 1000);
    }
  }

  end(error: unknown): void {
    this.abortion.abort(error);
    this.interrupt(error);
  }

  /** What was looked at when the call came may have changed since. @throws PembaError CREDENTIAL_*, UNKNOWN_STORE, STALE */
  inspect(): void {
    if (this.context === undefined) return;
    const { tenant } = this.context;
    if (tenant.deleted) tenant.assertLoaded();
    const authorization = this.call.metadata.get('authorization')[0]?.toString();
    this.options.access.authorize(authorization, tenant, this.method.level);
  }

  private async answer(reader: RequestReader<Request>): Promise<void> {
    const { level, about } = this.method;
    const handle = (request: Request, context: CallContext) => ({ request, context });
    const admitted = run(this.call, { level, about, handle }, reader, this.options);
    const { request, context } = await this.unlessEnded(Promise.resolve(admitted));
    this.context = context;
    const stopClock = this.startClock(context.deadline);
    try {
      await this.forward(this.method.stream(request, { ...context, signal: this.abortion.signal }));
    } finally {
      stopClock();
    }
  }

  private async forward(responses: AsyncIterable<Response>): Promise<void> {
    const messages = responses[Symbol.asyncIterator]();
    try {
      for (;;) {
        const { done, value } = await this.unlessEnded(messages.next());
        if (done === true) return;
        this.inspect();
        await this.unlessEnded(this.send(value));
      }
    } finally {
      // A handler in the middle of something gives back what it holds once it is through; nobody has to wait for that.
      this.abortion.abort();
      messages.return?.().catch(() => undefined);
    }
  }

  /** Resolves once the message has left: flow control holds it back while the caller does not read. */
  private send(message: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      this.call.write(message, (error?: Error | null) => {
        if (error) reject(new PembaError('CANCELLED', 'the caller is gone', { cause: error }));
        else resolve();
      });
    });
  }

  /** The outcome, or the error that the call is ended with meanwhile. One at a time. */
  private unlessEnded<T>(outcome: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.interrupt = reject;
      outcome.then(resolve, reject);
      if (this.abortion.signal.aborted) reject(this.abortion.signal.reason);
    });
  }

  /** @returns what stops it */
  private startClock(deadline: number): () => void {
    const left = deadline - Date.now();
    if (left > LONGEST_TIMER_MS) return () => undefined;
    const timer = setTimeout(() => this.end(deadlinePassed()), Math.max(0, left));
    return () => clearTimeout(timer);
  }

  private whyCancelled(): PembaError {
    if (Number(this.call.getDeadline()) <= Date.now()) return deadlinePassed();
    return new PembaError('CANCELLED', 'the caller cancelled the call');
  }
}

function deadlinePassed(): PembaError {
  return new PembaError(
    'DEADLINE',
    'the deadline passed before the stream ended; try again with a later one',
  );
}
