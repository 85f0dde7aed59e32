import fc from 'fast-check';
import { Choices, tapes } from './choices.ts';
import { makeScenario, type Scenario, type ScenarioSize } from './scenario.ts';

export interface FuzzSize extends ScenarioSize {
  /** PEMBA_FUZZ_RUNS in the environment takes its place. */
  runs: number;
}

/** Runs the property over random schemas and histories, shrunk on failure. PEMBA_FUZZ_SEED repeats a failure. */
export async function forRandomScenarios(
  size: FuzzSize,
  property: (scenario: Scenario) => void,
): Promise<void> {
  await check(size, tapes(160), Choices.of, property);
}

/** The same over larger data, which is not shrunk. */
export async function forWideScenarios(
  size: FuzzSize,
  property: (scenario: Scenario) => void,
): Promise<void> {
  await check(size, fc.integer(), Choices.from, property);
}

async function check<T>(
  size: FuzzSize,
  data: fc.Arbitrary<T>,
  choicesOf: (data: T) => Choices,
  property: (scenario: Scenario) => void,
): Promise<void> {
  const { PEMBA_FUZZ_RUNS, PEMBA_FUZZ_SEED } = process.env;
  await fc.assert(
    fc.asyncProperty(tapes(160), data, async (schemaTape, dataTape) => {
      const scenario = await makeScenario(schemaTape, choicesOf(dataTape), size);
      fc.pre(scenario !== undefined);
      property(scenario);
    }),
    {
      numRuns: Number(PEMBA_FUZZ_RUNS ?? size.runs),
      asyncReporter: report,
      ...(PEMBA_FUZZ_SEED === undefined ? {} : { seed: Number(PEMBA_FUZZ_SEED) }),
    },
  );
}

/** The tapes say nothing to a reader; the message of the failure holds the schema and the tuples. */
async function report<T>(details: fc.RunDetails<T>): Promise<void> {
  if (!details.failed) return;
  const why = details.errorInstance ?? new Error('too many schemas were refused');
  const message = why instanceof Error ? why.message : String(why);
  throw new Error(
    `PEMBA_FUZZ_SEED=${details.seed} after ${details.numRuns} runs, ${details.numShrinks} times shrunk\n${message}`,
    { cause: why },
  );
}
