/** The pages of lookups, over two nodes on one database. */
import { describe, expect, it } from 'vitest';
import type { PembaError } from '../../src/base/errors.ts';
import type { Limits } from '../../src/base/limits.ts';
import { bytesOf, type Found } from '../../src/engine/lookup/found.ts';
import { quoted } from '../../src/model/reference.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { Explorations } from '../../src/service/explorations.ts';
import type { ResourcesQuery } from '../../src/service/explore-service.ts';
import { FoundCache } from '../../src/service/found-cache.ts';
import { LookupPages } from '../../src/service/lookup-pages.ts';
import type { ExploreContext, Question } from '../../src/service/pinned-work.ts';
import { makeWriter, type TestWriter } from '../postgres/workbench.ts';
import { freshDatabase } from '../support/database.ts';
import { collect, contextWith, type Explorer, idsOf, makeExplorer, restoreAndGrow } from './explore-bench.ts';

const SCHEMA = `
type user
type team { relation member : user }
type doc {
  relation viewer : user | team#member
  permission read = viewer
}`;

interface World {
  url: string;
  writer: TestWriter;
  nodes: Explorer[];
}

/** User a may read so many documents. */
async function makeWorld(count: number, limits: Partial<Limits> = {}): Promise<World> {
  const url = await freshDatabase();
  const writer = await makeWriter(url, {});
  await writer.schema(SCHEMA);
  for (let i = 0; i < count; i += 500) {
    const docs = Array.from({ length: Math.min(500, count - i) }, (_, j) => nameOf(i + j));
    await writer.write(docs.map((doc) => `doc:${doc}#viewer@user:a`));
  }
  return { url, writer, nodes: [await makeExplorer(url, limits), await makeExplorer(url, limits)] };
}

const nameOf = (i: number): string => `d${String(i).padStart(5, '0')}`;
const names = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => nameOf(from + i));

const FIRST: ResourcesQuery = {
  resourceType: 'doc',
  relation: 'read',
  subject: 'user:a',
  pageSize: 0,
  pageToken: '',
};
/** What follows a page says nothing of consistency. */
const LATER: Partial<ExploreContext> = { consistency: { mode: 'minimize_latency' } };

async function list(
  node: Explorer,
  more: Partial<ResourcesQuery> = {},
  context: Partial<ExploreContext> = {},
) {
  const { explore, tenant } = node;
  return collect(explore.lookupResources(tenant, { ...FIRST, ...more }, contextWith(context)));
}

async function failure(work: Promise<unknown>): Promise<object> {
  const { reason, field, message } = await work.then(
    () => expect.fail('it succeeded'),
    (error: PembaError) => error,
  );
  return { reason, field, message };
}

describe('everything', () => {
  it('comes in messages of up to a thousand, each but the last with a token that goes on after it', async () => {
    const { nodes } = await makeWorld(2_345);
    const pages = await list(nodes[0]);
    expect(pages.map(({ results }) => results.length)).toEqual([1_000, 1_000, 345]);
    expect(idsOf(pages)).toEqual(names(0, 2_345));
    expect(pages.map(({ nextPageToken }) => nextPageToken !== '')).toEqual([true, true, false]);
    expect(new Set(pages.map(({ zookie }) => zookie)).size).toBe(1);
    const rest = await list(nodes[1], { pageToken: pages[1].nextPageToken }, LATER);
    expect(idsOf(rest)).toEqual(names(2_000, 2_345));
    expect(rest[0].zookie).toBe(pages[0].zookie);
  });

  it('is one page without results if nothing is found', async () => {
    const { nodes } = await makeWorld(1);
    const pages = await list(nodes[0], { subject: 'user:nobody' });
    expect(pages).toEqual([{ results: [], nextPageToken: '', zookie: nodes[0].tenant.zookie }]);
    expect(await list(nodes[0], { subject: 'user:nobody', pageSize: 5 })).toEqual(pages);
  });
});

