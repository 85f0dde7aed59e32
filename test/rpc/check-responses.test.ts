/** Encoded answers are those of their answer and revision, and are made once. */
import { expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import type { Answer } from '../../src/engine/engine.ts';
import { BatchResponses, CheckResponses } from '../../src/rpc/check-responses.ts';
import { loadServices } from '../../src/rpc/protocol.ts';

function counting() {
  const made: object[] = [];
  const responses = new CheckResponses((response) => {
    made.push(response);
    return Buffer.from(JSON.stringify(response));
  });
  return { made, responses };
}

test('each answer of each revision is encoded once', () => {
  const { made, responses } = counting();
  for (let i = 0; i < 3; i++) {
    for (const zookie of ['z1', 'z2']) {
      expect(responses.of('allowed', zookie).toString()).toBe(
        `{"answer":"ANSWER_ALLOWED","zookie":"${zookie}"}`,
      );
      expect(responses.of('denied', zookie).toString()).toBe(
        `{"answer":"ANSWER_DENIED","zookie":"${zookie}"}`,
      );
    }
  }
  expect(made).toHaveLength(4);
});

test('revisions gone by are forgotten', () => {
  const { made, responses } = counting();
  for (let revision = 0; revision < 5_000; revision++) responses.of('allowed', `z${revision}`);
  responses.of('allowed', 'z4999');
  expect(made).toHaveLength(5_000);
  responses.of('allowed', 'z0');
  expect(made).toHaveLength(5_001);
});

test('a batch is answered with the bytes that its message has', () => {
  const { responseSerialize, responseDeserialize } = loadServices().PermissionService.BatchCheck;
  const responses = new BatchResponses(responseSerialize);
  for (const [answers, zookie] of [
    [['allowed', 'denied', 'denied'], 'z1'],
    [[], 'z2'],
    [Array<Answer>(1_000).fill('allowed'), 'z2'],
    [['denied'], 'z1'],
  ] as [Answer[], string][]) {
    const bytes = responses.of(answers, zookie);
    const message = {
      results: answers.map((answer) => ({ answer: `ANSWER_${answer.toUpperCase()}` })),
      zookie,
    };
    expect(bytes).toEqual(responseSerialize(message));
    expect(responseDeserialize(bytes as Buffer)).toMatchObject(message);
  }
});

test('a batch in which an answer needs words is left to the encoder', () => {
  const responses = new BatchResponses(loadServices().PermissionService.BatchCheck.responseSerialize);
  expect(responses.of(['allowed', 'conditional'], 'z')).toBeUndefined();
  expect(responses.of([new PembaError('UNKNOWN_TYPE', 'x'), 'allowed'], 'z')).toBeUndefined();
});
