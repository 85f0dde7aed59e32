/** The tree of a set against the language's meaning: evaluated, it holds whom a check allows. */
import { afterAll, expect, test, vi } from 'vitest';
import { defaultLimits } from '../../src/base/limits.ts';
import { runWhole } from '../../src/base/slices.ts';
import { type ExpandedNode, expand } from '../../src/engine/expand/expand.ts';
import type { View } from '../../src/view/view.ts';
import { forRandomScenarios } from './fuzz.ts';
import type { Scenario } from './scenario.ts';
import { meaningOf } from './tree-meaning.ts';

// For long runs; by default all of them together take some seconds.
vi.setConfig({ testTimeout: 3_600_000 });

const LIMITS = { ...defaultLimits(), expandNodes: 1_000_000 };

const met: Record<string, number> = {
  trees: 0,
  seen: 0,
  allowed: 0,
  denied: 0,
  every: 0,
  except: 0,
  arrow: 0,
};

test('a tree holds whom the language’s meaning puts in the set', async () => {
  await forRandomScenarios({ runs: 40, writes: 2 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    assertAgrees(scenario, scenario.view, scenario.tuplesAfter(2));
  });
});

test('and at an earlier revision, and with contextual tuples', async () => {
  await forRandomScenarios({ runs: 15, writes: 3 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    assertAgrees(scenario, scenario.viewAfter(1), scenario.tuplesAfter(1));
    const { view, tuples } = scenario.withContextualTuples();
    assertAgrees(scenario, view, tuples);
  });
});

test('a tree cut off at a depth is the start of the whole one', async () => {
  await forRandomScenarios({ runs: 15, writes: 1 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    for (const { object, relation } of sets(scenario)) {
      const whole = runWhole(expand(scenario.plan, scenario.view, { object, relation, depth: 0 }, LIMITS));
      const cut = runWhole(expand(scenario.plan, scenario.view, { object, relation, depth: 2 }, LIMITS));
      cut.forEach((node, place) => {
        if (node.omission === 'depth') expect(whole[place].set).toBe(node.set);
        else expect(node).toEqual(whole[place]);
      });
    }
  });
});

afterAll(() => {
  for (const [what, count] of Object.entries(met)) expect(count, what).toBeGreaterThan(10);
});

function sets(scenario: Scenario): { object: string; relation: string }[] {
  const all = scenario.askedObjects.flatMap((object) =>
    scenario.membersOf(object).map((relation) => ({ object, relation })),
  );
  return scenario.choices.some(all, 12);
}

function assertAgrees(scenario: Scenario, view: View, tuples: Set<string>): void {
  const subjects = scenario.askedSubjects(10);
  const oracle = scenario.oracle(tuples, subjects);
  for (const { object, relation } of sets(scenario)) {
    const nodes = runWhole(expand(scenario.plan, view, { object, relation, depth: 0 }, LIMITS));
    assertWellFormed(nodes, `${object}#${relation}`);
    const meaning = meaningOf(nodes, subjects);
    // Some subject hangs on its own negation: what the tree says of the others is that of another tree.
    if (meaning === undefined) continue;
    met.trees++;
    for (const subject of subjects) {
      const expected = oracle.check(object, relation, subject);
      const actual = meaning[0].has(subject) ? 'allowed' : 'denied';
      met[actual]++;
      if (actual !== expected) {
        scenario.fail('the tree', tuples, { object, relation, subject }, actual, expected);
      }
    }
  }
}

function assertWellFormed(nodes: readonly ExpandedNode[], root: string): void {
  expect(nodes[0].set).toBe(root);
  const parents = new Uint8Array(nodes.length);
  const shown = new Set<string>();
  nodes.forEach((node, place) => {
    for (const child of node.children) {
      expect(child).toBeGreaterThan(place);
      parents[child]++;
    }
    if (node.omission === 'seen') {
      met.seen++;
      const same = nodes[node.sameAs as number];
      expect([same.set, same.omission, node.children, node.subjects]).toEqual([node.set, undefined, [], []]);
    } else {
      if (node.operation in met) met[node.operation]++;
      expect(node.omission).toBeUndefined();
      expect(node.expression).not.toBe('');
      if (node.set !== '' && node.operation !== 'nobody') {
        expect(shown.has(node.set), node.set).toBe(false);
        shown.add(node.set);
      }
    }
  });
  expect(
    [...parents.slice(1)].every((count) => count === 1),
    'each node but the root has one parent',
  ).toBe(true);
}
