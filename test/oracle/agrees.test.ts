/** The engine against the language's meaning, over random schemas, tuples and writes. */
import { afterAll, expect, test, vi } from 'vitest';
import { parseTuple } from '../../src/model/tuple.ts';
import { OverlayView } from '../../src/view/view.ts';
import { countClosures } from './closure-counter.ts';
import { forRandomScenarios, forWideScenarios } from './fuzz.ts';
import { answerOf, answers, compiled } from './scenario.ts';

// For long runs; by default all of them together take some 15 s.
vi.setConfig({ testTimeout: 3_600_000 });

test('a check after each write gives the answer of the language’s meaning', async () => {
  await forRandomScenarios({ runs: 120, writes: 5 }, (scenario) => {
    scenario.writes.forEach((write, i) => {
      scenario.apply(write);
      const subjects = scenario.askedSubjects(10);
      scenario.assertAgrees(`after write ${i + 1}`, scenario.view, scenario.tuplesAfter(i + 1), subjects);
    });
  });
});

test('a check of an earlier revision gives the answer of that time', async () => {
  await forRandomScenarios({ runs: 60, writes: 6 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const subjects = scenario.askedSubjects(5);
    for (let count = scenario.writes.length; count >= 0; count--) {
      scenario.assertAgrees(
        `as of write ${count}`,
        scenario.viewAfter(count),
        scenario.tuplesAfter(count),
        subjects,
      );
    }
  });
});

test('a check with contextual tuples gives the answer as if they were stored', async () => {
  await forRandomScenarios({ runs: 60, writes: 2 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const tuples = scenario.tuplesAfter(scenario.writes.length);
    const view = new OverlayView(scenario.graph);
    for (const tuple of scenario.choices.some(scenario.world.tuples, 6)) {
      expect(view.add(parseTuple(tuple))).toBe(!tuples.has(tuple));
      tuples.add(tuple);
    }
    scenario.assertAgrees('with contextual tuples', view, tuples, scenario.askedSubjects(10));
  });
});

test('a batch gives each question the answer it gets alone, whatever the order of subjects', async () => {
  await forRandomScenarios({ runs: 60, writes: 1 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const bySubject = scenario.questions(scenario.askedSubjects(10));
    const mixed = scenario.choices.some(bySubject, 150);
    for (const questions of [bySubject, mixed]) {
      const batch = scenario.engine.batchCheck(scenario.plan, scenario.view, questions);
      questions.forEach((question, i) => {
        const [together, alone] = [answerOf(batch[i]), scenario.engineAnswer(scenario.view, question)];
        if (together !== alone)
          scenario.fail('in a batch', scenario.tuplesAfter(1), question, together, alone);
      });
    }
  });
});

test('a check over wide data, decided from the subject’s side, gives the answer of the language’s meaning', async () => {
  const closures = countClosures();
  await forWideScenarios({ runs: 60, writes: 2, ids: 40 }, (scenario) => {
    for (const write of scenario.writes) scenario.apply(write);
    const subjects = scenario.choices.some(scenario.askedSubjects(40), 8);
    scenario.assertAgrees('wide', scenario.view, scenario.tuplesAfter(2), subjects);
  });
  expect(closures.completed).toBeGreaterThan(50);
  expect(closures.asked).toBeGreaterThan(50);
});

afterAll(() => {
  // What the tests above have met: most schemas compile, and every kind of answer comes up.
  expect(compiled.refused / compiled.made).toBeLessThan(0.4);
  expect(answers.allowed).toBeGreaterThan(1_000);
  expect(answers.denied).toBeGreaterThan(1_000);
  expect(answers['negation cycle']).toBeGreaterThan(10);
});
