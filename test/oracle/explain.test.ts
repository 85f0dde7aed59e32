/** Explanations against the language's meaning, over random schemas and tuples. */
import { afterAll, assert, expect, test, vi } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits } from '../../src/base/limits.ts';
import { runWhole } from '../../src/base/slices.ts';
import { NO_CIRCUMSTANCES } from '../../src/engine/circumstances.ts';
import { Budget } from '../../src/engine/explain/budget.ts';
import { buildGraph } from '../../src/engine/explain/build-graph.ts';
import { type Explanation, explain } from '../../src/engine/explain/explain.ts';
import { Names } from '../../src/engine/explain/names.ts';
import { Proposals } from '../../src/engine/explain/proposals.ts';
import { type QueryText, resolveQuery } from '../../src/engine/query.ts';
import { Walk } from '../../src/engine/walk/walk.ts';
import { formatTuple, parseTuple } from '../../src/model/tuple.ts';
import { OverlayView, type View } from '../../src/view/view.ts';
import { DerivationChecker } from './derivation-checker.ts';
import { forRandomScenarios } from './fuzz.ts';
import type { Scenario } from './scenario.ts';

vi.setConfig({ testTimeout: 3_600_000 });

const LIMITS = { ...defaultLimits(), walkDepth: 1_000, walkVisits: 100_000_000, explainSteps: 100_000_000 };
/** What came up, for a property that holds of nothing says nothing. */
const met = { derivations: 0, misses: 0, larger: 0, removals: 0, none: 0, cycles: 0, gaveUp: 0 };

function explained(
  scenario: Scenario,
  view: View,
  question: QueryText,
  maxMisses = 3,
  explainSteps = 200_000,
): Explanation | string {
  try {
    const limits = { ...LIMITS, explainSteps };
    const found = runWhole(explain(scenario.plan, view, question, { maxMisses }, limits));
    return found.missesArePartial === true ? 'LIMIT' : found;
  } catch (error) {
    if (error instanceof PembaError && (error.reason === 'NEGATION_CYCLE' || error.reason === 'LIMIT'))
      return error.reason;
    const [what, where] = error instanceof Error ? [error.message, error.stack] : [String(error), ''];
    return scenario.fail(
      what,
      scenario.tuplesAfter(scenario.writes.length),
      question,
      `${where}`,
      'no error',
    );
  }
}

function checkExplanation(scenario: Scenario, view: View, tuples: Set<string>, question: QueryText): void {
  const oracle = scenario.oracle(tuples, [question.subject]);
  const expected = oracle.check(question.object, question.relation, question.subject);
  const explanation = explained(scenario, view, question);
  const told = (what: string, actual: string): never =>
    scenario.fail(what, tuples, question, actual, expected);
  if (explanation === 'LIMIT') {
    met.gaveUp++;
    return;
  }
  if (typeof explanation === 'string') {
    if (expected !== 'negation cycle') told('explain', explanation);
    met.cycles++;
    return;
  }
  if (explanation.answer !== expected) told('explain', explanation.answer);
  const { schema } = scenario;
  const { subject } = question;
  const set = `${question.object}#${question.relation}`;
  try {
    if (explanation.answer === 'allowed') {
      met.derivations++;
      new DerivationChecker({ schema, tuples, stored: tuples, oracle, subject }, explanation.reasons).check(
        set,
      );
      expect(explanation.misses).toEqual([]);
    }
    if (explanation.answer === 'denied' && explanation.misses.length === 0) met.none++;
    const seen = new Set<string>();
    let size = 0;
    for (const { add, remove, reasons } of explanation.misses) {
      met.misses++;
      if (remove.length > 0) met.removals++;
      if (add.length + remove.length > 1) met.larger++;
      const changed = new Set(tuples);
      for (const tuple of add.map(formatTuple)) {
        assert(!changed.has(tuple), `${tuple} is not stored yet`);
        assert(isAdmitted(scenario, tuple), `${tuple} is admitted`);
        changed.add(tuple);
      }
      for (const tuple of remove.map(formatTuple)) assert(changed.delete(tuple), `${tuple} is stored`);
      const key = [...changed].sort().join();
      assert(!seen.has(key), 'misses are distinct');
      seen.add(key);
      assert(add.length + remove.length >= size, 'the smallest come first');
      size = add.length + remove.length;
      const then = scenario.oracle(changed, [subject]);
      assert(then.check(question.object, question.relation, subject) === 'allowed', 'a miss allows it');
      new DerivationChecker(
        { schema, tuples: changed, stored: tuples, oracle: then, subject },
        reasons,
      ).check(set);
    }
  } catch (error) {
    told(error instanceof Error ? error.message : String(error), JSON.stringify(explanation, undefined, 1));
  }
}

/** As many that are allowed as not, where there are. */
function someQuestions(scenario: Scenario, view: View): QueryText[] {
  const all = scenario.questions(scenario.askedSubjects(6));
  const allowed = all.filter((question) => scenario.engineAnswer(view, question) === 'allowed');
  return [...scenario.choices.some(allowed, 6), ...scenario.choices.some(all, 6)];
}

