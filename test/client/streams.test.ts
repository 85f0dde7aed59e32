/** Lookups and watches: parts in order, cancelled when nobody wants more, going on where they broke off. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Refusal, type StreamHandlers } from './fake-service.ts';
import { drained, usePairs } from './workbench.ts';

const pair = usePairs();
const LOOKUP = { resourceType: 'space', relation: 'read', subject: 'user:ada' };
const unavailable = (): never => {
  throw new Refusal('UNAVAILABLE', 'gone', { reason: 'SHUTTING_DOWN' });
};
const found = (ids: readonly string[]) => ids.map((id) => ({ id, answer: 'ANSWER_ALLOWED' }));
const idsOf = (parts: readonly { results: { id: string }[] }[]): string[] =>
  parts.flatMap(({ results }) => results.map(({ id }) => id));

/** Ids two at a time; breaks off after each message but the last, if it is told to. */
function pages(ids: readonly string[], breaksOff: boolean): StreamHandlers[string] {
  return async function* ({ pageToken = '', pageSize = 0 }) {
    let at = pageToken === '' ? 0 : ids.indexOf(pageToken) + 1;
    const end = pageSize === 0 ? ids.length : Math.min(ids.length, at + pageSize);
    for (; at < end; at += 2) {
      const some = ids.slice(at, Math.min(at + 2, end));
      const last = some.at(-1) ?? '';
      yield { results: found(some), nextPageToken: last === ids.at(-1) ? '' : last, zookie: 'z' };
      if (breaksOff) unavailable();
    }
  };
}

describe('a lookup', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];

  it('gives its parts in order', async () => {
    const { client, service } = await pair({}, {}, { LookupResources: pages(ids, false) });
    const { taken } = await drained(client.lookupResources({ ...LOOKUP, store: 's' }));
    expect(taken[0]).toEqual({
      results: ['a', 'b'].map((id) => ({ id, answer: 'allowed' })),
      nextPageToken: 'b',
      zookie: 'z',
    });
    expect(idsOf(taken)).toEqual(ids);
    expect(taken.at(-1)?.nextPageToken).toBe('');
    expect(service.asked).toHaveLength(1);
    expect(service.last.request).toMatchObject({ ...LOOKUP, store: 's' });
  });

  it('finds subjects, those excepted from a wildcard too', async () => {
    const results = [
      { id: '*', answer: 'ANSWER_ALLOWED' },
      { id: 'bob', answer: 'ANSWER_DENIED' },
    ];
    const { client, service } = await pair(
      {},
      {},
      {
        LookupSubjects: async function* () {
          yield { results, nextPageToken: '', zookie: 'z' };
        },
      },
    );
    const question = { object: 'space:x', relation: 'read', subjectType: 'user' };
    const { taken } = await drained(client.lookupSubjects(question));
    expect(taken[0]?.results).toEqual([
      { id: '*', answer: 'allowed' },
      { id: 'bob', answer: 'denied' },
    ]);
    expect(service.last.request).toMatchObject(question);
  });

  it('goes on after the last result when it breaks off', async () => {
    const { client, service } = await pair({}, {}, { LookupResources: pages(ids, true) });
    const { taken, error } = await drained(
      client.lookupResources({ ...LOOKUP, consistency: { mode: 'fully_consistent' } }),
    );
    expect(error).toBeUndefined();
    expect(idsOf(taken)).toEqual(ids);
    expect(service.asked.map(({ request }) => request.pageToken)).toEqual([undefined, 'b', 'd']);
    // The token has the revision; a consistency beside it would be refused.
    expect(service.asked.map(({ request }) => request.consistency ?? null)).toEqual([
      expect.objectContaining({ fullyConsistent: true }),
      null,
      null,
    ]);
  });

  it('gives no more than was asked for when it breaks off', async () => {
    const { client, service } = await pair({}, {}, { LookupResources: pages(ids, true) });
    const { taken } = await drained(client.lookupResources({ ...LOOKUP, pageSize: 3 }));
    expect(idsOf(taken)).toEqual(['a', 'b', 'c']);
    expect(taken.at(-1)?.nextPageToken).toBe('c');
    expect(service.asked.map(({ request }) => request.pageSize)).toEqual([3, 1]);
  });

  it('fails when the service stays away, or refuses', async () => {
    const stopped = {
      // biome-ignore lint/correctness/useYield: it never comes to that
      LookupResources: async function* () {
        unavailable();
      },
    };
    const { client, service } = await pair({}, { retries: 2 }, stopped);
    expect((await drained(client.lookupResources(LOOKUP))).error).toMatchObject({ reason: 'SHUTTING_DOWN' });
    expect(service.asked).toHaveLength(3);
    service.streams = {
      // biome-ignore lint/correctness/useYield: it never comes to that
      LookupResources: async function* () {
        throw new Refusal('RESOURCE_EXHAUSTED', 'too much', { reason: 'LIMIT', field: 'relation' });
      },
    };
    const { error } = await drained(client.lookupResources(LOOKUP));
    expect(error).toMatchObject({ name: 'ServiceError', reason: 'LIMIT', field: 'relation' });
    expect(service.asked).toHaveLength(4);
  });

  it('is cancelled when the loop is left, and by its signal', async () => {
    const cancellations: string[] = [];
    const endless: StreamHandlers[string] = async function* ({ subject }, cancelled) {
      cancelled.addEventListener('abort', () => cancellations.push(subject));
      yield { results: found(['a']), nextPageToken: 'a', zookie: 'z' };
      await new Promise(() => undefined);
    };
    const { client } = await pair({}, {}, { LookupResources: endless });
    for await (const { results } of client.lookupResources({ ...LOOKUP, subject: 'user:left' })) {
      expect(results).toHaveLength(1);
      break;
    }
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const loop = async () => {
      for await (const _ of client.lookupResources({ ...LOOKUP, subject: 'user:told' }, options))
        controller.abort();
    };
    await expect(loop()).rejects.toMatchObject({ code: 'CANCELLED', reason: 'CANCELLED' });
    await expect.poll(() => cancellations).toEqual(['user:left', 'user:told']);
  });

  it('is not read faster than it is taken', async () => {
    let sent = 0;
    const { client } = await pair(
      {},
      {},
      {
        LookupResources: async function* () {
          for (; sent < 10_000; sent++) {
            yield { results: found(Array(1_000).fill(`id-${sent}`)), nextPageToken: `${sent}`, zookie: 'z' };
          }
        },
      },
    );
    let taken = 0;
    for await (const _ of client.lookupResources(LOOKUP)) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (++taken === 20) break;
    }
    expect(sent).toBeLessThan(2_000);
  });
});

