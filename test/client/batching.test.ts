/** Checks of one tick travel together, and each gets its own answer. */
import { describe, expect, it } from 'vitest';
import type { TupleText } from '../../src/client/requests.ts';
import { type Handlers, Refusal } from './fake-service.ts';
import { failureOf, usePairs } from './workbench.ts';

const pair = usePairs();
const question = (id: number | string): TupleText => ({
  object: `space:${id}`,
  relation: 'read',
  subject: 'user:ada',
});
const numberOf = ({ object }: TupleText): number => Number(object.slice('space:'.length));
/** Even numbers are allowed. */
const answerOf = (item: TupleText): string => (numberOf(item) % 2 === 0 ? 'ANSWER_ALLOWED' : 'ANSWER_DENIED');
const HONEST: Handlers = {
  Check: (request) => ({ answer: answerOf(request), zookie: 'one' }),
  BatchCheck: ({ items }) => ({
    results: items.map((item: TupleText) => ({ answer: answerOf(item) })),
    zookie: 'many',
  }),
};
const methods = (service: { asked: { method: string }[] }): string[] =>
  service.asked.map(({ method }) => method);

describe('checks of one tick', () => {
  it('are one batch, and each gets its own answer', async () => {
    const { client, service } = await pair(HONEST);
    const answers = await Promise.all([1, 2, 3].map((id) => client.check(question(id))));
    expect(answers).toEqual([
      { answer: 'denied', zookie: 'many' },
      { answer: 'allowed', zookie: 'many' },
      { answer: 'denied', zookie: 'many' },
    ]);
    expect(methods(service)).toEqual(['BatchCheck']);
    expect(service.last.request.items).toEqual([1, 2, 3].map(question));
  });

  it('are one batch even if promises lie between them', async () => {
    const { client, service } = await pair(HONEST);
    const later = async (id: number, turns: number) => {
      for (let i = 0; i < turns; i++) await null;
      return client.check(question(id));
    };
    await Promise.all([later(1, 0), later(2, 3), later(3, 20)]);
    expect(methods(service)).toEqual(['BatchCheck']);
  });

  it('are not sent with those of another tick', async () => {
    const { client, service } = await pair(HONEST);
    await client.check(question(1));
    await client.check(question(2));
    expect(methods(service)).toEqual(['Check', 'Check']);
  });

  it('are asked once if they are equal', async () => {
    const { client, service } = await pair(HONEST);
    const [first, second, third] = await Promise.all([1, 1, 2].map((id) => client.check(question(id))));
    expect([first?.answer, second?.answer, third?.answer]).toEqual(['denied', 'denied', 'allowed']);
    expect(first).not.toBe(second);
    expect(service.last.request.items).toEqual([1, 2].map(question));
    await Promise.all([client.check(question(5)), client.check(question(5))]);
    expect(methods(service)).toEqual(['BatchCheck', 'Check']);
  });

  it('are not mixed if they differ in store, consistency, contextual tuples or time', async () => {
    const { client, service } = await pair(HONEST);
    await Promise.all([
      client.check(question(1)),
      client.check(question(2)),
      client.check({ ...question(1), store: 'other' }),
      client.check({ ...question(1), consistency: { mode: 'at_least_as_fresh', zookie: 'z' } }),
      client.check({ ...question(1), consistency: { mode: 'at_exact_snapshot', zookie: 'z' } }),
      client.check({ ...question(1), contextualTuples: [question(7)] }),
      client.check(question(1), { timeoutMs: 9_000 }),
      client.check(question(1), { signal: new AbortController().signal }),
    ]);
    expect(methods(service).sort()).toEqual(['BatchCheck', ...Array<string>(6).fill('Check')]);
    const requests = service.asked.map(({ request }) => request);
    expect(requests.filter(({ store }) => store === 'other')).toHaveLength(1);
    expect(requests.filter(({ consistency }) => consistency?.atLeastAsFresh === 'z')).toHaveLength(1);
    expect(requests.filter(({ contextualTuples }) => contextualTuples?.length === 1)).toHaveLength(1);
  });

  it('are sent one by one if the client is told so', async () => {
    const { client, service } = await pair(HONEST, { batching: false });
    await Promise.all([1, 2].map((id) => client.check(question(id))));
    expect(methods(service)).toEqual(['Check', 'Check']);
  });

  it('are sent in batches of at most so many', async () => {
    const { client, service } = await pair(HONEST, { maxBatch: 3 });
    const ids = [...Array(7).keys()];
    const answers = await Promise.all(ids.map((id) => client.check(question(id))));
    expect(answers.map(({ answer }) => answer)).toEqual(
      ids.map((id) => (id % 2 === 0 ? 'allowed' : 'denied')),
    );
    expect(service.asked.map(({ request }) => request.items?.length ?? 1).sort()).toEqual([1, 3, 3]);
  });

  it('are at most 1,000 in a batch unless something else is said', async () => {
    const { client, service } = await pair(HONEST);
    await Promise.all([...Array(1_001).keys()].map((id) => client.check(question(id))));
    expect(methods(service).sort()).toEqual(['BatchCheck', 'Check']);
  });
});

