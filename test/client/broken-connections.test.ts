/** What happens to calls when the way to the service breaks. */
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { PembaClient } from '../../src/client/client.ts';
import { Connection } from '../../src/client/connection.ts';
import { FakeService } from './fake-service.ts';
import { drained, failureOf } from './workbench.ts';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const CHECK = { Check: () => ({ answer: 'ANSWER_ALLOWED', zookie: 'z' }) };
const TUPLE = { object: 'space:ml', relation: 'read', subject: 'user:ada' };

async function startFake(port?: number): Promise<FakeService> {
  const service = await FakeService.start(CHECK, undefined, port);
  stops.push(() => service.stop());
  return service;
}

it('a call survives that the service comes back', async () => {
  const first = await startFake();
  const client = new PembaClient({ address: first.address, retries: 20 });
  stops.push(() => client.close());
  await client.check(TUPLE);
  first.stop();
  const call = client.check(TUPLE);
  await startFake(Number(first.address.split(':')[1]));
  expect((await call).answer).toBe('allowed');
});

it('a call survives that connections are closed for a while', async () => {
  let connections = 0;
  const proxy = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const { port } = proxy.address() as { port: number };
  const client = new PembaClient({ address: `127.0.0.1:${port}`, retries: 20 });
  stops.push(() => client.close());
  const call = client.check(TUPLE);
  await expect.poll(() => connections).toBeGreaterThan(0);
  await new Promise<void>((resolve) => proxy.close(() => resolve()));
  await startFake(port);
  expect((await call).answer).toBe('allowed');
});

it('a stream that falls silent fails, so that it can begin anew', async () => {
  const service = await startFake();
  service.streams = {
    Watch: async function* () {
      yield { zookie: 'z' };
      await new Promise(() => undefined);
    },
  };
  const connection = new Connection({ address: service.address });
  stops.push(() => connection.close());
  const options = { silenceMs: 1_500 };
  const { taken, error } = await drained(connection.stream('PermissionService', 'Watch', {}, options));
  expect(taken).toHaveLength(1);
  expect(error).toMatchObject({ code: 'UNAVAILABLE', reason: 'NO_ANSWER' });
});

it('a slow reader is not taken for a silent stream', async () => {
  const service = await startFake();
  service.streams = {
    Watch: async function* () {
      for (const zookie of ['a', 'b', 'c']) yield { zookie };
    },
  };
  const connection = new Connection({ address: service.address });
  stops.push(() => connection.close());
  const zookies: string[] = [];
  const options = { silenceMs: 1_500 };
  type Message = { zookie: string };
  for await (const { zookie } of connection.stream<Message>('PermissionService', 'Watch', {}, options)) {
    zookies.push(zookie);
    if (zookie === 'a') await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
  expect(zookies).toEqual(['a', 'b', 'c']);
});

it('a closed client refuses calls', async () => {
  const service = await startFake();
  const client = new PembaClient({ address: service.address, retries: 0 });
  client.close();
  expect(await failureOf(client.check(TUPLE))).toMatchObject({ code: 'CANCELLED', reason: 'CLOSED' });
  expect((await drained(client.watch())).error).toMatchObject({ reason: 'CLOSED' });
});
