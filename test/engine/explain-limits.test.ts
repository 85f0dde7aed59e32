/** What an explanation may cost, and the errors it shares with a check. */
import { expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits } from '../../src/base/limits.ts';
import { STEPS_A_YIELD } from '../../src/base/slices.ts';
import { explain } from '../../src/engine/explain/explain.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { PinnedView } from '../../src/view/pinned-view.ts';
import { explanation, misses } from './explain-tool.ts';
import { questionOf, World } from './world.ts';

const SCHEMA = `
  type user
  type team { relation member : user | team#member }
  type node {
    relation next : node
    relation member : user
    permission in = member except next.in
  }
`;

const TEAMS = Array.from({ length: 300 }, (_, i) => `team:${i}#member@team:${i + 1}#member`);

/** The least `explainSteps` that will do. */
function stepsNeeded(world: World, question: string): number {
  let [tooFew, enough] = [0, 1_000_000];
  while (tooFew + 1 < enough) {
    const steps = (tooFew + enough) >> 1;
    if (within(world, question, steps) === 'LIMIT') tooFew = steps;
    else enough = steps;
  }
  return enough;
}

function within(world: World, question: string, explainSteps: number): string {
  try {
    const found = explanation(world, question, { limits: { explainSteps, walkDepth: 500 } });
    return found.missesArePartial === true ? 'LIMIT' : found.answer;
  } catch (error) {
    if (error instanceof PembaError) return error.reason;
    throw error;
  }
}

test('as many steps as explainSteps explain what is allowed, one more is an error that says what to do', async () => {
  const world = await World.of(SCHEMA, [...TEAMS, 'team:300#member@user:a']);
  const question = 'team:150#member@user:a';
  const steps = stepsNeeded(world, question);
  expect(steps).toBeGreaterThan(150);
  expect(within(world, question, steps)).toBe('allowed');
  const limits = { explainSteps: steps - 1, walkDepth: 500 };
  expect(() => explanation(world, question, { limits })).toThrow(
    expect.objectContaining({
      reason: 'LIMIT',
      message: expect.stringMatching(
        new RegExp(`at most ${steps - 1} steps .*; it is allowed, .* raise the limit`),
      ),
    }),
  );
});

test('beyond explainSteps a denial has the misses found so far, and says that there may be more', async () => {
  const world = await World.of(SCHEMA, [...TEAMS, 'team:300#member@user:a']);
  const question = 'team:150#member@user:b';
  const steps = stepsNeeded(world, question);
  expect(steps).toBeGreaterThan(150);
  const whole = explanation(world, question, { limits: { explainSteps: steps, walkDepth: 500 } });
  expect(whole.missesArePartial).toBeUndefined();
  expect(whole.misses).toHaveLength(3);
  const part = explanation(world, question, { limits: { explainSteps: steps - 1, walkDepth: 500 } });
  expect(part).toMatchObject({ answer: 'denied', reasons: [], missesArePartial: true });
  expect(part.misses).toEqual(whole.misses.slice(0, 2));
});

test("with hardly any steps a denial still has the subject's own tuple where that will do", async () => {
  const world = await World.of(SCHEMA, [...TEAMS, 'node:0#member@user:a', 'node:0#next@node:1']);
  for (const [question, expected] of [
    ['team:150#member@user:b', ['+team:150#member@user:b']],
    ['node:0#in@user:b', ['+node:0#member@user:b']],
    ['team:150#member@node:0', []],
  ] as const) {
    const found = explanation(world, question, { limits: { explainSteps: 10, walkDepth: 500 } });
    expect(found).toMatchObject({ answer: 'denied', missesArePartial: true });
    expect(misses(found)).toEqual(expected);
  }
});

test('it yields on the way', async () => {
  const world = await World.of(SCHEMA, [...TEAMS, 'team:300#member@user:a']);
  const limits = { ...defaultLimits(), walkDepth: 500 };
  for (const user of ['user:a', 'user:b']) {
    const text = `team:150#member@${user}`;
    const work = explain(world.plan, world.view, questionOf(text), { maxMisses: 3 }, limits);
    let yields = 0;
    while (work.next().done !== true) yields++;
    // The rest are checks of what a miss would do, in one piece each as checks are.
    expect(yields).toBeGreaterThan(stepsNeeded(world, text) / STEPS_A_YIELD / 2);
  }
});

test('on a pinned view it explains what was true then, whatever is written meanwhile', async () => {
  for (const user of ['user:a', 'user:b', 'user:new']) {
    const world = await World.of(SCHEMA, [...TEAMS, 'team:300#member@user:a']);
    const limits = { ...defaultLimits(), walkDepth: 500 };
    const text = `team:150#member@${user}`;
    const undisturbed = explanation(world, text, { limits });
    const view = new PinnedView(world.graph);
    const work = explain(world.plan, view, questionOf(text), { maxMisses: 3 }, limits);
    let at = 0;
    let step = work.next();
    for (; step.done !== true; step = work.next()) {
      world.graph.remove(parseTuple(TEAMS[149 + (at % 151)]));
      world.add(`team:${150 + (at % 150)}#member@${user}`, `team:150#member@team:x${at}#member`);
      at++;
    }
    expect(at).toBeGreaterThan(3);
    expect(step.value).toEqual(undisturbed);
    view.release();
  }
});

test.each([
  ['NEGATION_CYCLE', 'node:0#in@user:u', {}],
  ['LIMIT', 'team:0#member@user:a', { walkVisits: 10 }],
  ['UNKNOWN_TYPE', 'nothing:0#in@user:u', {}],
  ['UNKNOWN_RELATION', 'node:0#out@user:u', {}],
  ['MALFORMED_REFERENCE', 'node:0#in@user', {}],
])('it ends with %s where the check does', async (reason, question, limits) => {
  const world = await World.of(SCHEMA, ['node:0#next@node:0', 'node:0#member@user:u', ...TEAMS]);
  expect(() => explanation(world, question, { limits })).toThrow(expect.objectContaining({ reason }));
});

test('a ring through a negation that the answer does not hang on is no error, and a miss may cut it', async () => {
  const world = await World.of(
    `
    type user
    type node {
      relation next : node
      relation member : user
      permission in = member except next.in
      permission both = member and in
      relation other : user
      permission pick = other and in
    }
    `,
    ['node:0#next@node:0', 'node:0#member@user:u'],
  );
  const { answer, misses } = explanation(world, 'node:0#pick@user:u');
  expect(answer).toBe('denied');
  expect(misses.length).toBeGreaterThan(0);
});
