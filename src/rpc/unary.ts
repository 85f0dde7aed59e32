/**
 * What every call has in common, wrapped around its handler: store, credential, form of the request,
 * deadline, errors, metrics. It is a plain function and not an interceptor: one interceptor of
 * grpc-js costs 1.13x of a no-op's CPU by itself. `npm run bench` says what all of this costs.
 */
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { asPembaError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Level } from '../model/credential.ts';
import type { Access, Caller } from '../service/access.ts';
import { within } from '../service/deadline.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { SYSTEM_STORE, type Tenants } from '../tenant/tenants.ts';
import type { CallTally } from './call-tally.ts';
import type { Metrics } from './metrics.ts';
import { toServiceError } from './status.ts';
import type { RequestReader } from './strict-requests.ts';

/** From so many bytes on, not even the outermost fields are looked at for who shows no credential. */
const LARGE_REQUEST = 16_384;

/** What a handler knows beside the request. */
export interface CallContext {
  tenant: Tenant;
  caller: Caller;
  /** Milliseconds since 1970. */
  deadline: number;
}

/** One method: who may call it, about which store, and what it does. */
export interface Method<Request, Response> {
  level: Level;
  /** Whether a request is about the store it names, or about the one above all. */
  about: 'named store' | 'system store';
  handle: (request: Request, context: CallContext) => Response | Promise<Response>;
}

export interface UnaryOptions {
  tenants: Tenants;
  access: Access;
  metrics: Metrics;
  log: Log;
  /** Looks for stores that other nodes made. */
  discover: () => Promise<void>;
  defaultDeadlineMs: number;
}

/** Takes requests as they came. */
type Handler<Response> = (call: ServerUnaryCall<Buffer, Response>, done: sendUnaryData<Response>) => void;

export function unary<Request, Response>(
  name: string,
  method: Method<Request, Response>,
  reader: RequestReader<Request>,
  options: UnaryOptions,
): Handler<Response> {
  const tally = options.metrics.method(name);
  const { log } = options;
  return (call, done) => {
    const started = performance.now();
    let result: Response | Promise<Response>;
    try {
      result = run(call, method, reader, options);
    } catch (error) {
      fail(error, done, tally, started, log);
      return;
    }
    // A promise costs a turn of the event loop; the answer to nearly every check is there at once.
    if (result instanceof Promise) {
      result
        .then((response) => succeed(response, done, tally, started))
        .catch((error: unknown) => fail(error, done, tally, started, log));
    } else {
      succeed(result, done, tally, started);
    }
  };
}

// Functions of the module and not closures of the call, which would be made anew for each.

function succeed<Response>(
  response: Response,
  done: sendUnaryData<Response>,
  tally: CallTally,
  started: number,
): void {
  done(null, response);
  tally.done('OK', (performance.now() - started) / 1000);
}

function fail<Response>(
  thrown: unknown,
  done: sendUnaryData<Response>,
  tally: CallTally,
  started: number,
  log: Log,
): void {
  const error = asPembaError(thrown);
  if (error.reason === 'INTERNAL')
    log.error('a call failed', { method: tally.method, error: error.cause ?? error });
  done(toServiceError(error));
  tally.done(error.reason, (performance.now() - started) / 1000);
}

/** Lets the call through to the handler if the caller may make it. @throws PembaError */
export function run<Request, Response>(
  call: Pick<ServerUnaryCall<Buffer, Response>, 'metadata' | 'request' | 'getDeadline'>,
  method: Method<Request, Response>,
  reader: RequestReader<Request>,
  options: UnaryOptions,
): Response | Promise<Response> {
  const { access, tenants } = options;
  const authorization = call.metadata.get('authorization')[0]?.toString();
  const deadline = deadlineOf(call.getDeadline(), options.defaultDeadlineMs);
  const plain = method.about === 'named store' ? reader.decodePlain(call.request) : undefined;
  if (plain !== undefined) {
    const tenant = tenants.find((plain as { store: string }).store);
    if (tenant !== undefined && tenant.loadCount > 0) {
      const caller = access.authorize(authorization, tenant, method.level);
      return method.handle(plain, { tenant, caller, deadline });
    }
  }
  if (call.request.length >= LARGE_REQUEST) authenticate(access, authorization);
  const survey = reader.survey(call.request);
  const store = method.about === 'system store' ? SYSTEM_STORE : survey.store;
  const tenant = store === undefined ? undefined : tenants.find(store);
  if (tenant !== undefined && tenant.loadCount > 0) {
    const caller = access.authorize(authorization, tenant, method.level);
    return method.handle(reader.decode(survey), { tenant, caller, deadline });
  }
  if (store === undefined) authenticate(access, authorization);
  else access.authorizeUnknown(authorization);
  const request = reader.decode(survey);
  // Another node may have made it a moment ago, and it may be loading for the first time.
  return within(options.discover(), deadline).then(() => {
    const discovered = tenants.get(store ?? '');
    const caller = access.authorize(authorization, discovered, method.level);
    return method.handle(request, { tenant: discovered, caller, deadline });
  });
}

/** Lets everybody pass whose credential is good for some store. @throws PembaError CREDENTIAL_* */
function authenticate(access: Access, authorization: string | undefined): void {
  try {
    access.authorizeUnknown(authorization);
  } catch (error) {
    if (asPembaError(error).reason !== 'CREDENTIAL_WRONG_STORE') throw error;
  }
}

/** The caller's deadline, or the default one from now, in milliseconds since 1970. */
function deadlineOf(deadline: Date | number, defaultMs: number): number {
  const ms = typeof deadline === 'number' ? deadline : deadline.getTime();
  return Number.isFinite(ms) ? ms : Date.now() + defaultMs;
}
