/** Contextual tuples count as stored, for one request. */
import { beforeAll, expect, it } from 'vitest';
import { question } from '../support/client.ts';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes();
let store: string;
beforeAll(async () => {
  store = await newStore(shared);
  await shared.client.write(['space:s#writer@team:a#member', 'team:a#member@user:bob'], { store });
});

const check = (tuple: string, contextual: string[] = [], more: object = {}): Promise<string> =>
  shared.client.check(tuple, { store, contextualTuples: contextual.map(question), ...more });

it('counts as stored, together with what is', async () => {
  expect(await check('space:s#write@user:ada')).toBe('denied');
  expect(await check('space:s#write@user:ada', ['space:s#writer@user:ada'])).toBe('allowed');
  expect(await check('space:s#write@user:ada', ['team:a#member@user:ada'])).toBe('allowed');
  expect(
    await check('space:s#write@user:ada', ['team:a#member@team:new#member', 'team:new#member@user:ada']),
  ).toBe('allowed');
  expect(
    await check('space:new#write@user:new', ['space:new#reader@user:*', 'space:new#writer@user:new']),
  ).toBe('allowed');
  expect(await check('space:new#read@user:other', ['space:new#reader@user:*'])).toBe('allowed');
  // One may take away as well.
  expect(await check('space:s#write@user:bob')).toBe('allowed');
  expect(await check('space:s#write@user:bob', ['space:s#banned@user:bob'])).toBe('denied');
});

it('may say again what is stored, or the same thing twice', async () => {
  const stored = 'team:a#member@user:bob';
  expect(await check('space:s#write@user:bob', [stored, stored])).toBe('allowed');
  expect(await check('space:s#write@user:bob')).toBe('allowed');
});

it('leaves no trace in later requests, in what is stored, nor in other requests at the same time', async () => {
  const contextual = ['space:s#writer@user:ada', 'space:t#writer@user:ada'];
  for (let i = 0; i < 20; i++) {
    const answers = await Promise.all([
      check('space:s#write@user:ada', contextual),
      check('space:s#write@user:ada'),
      check('space:t#write@user:ada', contextual),
      check('space:t#write@user:ada'),
      check('space:s#write@user:ada', contextual, { consistency: { fullyConsistent: true } }),
      check('space:s#write@user:ada', [], { consistency: { fullyConsistent: true } }),
    ]);
    expect(answers).toEqual(['allowed', 'denied', 'allowed', 'denied', 'allowed', 'denied']);
  }
  expect(await shared.client.read({ store })).toHaveLength(2);
});

it('counts for all questions of a batch', async () => {
  const items = ['space:s#write@user:ada', 'space:s#write@user:cyd', 'space:s#read@user:ada'].map(question);
  const contextualTuples = [question('team:a#member@user:ada')];
  const { results } = await shared.client.call('PermissionService/BatchCheck', {
    store,
    items,
    contextualTuples,
  });
  const answers = results.map((result: { answer: string }) => result.answer);
  expect(answers).toEqual(['ANSWER_ALLOWED', 'ANSWER_DENIED', 'ANSWER_ALLOWED']);
});

it('is added to the revision the request asks for', async () => {
  const other = await newStore(shared);
  const before = await shared.client.write(['team:a#member@user:ada'], { store: other });
  await shared.client.write([['delete', 'team:a#member@user:ada']], { store: other });
  const contextualTuples = [question('space:s#writer@team:a#member')];
  const at = (consistency: object): Promise<string> =>
    shared.client.check('space:s#write@user:ada', { store: other, contextualTuples, consistency });
  expect(await at({ atExactSnapshot: before })).toBe('allowed');
  expect(await at({ fullyConsistent: true })).toBe('denied');
});

it('must fit the schema: one that does not fails the whole request', async () => {
  for (const [tuple, reason, field] of [
    ['planet:x#writer@user:ada', 'UNKNOWN_TYPE', 'contextual_tuples[1].object'],
    ['space:s#flyer@user:ada', 'UNKNOWN_RELATION', 'contextual_tuples[1].relation'],
    ['space:s#write@user:ada', 'RELATION_NOT_WRITABLE', 'contextual_tuples[1].relation'],
    ['space:s#banned@team:a#member', 'SUBJECT_NOT_ALLOWED', 'contextual_tuples[1].subject'],
  ]) {
    const contextualTuples = [question('space:s#writer@user:ada'), question(tuple)];
    const single = { store, ...question('space:s#write@user:ada'), contextualTuples };
    const batch = { store, items: [question('space:s#write@user:ada')], contextualTuples };
    const expected = { code: 'FAILED_PRECONDITION', reason, field };
    expect(await shared.client.failure('PermissionService/Check', single)).toMatchObject(expected);
    expect(await shared.client.failure('PermissionService/BatchCheck', batch)).toMatchObject(expected);
  }
});
