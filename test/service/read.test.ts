/** Read against a model: every filter, and pages that all show the revision of the first. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { newStore, shareNodes } from './shared.ts';

const shared = shareNodes(2);

// Ids that sort by bytes in other ways than by words, and that look like parts of references.
const IDS = ['a', 'B', 'b', '_', 'a@b', 'a:b', 'ä', '\u{1f600}', '\uff5e', '10', '9'];
const id = fc.constantFrom(...IDS);
const subject = fc.oneof(
  id.map((text) => `user:${text}`),
  fc.constant('user:*'),
  id.map((text) => `team:${text}#member`),
);
const tuple = fc
  .tuple(fc.constantFrom('writer', 'reader'), id, subject)
  .map(([relation, object, who]) => `space:${object}#${relation}@${who}`);
const member = fc.tuple(id, id).map(([team, user]) => `team:${team}#member@user:${user}`);
const tuples = fc.uniqueArray(fc.oneof(tuple, tuple, member), { minLength: 150, maxLength: 150 });

interface Parts {
  object: string;
  relation: string;
  subject: string;
}

function partsOf(text: string): Parts {
  const [, object, relation, who] = /^(.*?)#(.*?)@(.*)$/s.exec(text) as RegExpExecArray;
  return { object, relation, subject: who };
}

type Filter = { [Part in keyof Parts]?: string | undefined };

/** What a filter means, in the words of the proto. */
function selects(filter: Filter, text: string): boolean {
  const parts = partsOf(text);
  const [subjectObject] = parts.subject.split('#');
  const fits = (wanted: string, object: string): boolean =>
    wanted.includes(':') ? wanted === object : object.startsWith(`${wanted}:`);
  if (filter.object !== undefined && !fits(filter.object, parts.object)) return false;
  if (filter.relation !== undefined && filter.relation !== parts.relation) return false;
  if (filter.subject === undefined) return true;
  return filter.subject.includes('#')
    ? filter.subject === parts.subject
    : fits(filter.subject, subjectObject);
}

