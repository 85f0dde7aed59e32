/** What every stream has in common, with handlers made for the purpose. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { expect, it, onTestFinished } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { failureOf, TestClient } from '../support/client.ts';
import { type BareServer, bareServer, TOKEN } from './bare-server.ts';

const LOOKUP = 'PermissionService/LookupResources';
const WATCH = 'PermissionService/Watch';
const ASKED = { resourceType: 'space', relation: 'read', subject: 'user:ada' };

interface Probe {
  /** Pages that the handler made. */
  made: number;
  /** True once the handler has given back what it holds. */
  isReleased: boolean;
  signal: AbortSignal | undefined;
}

type Page = { results: { id: string; answer: string }[]; nextPageToken: string; zookie: string };
type Pages = (probe: Probe, signal: AbortSignal) => AsyncGenerator<Page>;

const page = (id: string): Page => ({ results: [{ id, answer: 'allowed' }], nextPageToken: '', zookie: 'z' });

/** A server whose lookups are answered with these pages. */
async function serverOf(pages: Pages, options: Parameters<typeof bareServer>[2] = {}) {
  const probe: Probe = { made: 0, isReleased: false, signal: undefined };
  const lookupResources = async function* (
    _tenant: unknown,
    _query: unknown,
    context: { signal: AbortSignal },
  ) {
    probe.signal = context.signal;
    try {
      for await (const each of pages(probe, context.signal)) {
        probe.made++;
        yield each;
      }
    } finally {
      probe.isReleased = true;
    }
  };
  const server = await bareServer({ explore: { lookupResources } }, {}, options);
  const client = new TestClient(`127.0.0.1:${server.port}`, TOKEN);
  onTestFinished(() => client.close());
  return { ...server, client, probe };
}

async function idsOf(stream: ClientReadableStream<unknown>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { results } of stream as AsyncIterable<Page>) ids.push(...results.map(({ id }) => id));
  return ids;
}

const failureIn = (stream: ClientReadableStream<unknown>): Promise<object> =>
  idsOf(stream).then(() => expect.fail('the stream ended without an error'), failureOf);

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; !(await condition()); i++) {
    if (i > 1_000) throw new Error(`it never came about: ${condition}`);
    await sleep(5);
  }
}

async function openOf(metric: BareServer['metric']): Promise<number | undefined> {
  return (await metric('pemba_open_streams', LOOKUP))[0]?.value;
}

/** Never ends, but when it is told to. */
const endless: Pages = async function* (_, signal) {
  yield page('first');
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
};

it('sends all that the handler yields, in order, and ends', async () => {
  const { client, probe, metric } = await serverOf(async function* () {
    for (let i = 0; i < 500; i++) yield page(`s${i}`);
  });
  expect(await idsOf(client.stream(LOOKUP, ASKED))).toEqual(Array.from({ length: 500 }, (_, i) => `s${i}`));
  expect(probe.isReleased).toBe(true);
  expect(await metric('pemba_calls_total', LOOKUP)).toEqual([{ reason: 'OK', value: 1 }]);
  expect(await openOf(metric)).toBe(0);
});

it('ends with the error that the handler throws, after what came before it', async () => {
  const { client, metric } = await serverOf(async function* () {
    yield page('first');
    throw new PembaError('LIMIT', 'it was too much', { field: 'page_size' });
  });
  const stream = client.stream(LOOKUP, ASKED);
  const messages: unknown[] = [];
  stream.on('data', (message) => messages.push(message));
  const error = await new Promise((resolve) => stream.on('error', resolve));
  expect(messages).toHaveLength(1);
  expect(failureOf(error)).toEqual({
    code: 'RESOURCE_EXHAUSTED',
    reason: 'LIMIT',
    field: 'page_size',
    message: 'it was too much',
  });
  expect(await metric('pemba_calls_total', LOOKUP)).toEqual([{ reason: 'LIMIT', value: 1 }]);
});

it('says nothing of a defect but to the log', async () => {
  const { client, logged } = await serverOf(async function* () {
    yield page('first');
    throw new TypeError('a secret');
  });
  expect(await failureIn(client.stream(LOOKUP, ASKED))).toMatchObject({
    code: 'INTERNAL',
    message: 'internal error; the log of the server says more',
  });
  expect(logged.join()).toContain('a secret');
});

it.each([
  ['no credential', ASKED, { token: undefined }, 'CREDENTIAL_MISSING'],
  ['a missing field', { ...ASKED, subject: '' }, {}, 'MISSING_FIELD'],
  ['too many tuples', { ...ASKED, contextualTuples: Array(101).fill({}) }, {}, 'LIMIT'],
])('refuses a request with %s before the handler is asked', async (_, request, options, reason) => {
  const { client, probe } = await serverOf(endless);
  expect(await client.failure(LOOKUP, request, options)).toMatchObject({ reason });
  expect(probe.signal).toBeUndefined();
});

