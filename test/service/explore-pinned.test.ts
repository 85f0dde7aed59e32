/** Long questions on pinned revisions, on a real database: what they see, and that no pin is left. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { PembaError } from '../../src/base/errors.ts';
import type { Sliced } from '../../src/base/slices.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import type { Consistency } from '../../src/service/consistency.ts';
import { Explorations } from '../../src/service/explorations.ts';
import { askPinned, type ExploreContext, type Question } from '../../src/service/pinned-work.ts';
import { PinnedView } from '../../src/view/pinned-view.ts';
import type { View } from '../../src/view/view.ts';
import { makeWriter, type TestWriter } from '../postgres/workbench.ts';
import { freshDatabase } from '../support/database.ts';
import { contextWith, type Explorer, makeExplorer, restoreAndGrow } from './explore-bench.ts';

const SCHEMA = (rule: string): string => `
type user
type team { relation member : user }
type doc {
  relation viewer : user | team#member
  relation editor : user
  permission read = ${rule}
}`;

/** One question, as a caller and a test see it. */
interface Asked {
  /** What the view held when the question ended, or why it failed. */
  outcome: Promise<{ held: string[]; plan: Plan; zookie: string } | PembaError>;
  begun: Promise<void>;
  finish(): void;
}

const WATCHED = ['1', '2', '3'].flatMap((doc) =>
  ['user:a', 'user:b', 'team:t#member'].map((subject) => `doc:${doc}#viewer@${subject}`),
);
const held = (view: View): string[] => WATCHED.filter((text) => view.has(parseTuple(text)));

/** Asks something that goes on, slice after slice, until the test lets it finish. */
function ask({ consistency, tenant, limits }: Explorer, more: Partial<ExploreContext> = {}): Asked {
  const context = contextWith(more);
  let isOver = false;
  let begin: () => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const question: Question<{ held: string[]; plan: Plan }> = function* (
    plan: Plan,
    view: View,
  ): Sliced<{
    held: string[];
    plan: Plan;
  }> {
    begin();
    while (!isOver) yield;
    return { held: held(view), plan };
  };
  const outcome = consistency
    .pinned(tenant, context.consistency, context)
    .then(async (state) => ({
      ...(await askPinned(state, question, context, limits, Date.now, new Explorations(limits).begin())),
      zookie: state.zookie,
    }))
    .catch((error: PembaError) => error);
  void outcome.then(() => begin());
  return {
    outcome,
    begun,
    finish: () => {
      isOver = true;
    },
  };
}

async function setUp(): Promise<{ url: string; writer: TestWriter; explorer: Explorer }> {
  const url = await freshDatabase();
  const writer = await makeWriter(url, {});
  await writer.schema(SCHEMA('viewer or editor'));
  await writer.write(['doc:1#viewer@user:a']);
  return { url, writer, explorer: await makeExplorer(url) };
}

it('answers from the revision its zookie names, schema included, while the store goes on', async () => {
  const { writer, explorer } = await setUp();
  const zookie = await writer.write(['doc:2#viewer@team:t#member']);
  const asked = ask(explorer);
  await asked.begun;
  const plan = explorer.tenant.currentPlan;
  await writer.write(['doc:3#viewer@user:b', 'doc:1#viewer@user:b']);
  await writer.schema(SCHEMA('viewer except editor'));
  await explorer.feed.catchUp(explorer.tenant);
  expect(explorer.tenant.currentPlan).not.toBe(plan);
  expect(held(explorer.tenant.view)).toHaveLength(4);
  expect(explorer.tenant.pinCount).toBe(1);
  asked.finish();
  expect(await asked.outcome).toEqual({
    held: ['doc:1#viewer@user:a', 'doc:2#viewer@team:t#member'],
    plan,
    zookie,
  });
  expect(explorer.tenant.pinCount).toBe(0);
});

