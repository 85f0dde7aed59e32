import { once } from 'node:events';
import {
  type ClientReadableStream,
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type HealthService, healthService } from '../../src/rpc/health.ts';

const NAME = 'pemba.v1.PermissionService';
const HealthClient = loadPackageDefinition({ Health: service }).Health as ServiceClientConstructor;

let serving: boolean;
let server: Server;
let health: HealthService;
let client: InstanceType<ServiceClientConstructor>;

beforeEach(async () => {
  serving = true;
  server = new Server();
  health = healthService([NAME], () => serving);
  server.addService(health.definition, health.implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  client = new HealthClient(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterEach(() => {
  health.stop();
  client.close();
  server.forceShutdown();
});

function call(method: 'Check' | 'List', request: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    client[method]?.(request, (error: ServiceError | null, response: unknown) =>
      error ? reject(error) : resolve(response),
    );
  });
}

const check = (name: string) => call('Check', { service: name });

function watch(name: string): ClientReadableStream<unknown> {
  const stream = client.Watch?.({ service: name }) as ClientReadableStream<unknown>;
  // A cancelled stream ends with an error.
  stream.on('error', () => undefined);
  return stream;
}

async function next(stream: ClientReadableStream<unknown>): Promise<unknown> {
  const [message] = await once(stream, 'data');
  return message;
}

test('serves the server as a whole and each of its services', async () => {
  expect(await check('')).toEqual({ status: 'SERVING' });
  expect(await check(NAME)).toEqual({ status: 'SERVING' });
});

test('says what is so when it is asked', async () => {
  serving = false;
  expect(await check(NAME)).toEqual({ status: 'NOT_SERVING' });
  serving = true;
  expect(await check(NAME)).toEqual({ status: 'SERVING' });
});

test('does not know other services', async () => {
  await expect(check('pemba.v1.Permission')).rejects.toMatchObject({
    code: status.NOT_FOUND,
    details: `no such service; there are ${NAME}`,
  });
  // Longer than what fits in a trailer, and with what cannot be in one.
  await expect(check('né\n'.repeat(100_000))).rejects.toMatchObject({ code: status.NOT_FOUND });
});

test('lists all services', async () => {
  serving = false;
  expect(await call('List', {})).toEqual({
    statuses: { '': { status: 'NOT_SERVING' }, [NAME]: { status: 'NOT_SERVING' } },
  });
});

test('a watch sees the status and its changes', async () => {
  const stream = watch(NAME);
  const other = watch('');
  expect(await Promise.all([next(stream), next(other)])).toEqual([
    { status: 'SERVING' },
    { status: 'SERVING' },
  ]);
  serving = false;
  expect(await Promise.all([next(stream), next(other)])).toEqual([
    { status: 'NOT_SERVING' },
    { status: 'NOT_SERVING' },
  ]);
  // One that is gone takes nothing from the others.
  other.cancel();
  serving = true;
  expect(await next(stream)).toEqual({ status: 'SERVING' });
});

test('a watch hears of a status once', async () => {
  const stream = watch('');
  const seen: unknown[] = [];
  stream.on('data', (message) => seen.push(message));
  await next(stream);
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(seen).toHaveLength(1);
});

test('a watch of an unknown service says so and stays', async () => {
  const stream = watch('no.such.Service');
  expect(await next(stream)).toEqual({ status: 'SERVICE_UNKNOWN' });
  serving = false;
  const outcome = await Promise.race([
    next(stream),
    once(stream, 'end'),
    new Promise((resolve) => setTimeout(resolve, 700, 'nothing')),
  ]);
  expect(outcome).toBe('nothing');
});

test('stopping tells the watches the last status, ends them and lets the server shut down', async () => {
  const stream = watch('');
  await next(stream);
  serving = false;
  const last = next(stream);
  const ended = once(stream, 'status');
  health.stop();
  expect(await last).toEqual({ status: 'NOT_SERVING' });
  expect(await ended).toMatchObject([{ code: status.OK }]);

  const late = watch('');
  const lateEnded = once(late, 'status');
  expect(await next(late)).toEqual({ status: 'NOT_SERVING' });
  expect(await lateEnded).toMatchObject([{ code: status.OK }]);

  await new Promise<void>((resolve, reject) => {
    server.tryShutdown((error) => (error ? reject(error) : resolve()));
  });
});