it('lets the handler give back what it holds when the caller is gone, wherever it is', async () => {
  const { client, probe, metric } = await serverOf(endless);
  const stream = client.stream(LOOKUP, ASKED);
  const failure = failureIn(stream);
  await until(() => probe.made === 1);
  expect(await openOf(metric)).toBe(1);
  stream.cancel();
  await until(() => probe.isReleased);
  expect(await failure).toMatchObject({ code: 'CANCELLED' });
  await until(async () => (await openOf(metric)) === 0);
  expect(await metric('pemba_calls_total', LOOKUP)).toContainEqual({ reason: 'CANCELLED', value: 1 });
});

it('does not wait for a handler that is busy when the caller is gone', async () => {
  let finish = (): void => undefined;
  const { client, probe, metric } = await serverOf(async function* () {
    yield page('first');
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    yield page('never');
  });
  const stream = client.stream(LOOKUP, ASKED);
  void failureIn(stream);
  await until(() => probe.made === 1);
  stream.cancel();
  await until(async () => (await openOf(metric)) === 0);
  expect(probe.isReleased).toBe(false);
  finish();
  await until(() => probe.isReleased);
});

it('makes no more for a caller that does not read, and the rest once it reads on', async () => {
  const PAGES = 400;
  const big = 'x'.repeat(20_000);
  const { client, probe } = await serverOf(async function* () {
    for (let i = 0; i < PAGES; i++) yield page(`${i} ${big}`);
  });
  const stream = client.stream(LOOKUP, ASKED);
  // grpc-js holds nothing back before the first message is read.
  const first = await new Promise<Page>((resolve) => stream.once('data', resolve));
  stream.pause();
  let before = -1;
  await until(async () => {
    const isStill = before === probe.made;
    before = probe.made;
    await sleep(100);
    return isStill;
  });
  // The windows of HTTP/2 on both sides, and what grpc-js reads ahead.
  expect(probe.made).toBeLessThan(60);
  // Others on the same connection go on.
  expect(
    await client.call('PermissionService/Check', { object: 'a:b', relation: 'c', subject: 'd:e' }),
  ).toBeDefined();
  const ids = [first.results[0]?.id ?? '', ...(await idsOf(stream))];
  expect(ids.map((id) => id.split(' ')[0])).toEqual(Array.from({ length: PAGES }, (_, i) => `${i}`));
});

it('ends at the deadline of the caller, or at the default one', async () => {
  const { client, probe } = await serverOf(endless, { defaultDeadlineMs: 300 });
  expect(await failureIn(client.stream(LOOKUP, ASKED, { deadlineMs: 200 }))).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
  });
  await until(() => probe.isReleased);
  probe.isReleased = false;
  expect(await failureIn(client.stream(LOOKUP, ASKED))).toEqual({
    code: 'DEADLINE_EXCEEDED',
    reason: 'DEADLINE',
    field: undefined,
    message: 'the deadline passed before the stream ended; try again with a later one',
  });
  await until(() => probe.isReleased);
});

it('has no default deadline where it follows something', async () => {
  let deadline = 0;
  const watch = async function* (_tenant: unknown, _query: unknown, signal: AbortSignal) {
    await sleep(600, undefined, { signal }).catch(() => undefined);
    yield { zookie: 'z', changes: [] };
    deadline = Date.now();
  };
  const { port } = await bareServer({ watches: { watch } }, {}, { defaultDeadlineMs: 200 });
  const client = new TestClient(`127.0.0.1:${port}`, TOKEN);
  onTestFinished(() => client.close());
  const messages: unknown[] = [];
  for await (const message of client.stream(WATCH, {})) messages.push(message);
  expect(messages).toHaveLength(1);
  expect(deadline).toBeGreaterThan(0);
});

it('ends when the credential is revoked, while nothing is sent as well', async () => {
  const { client, probe, credential } = await serverOf(endless);
  const stream = client.stream(LOOKUP, ASKED);
  const failure = failureIn(stream);
  await until(() => probe.made === 1);
  credential.revokedAt = Date.now();
  expect(await failure).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'CREDENTIAL_REVOKED' });
  await until(() => probe.isReleased);
});

it('sends nothing more once the credential is revoked', async () => {
  const { client, credential } = await serverOf(async function* () {
    yield page('first');
    credential.revokedAt = Date.now();
    yield page('second');
  });
  const ids: string[] = [];
  const stream = client.stream(LOOKUP, ASKED);
  stream.on('data', ({ results }: Page) => ids.push(...results.map(({ id }) => id)));
  const error = await new Promise((resolve) => stream.on('error', resolve));
  expect(failureOf(error)).toMatchObject({ reason: 'CREDENTIAL_REVOKED' });
  expect(ids).toEqual(['first']);
});

it('ends when the node stops, without holding that up, and none begins', async () => {
  const { client, probe, drain } = await serverOf(endless);
  const failure = failureIn(client.stream(LOOKUP, ASKED));
  await until(() => probe.made === 1);
  // Far longer than a test may take.
  await drain(100_000);
  expect(await failure).toMatchObject({ code: 'UNAVAILABLE', reason: 'SHUTTING_DOWN' });
  await until(() => probe.isReleased);
});