it('pins an earlier revision as it was, and keeps it so', async () => {
  const { writer, explorer } = await setUp();
  const zookie = await writer.write(['doc:2#viewer@user:b']);
  await writer.write(['doc:3#viewer@user:b']);
  const exact: Consistency = { mode: 'at_exact_snapshot', zookie };
  const asked = ask(explorer, { consistency: exact });
  await asked.begun;
  await writer.write(['doc:1#viewer@user:b']);
  await explorer.feed.catchUp(explorer.tenant);
  asked.finish();
  expect(await asked.outcome).toMatchObject({ held: ['doc:1#viewer@user:a', 'doc:2#viewer@user:b'], zookie });
  expect(explorer.tenant.pinCount).toBe(0);
});

it('keeps contextual tuples beside what is stored later, and to itself', async () => {
  const { writer, explorer } = await setUp();
  const contextualTuples = ['doc:2#viewer@user:b', 'doc:1#viewer@user:a'].map((text) => parseTuple(text));
  const asked = ask(explorer, { contextualTuples });
  await asked.begun;
  const other = ask(explorer);
  await other.begun;
  // The graph comes to know the names that only the question knew, and the tuple itself.
  await writer.write(['doc:2#viewer@user:a', 'doc:2#viewer@user:b']);
  await explorer.feed.catchUp(explorer.tenant);
  for (const { finish } of [asked, other]) finish();
  expect(await asked.outcome).toMatchObject({ held: ['doc:1#viewer@user:a', 'doc:2#viewer@user:b'] });
  expect(await other.outcome).toMatchObject({ held: ['doc:1#viewer@user:a'] });
});

it('ends with an error, and without a pin, when the store is loaded anew or deleted meanwhile', async () => {
  const { url, writer, explorer } = await setUp();
  await writer.write(['doc:2#viewer@user:b']);
  const asked = ask(explorer);
  await asked.begun;
  await restoreAndGrow(url);
  await explorer.feed.catchUp(explorer.tenant);
  expect(explorer.tenant.loadCount).toBe(2);
  expect(await asked.outcome).toMatchObject({ reason: 'NOT_READY' });

  const again = ask(explorer, { consistency: { mode: 'minimize_latency' } });
  await again.begun;
  explorer.tenant.unload();
  expect(await again.outcome).toMatchObject({ reason: 'NOT_READY' });
  await explorer.feed.catchUp(explorer.tenant);
  const last = ask(explorer, { consistency: { mode: 'minimize_latency' } });
  await last.begun;
  explorer.tenant.delete();
  expect(await last.outcome).toMatchObject({ reason: 'UNKNOWN_STORE' });
});

it('leaves no pin behind whatever ends a question', async () => {
  const { writer, explorer } = await setUp();
  const { tenant, explore } = explorer;
  const outcomes: string[] = [];
  const note = async (work: Promise<unknown>): Promise<void> => {
    outcomes.push(
      await work.then(
        () => 'answered',
        (error: PembaError) => error.reason,
      ),
    );
    expect(tenant.pinCount).toBe(0);
  };
  const abort = new AbortController();
  const cancelled = ask(explorer, { signal: abort.signal });
  await cancelled.begun;
  expect(tenant.pinCount).toBe(1);
  abort.abort();
  await note(cancelled.outcome.then((error) => Promise.reject(error)));
  await note(ask(explorer, { deadline: Date.now() + 100 }).outcome.then((error) => Promise.reject(error)));

  const first = { resourceType: 'doc', relation: 'read', subject: 'user:a', pageSize: 0, pageToken: '' };
  const listed = (query: object, more: Partial<ExploreContext> = {}): Promise<unknown> =>
    explore.lookupResources(tenant, { ...first, ...query }, contextWith(more)).next();
  await note(listed({}));
  await note(listed({ resourceType: 'dok' }));
  await note(listed({}, { contextualTuples: [parseTuple('doc:1#read@user:a')] }));
  const zookie = await writer.write(['doc:2#viewer@user:b']);
  await writer.write(['doc:2#viewer@user:a']);
  await note(listed({}, { consistency: { mode: 'at_exact_snapshot', zookie } }));
  await note(listed({ resourceType: 'dok' }, { consistency: { mode: 'at_exact_snapshot', zookie } }));
  expect(outcomes).toEqual([
    'CANCELLED',
    'DEADLINE',
    'answered',
    'UNKNOWN_TYPE',
    'RELATION_NOT_WRITABLE',
    'answered',
    'UNKNOWN_TYPE',
  ]);
});