/** One of the schema's forms has the shape of the tuple's subject. */
function isAdmitted(scenario: Scenario, text: string): boolean {
  const { object, relation, subject } = parseTuple(text);
  const shape =
    subject.id === '*'
      ? `${subject.type}:*`
      : subject.relation === ''
        ? subject.type
        : `${subject.type}#${subject.relation}`;
  return scenario.schema.types.some(
    ({ name, declarations }) =>
      name === object.type &&
      declarations.some(
        (each) =>
          each.kind !== 'permission' &&
          (each.kind === 'roles' ? each.rungs : [each.name]).includes(relation) &&
          each.subjects.includes(shape),
      ),
  );
}

test('an explanation gives the answer of a check; derivations are valid; what would allow it does', async () => {
  await forRandomScenarios({ runs: 100, writes: 2 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const questions = someQuestions(scenario, scenario.view);
    const tuples = scenario.tuplesAfter(scenario.writes.length);
    for (const question of questions) checkExplanation(scenario, scenario.view, tuples, question);
  });
});

test('so it is of earlier revisions and with contextual tuples', async () => {
  await forRandomScenarios({ runs: 50, writes: 3 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const view = scenario.viewAfter(1);
    const tuples = scenario.tuplesAfter(1);
    for (const tuple of scenario.choices.some(scenario.world.tuples, 4)) {
      view.add(parseTuple(tuple));
      tuples.add(tuple);
    }
    const questions = someQuestions(scenario, view);
    for (const question of questions) checkExplanation(scenario, view, tuples, question);
  });
});

test('no smaller set of the candidates would allow it, and no single one is left out', async () => {
  const tried = { ones: 0, twos: 0 };
  await forRandomScenarios({ runs: 80, writes: 1, ids: 2 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    for (const question of scenario.choices.some(scenario.questions(scenario.askedSubjects(4)), 8)) {
      const explanation = explained(scenario, scenario.view, question, 1_000);
      if (typeof explanation === 'string' || explanation.answer !== 'denied') continue;
      const sizes = explanation.misses.map(({ add, remove }) => add.length + remove.length);
      const smallest = sizes[0] ?? Infinity;
      const candidates = candidatesOf(scenario, question);
      const allows = (...changes: string[]): boolean => {
        const view = new OverlayView(scenario.graph);
        for (const change of changes) {
          if (view.has(parseTuple(change))) view.remove(parseTuple(change));
          else view.add(parseTuple(change));
        }
        return scenario.engineAnswer(view, question) === 'allowed';
      };
      const ones = candidates.filter((each) => allows(each));
      tried.ones++;
      const said = explanation.misses.map(({ add, remove }) =>
        [...add, ...remove].map(formatTuple).sort().join(),
      );
      const fail = (what: string, actual: string): never =>
        scenario.fail(what, scenario.tuplesAfter(1), question, actual, JSON.stringify(said, undefined, 1));
      if (
        ones.sort().join('\n') !==
        said
          .filter((_, i) => sizes[i] === 1)
          .sort()
          .join('\n')
      )
        fail('of one change', ones.join('\n'));
      if (ones.length > 0 || candidates.length > 40) continue;
      tried.twos++;
      const twos: string[] = [];
      candidates.forEach((a, i) => {
        for (const b of candidates.slice(i + 1)) if (allows(a, b)) twos.push([a, b].sort().join());
      });
      if (twos.length > 0 !== (smallest === 2)) fail(`of two changes, not ${smallest}`, twos.join('\n'));
      if (
        smallest === 2 &&
        twos.sort().join('\n') !==
          said
            .filter((_, i) => sizes[i] === 2)
            .sort()
            .join('\n')
      )
        fail('of two changes', twos.join('\n'));
    }
  });
  expect(tried.ones).toBeGreaterThan(60);
  expect(tried.twos).toBeGreaterThan(30);
});

/** Every tuple that a miss may add or remove. */
function candidatesOf(scenario: Scenario, text: QueryText): string[] {
  const { plan, view } = scenario;
  const query = resolveQuery(plan, view, text);
  const walk = new Walk(LIMITS);
  walk.begin(plan, view);
  const names = new Names(view, query, text, walk.grants);
  const budget = new Budget(LIMITS);
  const proposals = new Proposals(plan, names, NO_CIRCUMSTANCES, walk.grants);
  const question = { plan, view, query, names, proposals, budget, circumstances: NO_CIRCUMSTANCES, walk };
  const graph = runWhole(buildGraph(question, true));
  return graph.tuples.map(({ edge }) => formatTuple(names.tupleOf(edge)));
}

afterAll(() => {
  expect(met.derivations).toBeGreaterThan(100);
  // Where only contradictions are left to try, the limit is reached.
  expect(met.gaveUp).toBeLessThan((met.none + met.misses) / 4);
  expect(met.misses).toBeGreaterThan(100);
  expect(met.larger).toBeGreaterThan(10);
  expect(met.removals).toBeGreaterThan(2);
});