describe('pages of a size', () => {
  it('end the stream with a token, and go on on any node', async () => {
    const { nodes } = await makeWorld(2_500);
    const first = await list(nodes[0], { pageSize: 1_200 });
    expect(first.map(({ results }) => results.length)).toEqual([1_000, 200]);
    expect(first.every(({ nextPageToken }) => nextPageToken !== '')).toBe(true);
    const second = await list(nodes[1], { pageSize: 1_200, pageToken: first[1].nextPageToken }, LATER);
    const third = await list(nodes[0], { pageSize: 300, pageToken: second[1].nextPageToken }, LATER);
    expect(idsOf([...first, ...second, ...third])).toEqual(names(0, 2_500));
    expect(third).toHaveLength(1);
    expect(third[0].nextPageToken).toBe('');
  });

  it('end without a token where the results do', async () => {
    const { nodes } = await makeWorld(4);
    for (const pageSize of [4, 5]) {
      const pages = await list(nodes[0], { pageSize });
      expect([idsOf(pages), pages[0].nextPageToken]).toEqual([names(0, 4), '']);
    }
  });

  it('are all of the revision of the first, whatever is written in between and wherever they are asked', async () => {
    const { writer, nodes } = await makeWorld(30);
    const expected = names(0, 30);
    let page = (await list(nodes[0], { pageSize: 7 }))[0];
    const { zookie } = page;
    const found = [...page.results];
    for (let i = 1; page.nextPageToken !== ''; i++) {
      await writer.write([`doc:d00000x${i}#viewer@user:a`, `doc:z${i}#viewer@user:a`]);
      const node = nodes[i % 2];
      if (i > 1) await node.feed.catchUp(node.tenant);
      page = (await list(node, { pageSize: 7, pageToken: page.nextPageToken }, LATER))[0];
      expect(page.zookie).toBe(zookie);
      found.push(...page.results);
    }
    expect(found.map(({ id }) => id)).toEqual(expected);
    expect(idsOf(await list(nodes[0])).length).toBeGreaterThan(30);
    expect(nodes.map(({ tenant }) => tenant.pinCount)).toEqual([0, 0]);
  });

  it('hold the contextual tuples of the first, which belong to the question', async () => {
    const { nodes } = await makeWorld(3);
    const contextualTuples = [
      'doc:c1#viewer@user:a',
      'doc:e#viewer@team:t#member',
      'team:t#member@user:a',
    ].map((text) => parseTuple(text));
    const first = await list(nodes[0], { pageSize: 2 }, { contextualTuples });
    const pageToken = first[0].nextPageToken;
    const rest = await list(nodes[1], { pageToken }, { ...LATER, contextualTuples });
    expect(idsOf([...first, ...rest])).toEqual(['c1', ...names(0, 3), 'e']);
    expect(await failure(list(nodes[1], { pageToken }, LATER))).toMatchObject({
      reason: 'PAGE_TOKEN_INVALID',
    });
  });
});

it('finds subjects in pages, too', async () => {
  const { writer, nodes } = await makeWorld(1);
  await writer.write(['doc:s#viewer@team:t#member', 'team:t#member@user:c', 'team:t#member@user:b']);
  const query = { object: 'doc:s', relation: 'read', subjectType: 'user', pageSize: 1 };
  const { explore, tenant } = nodes[0];
  const first = await collect(explore.lookupSubjects(tenant, { ...query, pageToken: '' }, contextWith()));
  const pageToken = first[0].nextPageToken;
  const second = await collect(explore.lookupSubjects(tenant, { ...query, pageToken }, contextWith(LATER)));
  expect([idsOf(first), idsOf(second), second[0].nextPageToken]).toEqual([['b'], ['c'], '']);
});

