/** With `readYourWrites`, whatever a client asks sees what it wrote before. */
import { describe, expect, it } from 'vitest';
import type { PembaClient } from '../../src/client/client.ts';
import type { FakeService, Handlers } from './fake-service.ts';
import { usePairs } from './workbench.ts';

const pair = usePairs();
const TUPLE = { object: 'space:ml', relation: 'read', subject: 'user:ada' };
const ANSWERS: Handlers = {
  Check: () => ({ answer: 'ANSWER_ALLOWED', zookie: 'checked' }),
  BatchCheck: ({ items }) => ({
    results: items.map(() => ({ answer: 'ANSWER_ALLOWED' })),
    zookie: 'checked',
  }),
  Read: () => ({ zookie: 'read' }),
  Expand: () => ({ zookie: 'expanded' }),
  Explain: () => ({ answer: 'ANSWER_ALLOWED', zookie: 'explained' }),
  ListPermissions: () => ({ zookie: 'listed' }),
};

/** Writes that are answered when the test says so. */
function slowWrites(): { handlers: Handlers; answer: ((zookie: string) => void)[] } {
  const answer: ((zookie: string) => void)[] = [];
  const Write = () => new Promise<object>((resolve) => answer.push((zookie) => resolve({ zookie })));
  return { handlers: { ...ANSWERS, Write }, answer };
}

const write = (client: PembaClient) => client.write({ updates: [] });
const freshnessOf = ({ last }: FakeService): unknown => {
  const { atLeastAsFresh, fullyConsistent } = last.request.consistency ?? {};
  return fullyConsistent === true ? 'fully consistent' : atLeastAsFresh;
};

async function freshness(client: PembaClient, service: FakeService): Promise<unknown> {
  await client.check(TUPLE);
  return freshnessOf(service);
}

async function arrived(answers: unknown[], count: number): Promise<void> {
  await expect.poll(() => answers.length).toBe(count);
}

describe('after its own writes', () => {
  it('a client asks at least as fresh', async () => {
    let revision = 0;
    const { client, service } = await pair(
      { ...ANSWERS, Write: () => ({ zookie: `w${++revision}` }) },
      { readYourWrites: true },
    );
    expect(await freshness(client, service)).toBeUndefined();
    await write(client);
    expect(await freshness(client, service)).toBe('w1');
    await write(client);
    expect(await freshness(client, service)).toBe('w2');
    for (const ask of [
      () => Promise.all([client.check(TUPLE), client.check({ ...TUPLE, relation: 'write' })]),
      () => client.batchCheck({ items: [TUPLE] }),
      () => client.read(),
      () => client.expand(TUPLE),
      () => client.explain(TUPLE),
      () => client.listPermissions(TUPLE),
    ]) {
      await ask();
      expect(freshnessOf(service)).toBe('w2');
    }
  });

  it('its lookups do, but not with a page token', async () => {
    const { client, service } = await pair(
      { Write: () => ({ zookie: 'w' }) },
      { readYourWrites: true },
      {
        LookupResources: async function* () {
          yield { results: [], nextPageToken: '', zookie: 'z' };
        },
      },
    );
    await write(client);
    const question = { resourceType: 'space', relation: 'read', subject: 'user:ada' };
    for await (const _ of client.lookupResources(question));
    expect(freshnessOf(service)).toBe('w');
    for await (const _ of client.lookupResources({ ...question, pageToken: 't' }));
    expect(freshnessOf(service)).toBeUndefined();
  });

  it('requests that say how fresh they must be are left alone', async () => {
    const { client, service } = await pair(
      { ...ANSWERS, Write: () => ({ zookie: 'w' }) },
      { readYourWrites: true },
    );
    await write(client);
    await client.check({ ...TUPLE, consistency: { mode: 'minimize_latency' } });
    expect(service.last.request.consistency).toMatchObject({ minimizeLatency: true });
    await client.read({ pageToken: 't' });
    expect(freshnessOf(service)).toBeUndefined();
  });

  it('other stores are left alone', async () => {
    const { client, service } = await pair(
      { ...ANSWERS, Write: () => ({ zookie: 'w' }) },
      { readYourWrites: true },
    );
    await client.write({ updates: [], store: 'other' });
    expect(await freshness(client, service)).toBeUndefined();
    await client.check({ ...TUPLE, store: 'other' });
    expect(freshnessOf(service)).toBe('w');
  });

  it('a client that was not told so says nothing', async () => {
    const { client, service } = await pair({ ...ANSWERS, Write: () => ({ zookie: 'w' }) });
    await write(client);
    expect(await freshness(client, service)).toBeUndefined();
  });
});

describe('after writes that ran at the same time', () => {
  it('it asks for the newest revision once, and then for what that was', async () => {
    const { handlers, answer } = slowWrites();
    const { client, service } = await pair(handlers, { readYourWrites: true });
    const writes = [write(client), write(client)];
    await arrived(answer, 2);
    // The answers may come in another order than the commits.
    answer[1]?.('newer');
    await writes[1];
    expect(await freshness(client, service)).toBe('newer');
    answer[0]?.('older');
    await writes[0];
    expect(await freshness(client, service)).toBe('fully consistent');
    expect(await freshness(client, service)).toBe('checked');
  });

  it('a later write stands for all that ended before it began', async () => {
    const { handlers, answer } = slowWrites();
    const { client, service } = await pair(handlers, { readYourWrites: true });
    const writes = [write(client), write(client)];
    await arrived(answer, 2);
    answer[0]?.('a');
    answer[1]?.('b');
    await Promise.all(writes);
    const last = write(client);
    await arrived(answer, 3);
    answer[2]?.('c');
    await last;
    expect(await freshness(client, service)).toBe('c');
  });

  it('an answer does not stand for a write that ended after it was asked', async () => {
    const { handlers, answer } = slowWrites();
    let tell: (() => void) | undefined;
    const Read = () =>
      new Promise<object>((resolve) => {
        tell = () => resolve({ zookie: 'read' });
      });
    const { client, service } = await pair({ ...handlers, Read }, { readYourWrites: true });
    const writes = [write(client), write(client), write(client)];
    await arrived(answer, 3);
    answer[0]?.('a');
    answer[1]?.('b');
    await Promise.all(writes.slice(0, 2));
    const reading = client.read();
    await expect.poll(() => tell).toBeDefined();
    answer[2]?.('c');
    await writes[2];
    tell?.();
    await reading;
    expect(await freshness(client, service)).toBe('fully consistent');
  });
});