/** In the order of their parts, by bytes. */
function inOrder(texts: Iterable<string>): string[] {
  const key = (text: string): Buffer[] => {
    const parts = partsOf(text);
    const [type, objectId] = split(parts.object, ':');
    const [subjectObject, set] = split(parts.subject, '#');
    const [subjectType, subjectId] = split(subjectObject, ':');
    return [type, objectId, parts.relation, subjectType, subjectId, set].map((part) => Buffer.from(part));
  };
  return [...texts].sort((a, b) => {
    const [left, right] = [key(a), key(b)];
    for (let i = 0; i < left.length; i++) {
      const order = Buffer.compare(left[i], right[i]);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function split(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ''] : [text.slice(0, i), text.slice(i + 1)];
}

interface Page {
  tuples: Parts[];
  nextPageToken: string;
  zookie: string;
}

const readPage = (node: number, request: object): Promise<Page> =>
  shared.nodes[node].client.call('PermissionService/Read', request);
const textOf = ({ object, relation, subject: who }: Parts): string => `${object}#${relation}@${who}`;

/** Reads all pages, each on another node, and lets something happen between two of them. */
async function readAll(
  request: object,
  between: () => Promise<unknown> = async () => undefined,
): Promise<string[]> {
  const texts: string[] = [];
  let page = await readPage(0, request);
  for (let node = 1; ; node++) {
    texts.push(...page.tuples.map(textOf));
    if (page.nextPageToken === '') return texts;
    await between();
    const { zookie } = page;
    page = await readPage(node % 2, { ...request, consistency: undefined, pageToken: page.nextPageToken });
    expect(page.zookie).toBe(zookie);
  }
}

let store: string;
let stored: string[];
beforeAll(async () => {
  store = await newStore(shared);
  [stored] = fc.sample(tuples, { numRuns: 1, seed: 7 });
  await shared.client.write(stored, { store });
});

it('lists all tuples, in the order of their parts, by pages of every size', async () => {
  for (const pageSize of [0, 1, 7, 149, 150, 151, 1000]) {
    expect(await readAll({ store, pageSize, consistency: { fullyConsistent: true } }), `${pageSize}`).toEqual(
      inOrder(stored),
    );
  }
});

it('gives no token on a last page that is full', async () => {
  const page = await readPage(0, { store, pageSize: stored.length });
  expect(page.tuples).toHaveLength(stored.length);
  expect(page.nextPageToken).toBe('');
});

it('selects by any combination of parts what the model selects', async () => {
  const object = fc.option(
    fc.oneof(
      fc.constantFrom('space', 'team'),
      id.map((text) => `space:${text}`),
      id.map((text) => `team:${text}`),
    ),
    { nil: undefined },
  );
  const relation = fc.option(fc.constantFrom('writer', 'reader'), { nil: undefined });
  const who = fc.option(
    fc.oneof(
      fc.constantFrom('user', 'team', 'user:*'),
      subject,
      id.map((text) => `team:${text}`),
    ),
    { nil: undefined },
  );
  const filters: Filter[] = fc.sample(fc.record({ object, relation, subject: who }), {
    numRuns: 300,
    seed: 11,
  });
  let some = 0;
  for (const filter of filters) {
    if (filter.relation !== undefined && filter.object?.startsWith('team')) filter.relation = 'member';
    const expected = inOrder(stored.filter((text) => selects(filter, text)));
    if (expected.length > 0 && expected.length < stored.length) some++;
    expect(await readAll({ store, filter, pageSize: 40 }), JSON.stringify(filter)).toEqual(expected);
  }
  expect(some).toBeGreaterThan(100);
});

it('shows on all pages the revision of the first, while tuples are added, deleted and added again', async () => {
  const churn = await newStore(shared);
  const now = new Set(stored.slice(0, 100));
  await shared.client.write([...now], { store: churn });
  const steps = fc.sample(fc.uniqueArray(fc.constantFrom(...stored), { minLength: 1, maxLength: 25 }), {
    numRuns: 200,
    seed: 3,
  });
  let step = 0;
  const change = async (): Promise<void> => {
    // What is there is deleted, what is not is added: many come back to where they were.
    const texts = steps[step++ % steps.length];
    await shared.client.write(
      texts.map((text) => [now.has(text) ? 'delete' : 'create', text]),
      { store: churn },
    );
    for (const text of texts) if (!now.delete(text)) now.add(text);
  };
  for (const filter of [
    {},
    { object: 'space' },
    { relation: 'writer' },
    { subject: 'user' },
    { subject: 'team:a' },
  ]) {
    const expected = inOrder([...now].filter((text) => selects(filter, text)));
    const request = { store: churn, filter, pageSize: 9, consistency: { fullyConsistent: true } };
    expect(await readAll(request, change), JSON.stringify(filter)).toEqual(expected);
  }
  expect(step).toBeGreaterThan(20);
});

it('reads exactly any earlier revision, on a node that was not there', async () => {
  const history = await newStore(shared);
  const now = new Set<string>();
  const states: [string, string[]][] = [];
  const steps = fc.sample(
    fc.uniqueArray(fc.constantFrom(...stored.slice(0, 12)), { minLength: 1, maxLength: 6 }),
    { numRuns: 40, seed: 5 },
  );
  for (const texts of steps) {
    const zookie = await shared.client.write(
      texts.map((text) => [now.has(text) ? 'delete' : 'create', text]),
      { store: history },
    );
    for (const text of texts) if (!now.delete(text)) now.add(text);
    states.push([zookie, inOrder(now)]);
  }
  for (const [zookie, expected] of states) {
    const request = { store: history, pageSize: 4, consistency: { atExactSnapshot: zookie } };
    expect(await readAll(request)).toEqual(expected);
    expect((await readPage(1, request)).zookie).toBe(zookie);
  }
});

it('reads the newest revision there is, if asked to, on the other node', async () => {
  const fresh = await newStore(shared);
  for (let i = 0; i < 50; i++) {
    const text = `space:s#writer@user:u${i}`;
    const zookie = await shared.nodes[i % 2].client.write([text], { store: fresh });
    const filter = { subject: `user:u${i}` };
    for (const consistency of [{ fullyConsistent: true }, { atLeastAsFresh: zookie }]) {
      const page = await readPage((i + 1) % 2, { store: fresh, filter, consistency });
      expect(page.tuples.map(textOf)).toEqual([text]);
    }
  }
});