describe('what a page token refuses', () => {
  it('is another question, another kind of token, a changed one, and a consistency beside it', async () => {
    const { nodes } = await makeWorld(5);
    const [node] = nodes;
    const pageToken = (await list(node, { pageSize: 2 }))[0].nextPageToken;
    const other = {
      reason: 'PAGE_TOKEN_INVALID',
      field: 'page_token',
      message: `page_token ${quoted(pageToken)}: it belongs to another question or store; send the same request with each page`,
    };
    for (const more of [{ subject: 'user:b' }, { relation: 'viewer' }, { resourceType: 'team' }])
      expect(await failure(list(node, { ...more, pageToken }, LATER))).toEqual(other);
    const subjects = { object: 'doc', relation: 'read', subjectType: 'user:a', pageSize: 0, pageToken };
    expect(
      await failure(collect(node.explore.lookupSubjects(node.tenant, subjects, contextWith(LATER)))),
    ).toEqual(other);
    const noToken = (token: string): object => ({
      reason: 'PAGE_TOKEN_INVALID',
      field: 'page_token',
      message: `page_token ${quoted(token)}: it is not one; send \`next_page_token\` of the page before as it is`,
    });
    const changed = `${pageToken.slice(0, -2)}AA`;
    for (const bad of [
      changed,
      pageToken.slice(0, -4),
      `${pageToken}!`,
      `${pageToken}\n`,
      `${pageToken}=`,
      'x',
      node.tenant.zookie,
      '€',
    ])
      expect(await failure(list(node, { pageToken: bad }, LATER)), bad).toEqual(noToken(bad));
    expect(await failure(list(node, { pageToken }, { consistency: { mode: 'fully_consistent' } }))).toEqual({
      reason: 'MALFORMED_REQUEST',
      field: 'consistency',
      message: 'consistency: a page token carries the revision already; leave consistency out',
    });
    expect(idsOf(await list(node, { pageToken }, LATER))).toEqual(names(2, 5));
  });

  it('is a revision of a history that was lost, even if its results are still in memory', async () => {
    const { url, writer, nodes } = await makeWorld(5);
    await writer.write(['doc:z#viewer@user:b']);
    const [node] = nodes;
    const pageToken = (await list(node, { pageSize: 2 }))[0].nextPageToken;
    await restoreAndGrow(url);
    await node.feed.catchUp(node.tenant);
    expect(await failure(list(node, { pageToken }, LATER))).toMatchObject({
      reason: 'ZOOKIE_LOST_HISTORY',
      field: 'page_token',
      message: expect.stringContaining(`page_token ${quoted(pageToken)}: this revision belongs to`),
    });
  });

  it('is a store that is deleted or cannot be served, even if its results are still in memory', async () => {
    const { nodes } = await makeWorld(5);
    const [node] = nodes;
    const pageToken = (await list(node, { pageSize: 2 }))[0].nextPageToken;
    node.tenant.freshness.forget();
    expect(await failure(list(node, { pageToken }, LATER))).toMatchObject({ reason: 'STALE' });
    node.tenant.delete();
    expect(await failure(list(node, { pageToken }, LATER))).toMatchObject({ reason: 'UNKNOWN_STORE' });
  });
});

describe('limits', () => {
  it('bound a page that is asked for, on either side, and nothing if none is', async () => {
    const { nodes } = await makeWorld(5, { lookupPage: 3 });
    expect(idsOf(await list(nodes[0], { pageSize: 3 }))).toHaveLength(3);
    expect(await failure(list(nodes[0], { pageSize: 4 }))).toMatchObject({
      reason: 'LIMIT',
      field: 'page_size',
      message: expect.stringContaining('limit lookupPage reached'),
    });
    expect(idsOf(await list(nodes[0]))).toHaveLength(5);
    expect(await failure(list(nodes[0], { pageSize: -1 }))).toEqual({
      reason: 'MALFORMED_REQUEST',
      field: 'page_size',
      message: 'page_size: -1 is negative; send 0 for everything, or how many results to list',
    });
  });

  it('bound contextual tuples, which have to fit the schema', async () => {
    const { nodes } = await makeWorld(1, { contextualTuples: 2 });
    const tuples = ['doc:1#viewer@user:a', 'doc:2#viewer@user:a', 'doc:3#viewer@user:a'].map((text) =>
      parseTuple(text),
    );
    const listed = await list(nodes[0], {}, { contextualTuples: tuples.slice(1) });
    expect(idsOf(listed)).toEqual(['2', '3', nameOf(0)]);
    expect(await failure(list(nodes[0], {}, { contextualTuples: tuples }))).toMatchObject({
      reason: 'LIMIT',
      field: 'contextual_tuples',
    });
    const misfit = [tuples[0], parseTuple('doc:1#viewer@team:t')];
    expect(await failure(list(nodes[0], {}, { contextualTuples: misfit }))).toMatchObject({
      reason: 'SUBJECT_NOT_ALLOWED',
      field: 'contextual_tuples[1].subject',
    });
  });
});

