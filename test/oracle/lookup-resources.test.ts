/** Lookups of resources and permissions against the language's meaning, over random schemas and tuples. */
import { afterAll, expect, test, vi } from 'vitest';
import { runWhole } from '../../src/base/slices.ts';
import { NO_CIRCUMSTANCES } from '../../src/engine/circumstances.ts';
import type { Found } from '../../src/engine/lookup/found.ts';
import { listPermissions } from '../../src/engine/lookup/list-permissions.ts';
import { lookupResources, type ResourcesQuery } from '../../src/engine/lookup/lookup-resources.ts';
import { resolveSubject } from '../../src/engine/lookup/resolve-subject.ts';
import { ResourceSearch } from '../../src/engine/lookup/resource-search.ts';
import { sortFound } from '../../src/engine/lookup/sorted.ts';
import { waysTo } from '../../src/engine/lookup/ways.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { UNMENTIONED_OBJECT } from '../../src/engine/query.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { PinnedView } from '../../src/view/pinned-view.ts';
import { OverlayView, type View } from '../../src/view/view.ts';
import { forRandomScenarios, forWideScenarios } from './fuzz.ts';
import { answerOf, generousLimits, type Scenario } from './scenario.ts';

// For long runs; by default all of them together take some seconds.
vi.setConfig({ testTimeout: 3_600_000 });

/** What the lookups have met. */
const met = { some: 0, none: 0, 'negation cycle': 0, permissions: 0 };

test('lookupResources finds what the language’s meaning allows, and nothing else', async () => {
  await forRandomScenarios({ runs: 80, writes: 2 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    assertFindsAll('stored', scenario, scenario.view, scenario.tuplesAfter(2), scenario.askedSubjects(8));
  });
});

test('lookupResources finds objects in contextual tuples, and those of an earlier revision', async () => {
  await forRandomScenarios({ runs: 50, writes: 4 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const subjects = scenario.askedSubjects(6);
    const tuples = scenario.tuplesAfter(4);
    const view = new OverlayView(scenario.graph);
    for (const tuple of scenario.choices.some(scenario.world.tuples, 6)) {
      view.add(parseTuple(tuple));
      tuples.add(tuple);
    }
    assertFindsAll('with contextual tuples', scenario, view, tuples, subjects);
    const earlier = scenario.choices.below(4);
    assertFindsAll(
      `as of write ${earlier}`,
      scenario,
      scenario.viewAfter(earlier),
      scenario.tuplesAfter(earlier),
      subjects,
    );
  });
});

test('lookupResources finds the same over wide data', async () => {
  await forWideScenarios({ runs: 25, writes: 2, ids: 40 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const subjects = scenario.choices.some(scenario.askedSubjects(30), 8);
    assertFindsAll('wide', scenario, scenario.view, scenario.tuplesAfter(2), subjects);
  });
});

test('lookupResources finds what there was when it began, whatever is written while it works', async () => {
  await forRandomScenarios({ runs: 100, writes: 2 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const tuples = scenario.tuplesAfter(2);
    const subjects = scenario.choices.some(scenario.askedSubjects(4), 3);
    const view = new PinnedView(scenario.graph);
    const all = scenario.world.tuples;
    let at = 0;
    const toggleNext = (): void => {
      if (all.length === 0) return;
      at = (at + 7) % all.length;
      const tuple = parseTuple(all[at]);
      if (!scenario.graph.remove(tuple)) scenario.graph.add(tuple);
    };
    assertFindsAll('while written to', scenario, view, tuples, subjects, toggleNext);
    view.release();
  });
});

test('listPermissions lists what the language’s meaning allows, in the order of the schema', async () => {
  await forRandomScenarios({ runs: 60, writes: 2 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const subjects = scenario.askedSubjects(8);
    const oracle = scenario.oracle(scenario.tuplesAfter(2), subjects);
    for (const subject of subjects) {
      for (const object of scenario.askedObjects) {
        const members = scenario.membersOf(object);
        const answers = members.map((member) => oracle.check(object, member, subject));
        const expected = answers.includes('negation cycle')
          ? 'negation cycle'
          : members.filter((_, i) => answers[i] === 'allowed').join();
        const actual = outcome(() =>
          runWhole(listPermissions(scenario.plan, scenario.view, { object, subject }, generousLimits()))
            .map(({ name }) => name)
            .join(),
        );
        const question = { object, relation: '(all)', subject };
        if (actual !== expected)
          scenario.fail('listPermissions', scenario.tuplesAfter(2), question, actual, expected);
        met.permissions += actual.length;
      }
    }
  });
});

function assertFindsAll(
  what: string,
  scenario: Scenario,
  view: View,
  tuples: Set<string>,
  subjects: string[],
  meanwhile?: () => void,
): void {
  const oracle = scenario.oracle(tuples, subjects);
  for (const { name: resourceType } of scenario.schema.types) {
    const objects = scenario.askedObjects.filter((object) => object.startsWith(`${resourceType}:`));
    for (const relation of scenario.membersOf(`${resourceType}:`)) {
      for (const subject of subjects) {
        const answers = objects.map((object) => oracle.check(object, relation, subject));
        const expected = answers.includes('negation cycle')
          ? 'negation cycle'
          : sorted(objects.filter((_, i) => answers[i] === 'allowed'));
        const query = { resourceType, relation, subject };
        const actual = outcome(() =>
          (meanwhile === undefined
            ? runWhole(lookupResources(scenario.plan, view, query, generousLimits()))
            : searched(scenario.plan, view, query, meanwhile)
          )
            .map(({ id, answer }) => (answer === 'allowed' ? `${resourceType}:${id}` : answer))
            .join(' '),
        );
        const question = { object: `${resourceType}:(all)`, relation, subject };
        if (actual !== expected) scenario.fail(what, tuples, question, actual, expected);
        met[actual === '' ? 'none' : actual === 'negation cycle' ? actual : 'some']++;
      }
    }
  }
}

/** The same as `lookupResources`, but interrupted after each step. */
function searched(plan: Plan, view: View, query: ResourcesQuery, meanwhile: () => void): Found[] {
  const member = plan.memberOf(plan.type(query.resourceType, ''), query.relation, '');
  const { id, ...subject } = resolveSubject(plan, view, query.subject, '');
  const asked = { member, object: UNMENTIONED_OBJECT, ...subject };
  const ways = runWhole(waysTo(plan, member));
  const search = new ResourceSearch(plan, view, asked, ways, generousLimits(), NO_CIRCUMSTANCES);
  while (!search.advance(1)) meanwhile();
  const found = Array.from({ length: search.resultCount }, (_, i): Found => {
    const { object, isKnown } = search.resultAt(i);
    return {
      id: object === UNMENTIONED_OBJECT ? id : view.idOf(object),
      answer: isKnown ? 'allowed' : 'conditional',
    };
  });
  return runWhole(sortFound(found));
}

/** Joined, in the order of the bytes of their UTF-8. */
function sorted(objects: string[]): string {
  return objects.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join(' ');
}

/** What it gives, or its error in the oracle's words. */
function outcome(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return answerOf(error);
  }
}

afterAll(() => {
  expect(met.some).toBeGreaterThan(1_000);
  expect(met.none).toBeGreaterThan(1_000);
  expect(met['negation cycle']).toBeGreaterThan(10);
  expect(met.permissions).toBeGreaterThan(1_000);
});
