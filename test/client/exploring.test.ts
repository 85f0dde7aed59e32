/** Expand, Explain and ListPermissions: what is sent, and what is made of the answer. */
import { expect, it } from 'vitest';
import { usePairs } from './workbench.ts';

const pair = usePairs();
const QUESTION = { object: 'space:a', relation: 'read', subject: 'user:ada' };

it('a set is taken apart', async () => {
  const nodes = [
    { operation: 'OPERATION_OR', set: 'space:a#read', expression: 'a or b', children: [1, 2] },
    {
      operation: 'OPERATION_DIRECT',
      set: 'space:a#reader',
      subjects: ['user:*'],
      omission: 'OMISSION_DEPTH',
    },
    { operation: 'OPERATION_NAME', set: 'space:a#read', omission: 'OMISSION_SEEN', sameAs: 0 },
  ];
  const { client, service } = await pair({ Expand: () => ({ nodes, zookie: 'z' }) });
  const contextualTuples = [QUESTION];
  const answer = await client.expand({ object: 'space:a', relation: 'read', depth: 2, contextualTuples });
  const empty = { expression: '', subjects: [], children: [], omission: undefined, sameAs: undefined };
  expect(answer).toEqual({
    nodes: [
      { ...empty, operation: 'or', set: 'space:a#read', expression: 'a or b', children: [1, 2] },
      { ...empty, operation: 'direct', set: 'space:a#reader', subjects: ['user:*'], omission: 'depth' },
      { ...empty, operation: 'name', set: 'space:a#read', omission: 'seen', sameAs: 0 },
    ],
    zookie: 'z',
  });
  expect(service.last.request).toMatchObject({
    object: 'space:a',
    relation: 'read',
    depth: 2,
    contextualTuples,
  });
});

it('an answer is explained', async () => {
  const step = { set: 'space:a#read', expression: 'reader', because: [0] };
  const position = { file: 'a.pemba', line: 3, column: 5 };
  const reasons = [
    { ...step, tuple: QUESTION, position, isMissing: true },
    { ...step, isAbsent: true },
  ];
  const { client, service } = await pair({
    Explain: () => ({
      answer: 'ANSWER_DENIED',
      reasons: [],
      misses: [{ add: [QUESTION], reasons }],
      zookie: 'z',
    }),
  });
  expect(await client.explain({ ...QUESTION, maxMisses: 2 })).toEqual({
    answer: 'denied',
    reasons: [],
    misses: [
      {
        add: [QUESTION],
        remove: [],
        reasons: [
          { ...step, tuple: QUESTION, position, isMissing: true, isAbsent: false },
          { ...step, tuple: undefined, position: undefined, isMissing: false, isAbsent: true },
        ],
      },
    ],
    zookie: 'z',
  });
  expect(service.last.request).toMatchObject({ ...QUESTION, maxMisses: 2 });
});

it('permissions are listed', async () => {
  const permissions = [
    { name: 'reader', answer: 'ANSWER_ALLOWED' },
    { name: 'read', isPermission: true, answer: 'ANSWER_CONDITIONAL' },
  ];
  const { client, service } = await pair({ ListPermissions: () => ({ permissions, zookie: 'z' }) });
  const { object, subject } = QUESTION;
  const consistency = { mode: 'at_least_as_fresh', zookie: 'y' } as const;
  expect(await client.listPermissions({ object, subject, consistency })).toEqual({
    permissions: [
      { name: 'reader', isPermission: false, answer: 'allowed' },
      { name: 'read', isPermission: true, answer: 'conditional' },
    ],
    zookie: 'z',
  });
  expect(service.last.request).toMatchObject({ object, subject, consistency: { atLeastAsFresh: 'y' } });
});