describe('what was found', () => {
  /** Counts how often it is asked. */
  function counting(count: number): { question: Question<Found[]>; asked: () => number } {
    let asked = 0;
    const question: Question<Found[]> = function* (_plan, _view, _circumstances, hold) {
      asked++;
      yield;
      const found = names(0, count).map((id) => ({ id, answer: 'allowed' as const }));
      for (const each of found) hold(bytesOf(each));
      return found;
    };
    return { question, asked: () => asked };
  }

  async function pageAfter(
    pages: LookupPages,
    { tenant }: Explorer,
    question: Question<Found[]>,
    request: { pageSize: number; pageToken: string },
  ) {
    const [page] = await collect(pages.pages(tenant, ['test'], question, request, contextWith(LATER)));
    return page;
  }

  it('is not computed anew for the following pages on the same node, unless there was no room for it', async () => {
    const { nodes } = await makeWorld(0);
    const [node] = nodes;
    for (const [room, expected] of [
      [10_000, 1],
      [100, 5],
    ]) {
      const cache = new FoundCache(room);
      const explorations = new Explorations(node.limits, cache);
      const pages = new LookupPages(node.consistency, node.zookies, node.limits, Date.now, explorations);
      const { question, asked } = counting(50);
      const ids: string[] = [];
      let pageToken = '';
      do {
        const page = await pageAfter(pages, node, question, { pageSize: 10, pageToken });
        ids.push(...page.results.map(({ id }) => id));
        pageToken = page.nextPageToken;
      } while (pageToken !== '');
      expect(ids).toEqual(names(0, 50));
      expect([asked(), cache.bytes <= room]).toEqual([expected, true]);
    }
  });

  it('is computed anew for another first page, and once the store was loaded anew', async () => {
    const { nodes } = await makeWorld(0);
    const [node] = nodes;
    let now = 1;
    const pages = new LookupPages(node.consistency, node.zookies, node.limits, () => now++);
    const { question, asked } = counting(50);
    const first = { pageSize: 10, pageToken: '' };
    const { nextPageToken } = await pageAfter(pages, node, question, first);
    await pageAfter(pages, node, question, first);
    expect(asked()).toBe(2);
    await pageAfter(pages, node, question, { pageSize: 10, pageToken: nextPageToken });
    expect(asked()).toBe(2);
    node.tenant.unload();
    const again = pageAfter(pages, node, question, { pageSize: 10, pageToken: nextPageToken });
    expect(await failure(again)).toMatchObject({ reason: 'NOT_READY' });
    await node.feed.catchUp(node.tenant);
    await pageAfter(pages, node, question, { pageSize: 10, pageToken: nextPageToken });
    expect(asked()).toBe(3);
  });

  it('goes on after the last one sent, even if it stands elsewhere now', async () => {
    const { nodes } = await makeWorld(0);
    const [node] = nodes;
    const token = async (question: Question<Found[]>): Promise<string> => {
      const pages = new LookupPages(node.consistency, node.zookies, node.limits, Date.now);
      return (await pageAfter(pages, node, question, { pageSize: 10, pageToken: '' })).nextPageToken;
    };
    const { question } = counting(20);
    const pageToken = await token(question);
    // As another version of the service might find it.
    const others = new LookupPages(node.consistency, node.zookies, node.limits, Date.now);
    const shifted: Question<Found[]> = function* (plan, view, circumstances, hold) {
      return [{ id: 'a', answer: 'allowed' }, ...(yield* question(plan, view, circumstances, hold))];
    };
    const page = await pageAfter(others, node, shifted, { pageSize: 0, pageToken });
    expect(page.results.map(({ id }) => id)).toEqual(names(10, 20));
    const without: Question<Found[]> = function* (plan, view, circumstances, hold) {
      return (yield* question(plan, view, circumstances, hold)).filter(({ id }) => id !== nameOf(9));
    };
    const elsewhere = new LookupPages(node.consistency, node.zookies, node.limits, Date.now);
    const failed = pageAfter(elsewhere, node, without, { pageSize: 0, pageToken });
    expect(await failure(failed)).toMatchObject({
      reason: 'PAGE_TOKEN_INVALID',
      field: 'page_token',
      message: expect.stringContaining(`page_token ${quoted(pageToken)}: there is no such place`),
    });
  });
});