describe('a check in a batch', () => {
  it('fails alone, as it would have by itself', async () => {
    const error = {
      code: 9,
      reason: 'UNKNOWN_TYPE',
      message: 'items[1].object: there is no type `spce`',
      field: 'items[1].object',
    };
    const { client } = await pair({
      BatchCheck: () => ({ results: [{ answer: 'ANSWER_ALLOWED' }, { error }], zookie: 'z' }),
    });
    const [right, wrong] = [client.check(question(1)), client.check({ ...question(2), object: 'spce:2' })];
    expect(await failureOf(wrong)).toMatchObject({
      code: 'FAILED_PRECONDITION',
      reason: 'UNKNOWN_TYPE',
      field: 'object',
      message: 'object: there is no type `spce`',
    });
    expect(await right).toEqual({ answer: 'allowed', zookie: 'z' });
  });

  it('fails with the batch', async () => {
    const { client } = await pair({
      BatchCheck: () => {
        throw new Refusal('UNAUTHENTICATED', 'no', { reason: 'CREDENTIAL_MISSING' });
      },
    });
    const failures = await Promise.all([1, 2].map((id) => failureOf(client.check(question(id)))));
    expect(failures.map(({ reason }) => reason)).toEqual(['CREDENTIAL_MISSING', 'CREDENTIAL_MISSING']);
  });

  it('does not suffer from a batch that was too large', async () => {
    const { client, service } = await pair({
      ...HONEST,
      BatchCheck: (request) => {
        if (request.items.length > 2) throw new Refusal('RESOURCE_EXHAUSTED', 'no', { reason: 'LIMIT' });
        return HONEST.BatchCheck?.(request) as object;
      },
    });
    const answers = await Promise.all([...Array(7).keys()].map((id) => client.check(question(id))));
    expect(answers.filter(({ answer }) => answer === 'allowed')).toHaveLength(4);
    expect(Math.max(...service.asked.slice(3).map(({ request }) => request.items?.length ?? 1))).toBe(2);
  });

  it('does not suffer from the work of the others', async () => {
    const limit = { error: { code: 8, reason: 'LIMIT', message: 'too much work', field: '' } };
    const { client } = await pair({
      Check: (request) => {
        if (numberOf(request) === 0) throw new Refusal('RESOURCE_EXHAUSTED', 'no', { reason: 'LIMIT' });
        return HONEST.Check?.(request) as object;
      },
      // The first uses up what all of them may do.
      BatchCheck: ({ items }) => ({
        results: items.some((item: TupleText) => numberOf(item) === 0)
          ? items.map(() => limit)
          : items.map((item: TupleText) => ({ answer: answerOf(item) })),
        zookie: 'z',
      }),
    });
    const [heavy, ...light] = [...Array(6).keys()].map((id) => client.check(question(id)));
    expect((await failureOf(heavy as Promise<unknown>)).reason).toBe('LIMIT');
    expect((await Promise.all(light)).map(({ answer }) => answer)).toEqual([
      'denied',
      'allowed',
      'denied',
      'allowed',
      'denied',
    ]);
  });
});
