/** LookupResources, LookupSubjects and ListPermissions over real gRPC: messages, pages, revisions. */
import { beforeAll, describe, expect, it } from 'vitest';
import { question } from '../support/client.ts';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(2);
let store: string;

/** As many as make three messages. */
const MANY = 2_500;
const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const inOrder = (names: string[]): string[] => [...names].sort();

beforeAll(async () => {
  store = await newStore(shared);
  const { client } = shared;
  const tuples = [
    ...ids('m', MANY).flatMap((id) => [`space:${id}#writer@team:all#member`]),
    'team:all#member@user:ada',
    'space:m7#banned@user:ada',
    'space:open#reader@user:*',
    'space:open#banned@user:bob',
    'space:open#writer@user:cyd',
    ...ids('u', MANY).map((id) => `team:big#member@user:${id}`),
    'space:big#reader@team:big#member',
  ];
  for (let i = 0; i < tuples.length; i += 1_000) await client.write(tuples.slice(i, i + 1_000), { store });
});

interface Page {
  results: { id: string; answer: string }[];
  nextPageToken: string;
  zookie: string;
}

async function pagesOf(method: string, request: object, node = 0): Promise<Page[]> {
  const pages: Page[] = [];
  const { client } = shared.nodes[node];
  for await (const page of client.stream(`PermissionService/${method}`, { store, ...request }))
    pages.push(page);
  return pages;
}

const found = (pages: Page[]): string[] => pages.flatMap(({ results }) => results.map(({ id }) => id));

const RESOURCES = { resourceType: 'space', relation: 'write', subject: 'user:ada' };
const SUBJECTS = { object: 'space:big', relation: 'read', subjectType: 'user' };

describe.each([
  ['LookupResources', RESOURCES, () => inOrder(ids('m', MANY).filter((id) => id !== 'm7'))],
  ['LookupSubjects', SUBJECTS, () => inOrder(ids('u', MANY))],
] as const)('%s', (method, request, all) => {
  it('sends everything in messages of a thousand, in the order of ids, and none twice', async () => {
    const pages = await pagesOf(method, request);
    expect(pages.map(({ results }) => results.length)).toEqual([1_000, 1_000, all().length - 2_000]);
    expect(found(pages)).toEqual(all());
    const { zookie } = await shared.client.call('PermissionService/Read', { store });
    expect(new Set(pages.map((page) => page.zookie))).toEqual(new Set([zookie]));
    expect(pages.map(({ nextPageToken }) => nextPageToken !== '')).toEqual([true, true, false]);
    const answers = pages.flatMap(({ results }) => results.map(({ answer }) => answer));
    expect(new Set(answers)).toEqual(new Set(['ANSWER_ALLOWED']));
  });

  it('goes on after any message, on any node, at the revision of the first', async () => {
    const pages = await pagesOf(method, request);
    const extra = ['space:aaa#writer@user:ada', 'team:big#member@user:aaa'];
    await shared.client.write(extra, { store });
    for (const [i, { nextPageToken: pageToken }] of pages.slice(0, 2).entries()) {
      const rest = await pagesOf(method, { ...request, pageToken }, 1);
      expect(rest.flatMap(({ results }) => results)).toEqual(
        pages.slice(i + 1).flatMap(({ results }) => results),
      );
    }
    await shared.client.write(
      extra.map((tuple): [string, string] => ['delete', tuple]),
      { store },
    );
  });

  it('ends after as many as were asked for', async () => {
    const seen: string[] = [];
    let pageToken = '';
    do {
      const pages = await pagesOf(method, { ...request, pageSize: 1_100, pageToken }, seen.length % 2);
      seen.push(...found(pages));
      expect(found(pages).length).toBeLessThanOrEqual(1_100);
      pageToken = pages.at(-1)?.nextPageToken ?? '';
    } while (pageToken !== '');
    expect(seen).toEqual(all());
  });

  it('sends one message where nothing is found', async () => {
    const nothing = { object: 'space:none', subject: 'user:nobody', relation: 'write' };
    const pages = await pagesOf(method, { ...request, ...nothing, resourceType: 'space' });
    expect(pages.map(({ results }) => results)).toEqual([[]]);
    expect(pages[0]).toMatchObject({ nextPageToken: '' });
    expect(pages[0].zookie).not.toBe('');
  });

  it('refuses a page token with another question', async () => {
    const [{ nextPageToken: pageToken }] = await pagesOf(method, { ...request, pageSize: 1 });
    const failure = await shared.client.failure(`PermissionService/${method}`, {
      store,
      ...request,
      relation: 'banned',
      pageToken,
    });
    expect(failure).toMatchObject({ reason: 'PAGE_TOKEN_INVALID', field: 'page_token' });
  });
});

it('sends a wildcard with those who are excepted from it', async () => {
  const [page] = await pagesOf('LookupSubjects', { ...SUBJECTS, object: 'space:open' });
  expect(page.results).toEqual([
    { id: '*', answer: 'ANSWER_ALLOWED', missing: [] },
    { id: 'bob', answer: 'ANSWER_DENIED', missing: [] },
    { id: 'cyd', answer: 'ANSWER_ALLOWED', missing: [] },
  ]);
});

it('answers with contextual tuples, and at the revision that is asked for', async () => {
  const { client } = shared;
  const own = await newStore(shared);
  const before = await client.write(['space:a#reader@user:ada'], { store: own });
  await client.write([['delete', 'space:a#reader@user:ada'], 'space:b#reader@user:ada'], { store: own });
  const ask = async (more: object): Promise<string[]> =>
    found(await pagesOf('LookupResources', { ...RESOURCES, relation: 'read', store: own, ...more }));
  expect(await ask({ consistency: { fullyConsistent: true } })).toEqual(['b']);
  expect(await ask({ contextualTuples: [question('space:c#reader@user:ada')] })).toEqual(['b', 'c']);
  expect(await ask({ consistency: { atExactSnapshot: before } })).toEqual(['a']);
});

it('lists what a subject has on an object, in the order of the schema', async () => {
  const list = async (object: string, subject: string): Promise<object> =>
    (await shared.client.call('PermissionService/ListPermissions', { store, object, subject })).permissions;
  const has = (name: string, isPermission: boolean): object => ({
    name,
    isPermission,
    answer: 'ANSWER_ALLOWED',
    missing: [],
  });
  expect(await list('space:open', 'user:cyd')).toEqual([
    has('writer', false),
    has('reader', false),
    has('write', true),
    has('read', true),
  ]);
  expect(await list('space:open', 'user:bob')).toEqual([has('reader', false), has('banned', false)]);
  expect(await list('space:none', 'user:bob')).toEqual([]);
});