describe('a watch', () => {
  it('ends when its client is closed, and nothing of it keeps the process alive', async () => {
    const { service } = await pair(
      {},
      {},
      {
        Watch: async function* () {
          yield { zookie: 'z1' };
          await new Promise(() => undefined);
        },
      },
    );
    const program = `
      import { connect } from '${new URL('../../src/client/client.ts', import.meta.url)}';
      const client = connect({ address: '${service.address}' });
      try {
        for await (const event of client.watch()) {
          console.log(event.zookie);
          setTimeout(() => client.close(), 10);
        }
      } catch (error) {
        console.log(error.reason);
      }`;
    const argv = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const options = { timeout: 20_000, cwd: new URL('../..', import.meta.url) };
    const { stdout } = await promisify(execFile)(process.execPath, argv, options);
    expect(stdout).toBe('z1\nCLOSED\n');
  });

  const change = (id: string) => ({
    operation: 'OPERATION_ADDED',
    tuple: { object: `space:${id}`, relation: 'reader', subject: 'user:ada' },
  });

  it('tells what changed', async () => {
    const event = {
      zookie: 'z1',
      changes: [change('a'), { ...change('b'), operation: 'OPERATION_REMOVED' }],
      time: { seconds: 1_700_000_000, nanos: 5_000_000 },
      actor: 'user:ada',
      metadata: {
        fields: {
          text: { stringValue: 'a' },
          list: {
            listValue: {
              values: [{ numberValue: 0 }, { boolValue: false }, { nullValue: 'NULL_VALUE' }],
            },
          },
          deep: { structValue: { fields: { empty: { stringValue: '' } } } },
        },
      },
      schemaVersion: 3,
    };
    const { client, service } = await pair(
      {},
      {},
      {
        Watch: async function* () {
          yield event;
          yield { zookie: 'z2' };
        },
      },
    );
    const filters = [{ object: 'space' }, { relation: 'reader' }];
    const { taken } = await drained(client.watch({ after: 'z0', filters, heartbeatMs: 1_500 }));
    expect(taken).toEqual([
      {
        zookie: 'z1',
        changes: [
          { operation: 'added', tuple: change('a').tuple },
          { operation: 'removed', tuple: change('b').tuple },
        ],
        time: new Date(1_700_000_000_005),
        actor: 'user:ada',
        metadata: { text: 'a', list: [0, false, null], deep: { empty: '' } },
        schemaVersion: 3,
      },
      { zookie: 'z2', changes: [], time: undefined, actor: '', metadata: undefined, schemaVersion: 0 },
    ]);
    expect(service.last.request).toMatchObject({
      after: 'z0',
      filters,
      heartbeat: { seconds: 1, nanos: 500_000_000 },
    });
  });

  it('goes on after the last event, however often it breaks off', async () => {
    let at = 0;
    const { client, service } = await pair(
      {},
      { retries: 0 },
      {
        Watch: async function* () {
          at++;
          if (at === 9) throw new Refusal('FAILED_PRECONDITION', 'lost', { reason: 'ZOOKIE_LOST_HISTORY' });
          // Every other time it does not even begin.
          if (at % 2 === 0) unavailable();
          yield { zookie: `z${at}`, changes: [change(`${at}`)] };
          unavailable();
        },
      },
    );
    const { taken, error } = await drained(client.watch());
    expect(taken.map(({ zookie }) => zookie)).toEqual(['z1', 'z3', 'z5', 'z7']);
    expect(service.asked.map(({ request }) => request.after)).toEqual([
      '',
      'z1',
      'z1',
      'z3',
      'z3',
      'z5',
      'z5',
      'z7',
      'z7',
    ]);
    expect(error).toMatchObject({ reason: 'ZOOKIE_LOST_HISTORY' });
  });

  it('that cannot begin fails', async () => {
    const { client, service } = await pair(
      {},
      { retries: 1 },
      {
        // biome-ignore lint/correctness/useYield: it never comes to that
        Watch: async function* () {
          unavailable();
        },
      },
    );
    expect((await drained(client.watch())).error).toMatchObject({ reason: 'SHUTTING_DOWN' });
    expect(service.asked).toHaveLength(2);
  });

  it('ends when the loop is left, and at its own deadline', async () => {
    let cancelled = 0;
    const { client } = await pair(
      {},
      {},
      {
        Watch: async function* (_, signal) {
          signal.addEventListener('abort', () => cancelled++);
          yield { zookie: 'z1' };
          await new Promise(() => undefined);
        },
      },
    );
    for await (const _ of client.watch()) break;
    await expect.poll(() => cancelled).toBe(1);
    expect((await drained(client.watch({}, { timeoutMs: 200 }))).error).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });
});