it('holds no pin while a caller reads what was found, nor after one that stops reading', async () => {
  const { writer, explorer } = await setUp();
  const { tenant, explore } = explorer;
  for (let i = 0; i < 3; i++)
    await writer.write(Array.from({ length: 500 }, (_, j) => `doc:${i}x${j}#viewer@user:b`));
  const query = { resourceType: 'doc', relation: 'viewer', subject: 'user:b', pageSize: 0, pageToken: '' };
  const pages = explore.lookupResources(tenant, query, contextWith());
  expect((await pages.next()).value?.results).toHaveLength(1_000);
  expect(tenant.pinCount).toBe(0);
  await pages.return();
  // One that stops while its first page is still being found.
  const stopped = explore.lookupResources(tenant, query, contextWith());
  const first = stopped.next();
  await Promise.all([stopped.return(), first]);
  expect(tenant.pinCount).toBe(0);
});

it('undoes what came since an earlier revision in slices', async () => {
  const { writer, explorer } = await setUp();
  const zookie = await writer.write(['doc:2#viewer@user:b']);
  const chunk = (i: number): string[] =>
    Array.from({ length: 1_000 }, (_, j) => `doc:d${i}x${j}#viewer@user:u${j}`);
  for (let i = 0; i < 9; i++) await writer.write(chunk(i));
  await explorer.feed.catchUp(explorer.tenant);
  const undone = vi.spyOn(PinnedView.prototype, 'remove');
  let isMade = false;
  const made = explorer.consistency
    .pinned(explorer.tenant, { mode: 'at_exact_snapshot', zookie }, contextWith())
    .finally(() => {
      isMade = true;
    });
  // Others have their turn when some of it has been undone, and some has not.
  const parts = new Set<number>();
  for (; !isMade; await turn()) parts.add(undone.mock.calls.length);
  undone.mockRestore();
  const state = await made;
  expect(held(state.view)).toEqual(['doc:1#viewer@user:a', 'doc:2#viewer@user:b']);
  expect(state.view.has(parseTuple('doc:d8x999#viewer@user:u999'))).toBe(false);
  expect([...parts].filter((part) => part > 0 && part < 9_000).length).toBeGreaterThan(1);
  state.release();
});

it('lets go of an earlier revision that is ready only after the deadline', async () => {
  const { writer, explorer } = await setUp();
  const zookie = await writer.write(['doc:2#viewer@user:b']);
  await writer.write(Array.from({ length: 1_000 }, (_, j) => `doc:x${j}#viewer@user:u${j}`));
  await explorer.feed.catchUp(explorer.tenant);
  const exact: Consistency = { mode: 'at_exact_snapshot', zookie };
  const outcomes = new Set<string>();
  // Deadlines that pass at every stage of it.
  for (let ms = 0; ms < 40; ms++) {
    await explorer.consistency.pinned(explorer.tenant, exact, { deadline: Date.now() + ms }).then(
      (state) => {
        outcomes.add('made');
        state.release();
      },
      (error: PembaError) => outcomes.add(error.reason),
    );
  }
  expect(outcomes).toContain('DEADLINE');
  for (let i = 0; i < 1_000 && explorer.tenant.pinCount > 0; i++) await turn();
  expect(explorer.tenant.pinCount).toBe(0);
});
