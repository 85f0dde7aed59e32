/** The gRPC server without a database: one store, one credential, and services that note what reaches them. */
import { type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { onTestFinished } from 'vitest';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import type { Credential } from '../../src/model/credential.ts';
import { Metrics } from '../../src/rpc/metrics.ts';
import { RpcServer, type RpcServices } from '../../src/rpc/server.ts';
import { Access, makeToken } from '../../src/service/access.ts';
import type { Tenant } from '../../src/tenant/tenant.ts';
import type { Tenants } from '../../src/tenant/tenants.ts';

const { token, id, secretHash } = makeToken();
/** Good for the store `default`. */
export const TOKEN = token;

export interface BareServer {
  port: number;
  /** What the handlers were asked for. */
  reached: unknown[][];
  /** What was logged, one line each. */
  logged: string[];
  /** That of {@link TOKEN}, to be changed. */
  credential: { revokedAt?: number | undefined };
  /** The values of a metric for a method, with their other labels. */
  metric(name: string, method: string): Promise<{ value: number; reason?: string }[]>;
  drain(ms: number): Promise<void>;
}

type Methods = Record<string, (...args: never[]) => unknown>;

export async function bareServer(
  services: Partial<Record<keyof RpcServices, Methods>> = {},
  limits: Partial<Limits> = {},
  options: { defaultDeadlineMs?: number } = {},
): Promise<BareServer> {
  const credential = { id, secretHash, level: 'admin' } as unknown as Credential;
  const tenant = tenantWith(credential);
  const system = tenantWith(undefined);
  const tenants = {
    system,
    all: () => [tenant, system],
    find: (name: string) => ({ '': tenant, default: tenant, system })[name],
    get: (name: string) => tenants.find(name),
  } as unknown as Tenants;
  const reached: unknown[][] = [];
  const noting = (answer: unknown) => ({
    ...Object.fromEntries(
      ['check', 'batchCheck', 'write', 'read', 'create', 'list', 'delete'].map((name) => [
        name,
        (...args: unknown[]) => {
          reached.push(args);
          return answer;
        },
      ]),
    ),
  });
  const names = ['checks', 'writes', 'reads', 'explore', 'watches', 'schemas', 'stores', 'credentials'];
  const all = Object.fromEntries(
    names.map((name) => [
      name,
      { ...noting({ answer: 'allowed', answers: [], zookie: 'z' }), ...services[name as keyof RpcServices] },
    ]),
  );
  const nothing = (): void => undefined;
  const logged: string[] = [];
  const error = (message: string, fields?: Record<string, unknown>): void =>
    void logged.push(`${message} ${String(fields?.error)}`);
  const log = { debug: nothing, info: nothing, warn: nothing, error };
  const metrics = new Metrics();
  const server = new RpcServer({
    tenants,
    access: new Access(tenants, false, Date.now),
    metrics,
    log,
    discover: async () => undefined,
    defaultDeadlineMs: options.defaultDeadlineMs ?? 10_000,
    services: all as unknown as RpcServices,
    limits: { ...defaultLimits(), ...limits },
    isServing: () => true,
    tls: undefined,
  });
  const port = await server.listen('127.0.0.1', 0);
  onTestFinished(() => server.drain(0));
  const metric = async (name: string, wanted: string): Promise<{ value: number }[]> => {
    const { values = [] } = (await metrics.registry.getSingleMetric(name)?.get()) ?? {};
    const labelled = values.map(({ value, labels: { method, ...labels } }) => ({ method, value, ...labels }));
    return labelled.filter(({ method }) => method === wanted).map(({ method: _, ...rest }) => rest);
  };
  return { port, reached, logged, credential, metric, drain: (ms) => server.drain(ms) };
}

function tenantWith(credential: Credential | undefined): Tenant {
  return {
    loadCount: 1,
    credential: (wanted: string) => (wanted === credential?.id ? credential : undefined),
    assertFresh: () => undefined,
  } as unknown as Tenant;
}

/** What a call ended with. */
export interface Ending {
  status: number;
  reason: string | undefined;
  field: string | undefined;
  message: string;
}

/** A call by plain HTTP/2, so that nothing of grpc-js stands between a test and the server. */
export async function http2Call(
  port: number,
  method: string,
  request: Buffer,
  headers: OutgoingHttpHeaders = {},
): Promise<Ending> {
  const session = connect(`http://127.0.0.1:${port}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': `/pemba.v1.${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    const isCompressed = 'grpc-encoding' in headers;
    const head = Buffer.alloc(5);
    head.writeUInt8(isCompressed ? 1 : 0);
    head.writeUInt32BE(request.length, 1);
    stream.end(Buffer.concat([head, request]));
    return await endingOf(stream);
  } finally {
    session.destroy();
  }
}

function endingOf(stream: ClientHttp2Stream): Promise<Ending> {
  return new Promise((resolve, reject) => {
    // Where there is no answer but an error, the first headers are the last too.
    const end = (headers: object): void => {
      const of = headers as Record<string, string | undefined>;
      if (of['grpc-status'] === undefined) return;
      resolve({
        status: Number(of['grpc-status']),
        reason: of['pemba-reason'],
        field: of['pemba-field'],
        message: decodeURIComponent(of['grpc-message'] ?? ''),
      });
    };
    stream.on('response', end);
    stream.on('trailers', end);
    stream.on('error', reject);
    stream.resume();
  });
}
