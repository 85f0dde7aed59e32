/** Encoded answers are those of their answer and revision, and are made once. */
import { expect, test } from 'vitest';
import { CheckResponses } from '../../src/rpc/check-responses.ts';

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
