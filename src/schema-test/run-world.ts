/** Compares what is expected of a world with what is so. */
import { PembaError } from '../base/errors.ts';
import type { Answer } from '../engine/engine.ts';
import type { Found } from '../engine/lookup/found.ts';
import { refusalOf } from '../judge/refusal.ts';
import { WILDCARD } from '../model/reference.ts';
import { formatTuple } from '../model/tuple.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import { type Difference, toReported } from './report.ts';
import type { Expectations, Listing, Place, Question, TestWorld, TestWrite } from './test-file.ts';
import { World } from './world.ts';

export class WorldRun {
  expectations = 0;
  readonly differences: Difference[] = [];
  readonly #test: TestWorld;
  readonly #world: World;
  readonly #file: string;
  /** Names of what is being looked at. */
  readonly #within: string[];
  /** Milliseconds since 1970. */
  readonly #now: number;

  constructor(schema: CompiledSchema, test: TestWorld, file: string) {
    this.#test = test;
    this.#world = new World(schema);
    this.#file = file;
    this.#within = test.name === undefined ? [] : [test.name];
    this.#now = test.now ?? Date.now();
  }

  run(): void {
    const { tuples, tuplesAt, expectations, writes } = this.#test;
    try {
      // Of a tuple that is there twice the last counts: a named world may give it another expiry.
      const add = [...new Map(tuples.map((tuple) => [formatTuple(tuple), tuple])).values()];
      this.#world.write({ add, remove: [], context: {}, now: this.#now });
    } catch (error) {
      this.expectations++;
      this.#differ(tuplesAt, `the tuples are refused: ${messageOf(error)}`);
      return;
    }
    this.#expect(expectations, this.#now);
    for (const write of writes) this.#write(write);
  }

  /** @param now milliseconds since 1970; what is expected is asked for that time */
  #expect({ allowed, denied, conditional, resources, subjects }: Expectations, now: number): void {
    for (const question of allowed) this.#ask(question, 'allowed', now);
    for (const question of denied) this.#ask(question, 'denied', now);
    for (const question of conditional) this.#ask(question, 'conditional', now);
    for (const listing of resources) this.#compare(listing, () => this.#world.resources(listing, now));
    for (const listing of subjects) this.#compare(listing, () => this.#world.subjects(listing, now));
  }

  #ask(question: Question, expected: Answer, now: number): void {
    this.expectations++;
    try {
      const { answer, missing } = this.#world.check(question, now);
      if (answer === expected) return;
      const names =
        missing.length === 0 ? '' : `, for want of ${missing.map((name) => `\`${name}\``).join(', ')}`;
      const message = `\`${question.text}\` is ${answer}${names}, not ${expected}`;
      this.#differ(question, message, this.#explanationOf(question, answer, now));
    } catch (error) {
      this.#differ(question, `\`${question.text}\` cannot be answered: ${messageOf(error)}`);
    }
  }

  /** None if it cannot be had: the difference is told all the same. */
  #explanationOf(question: Question, answer: Answer, now: number): Pick<Difference, 'reasons' | 'misses'> {
    try {
      const explanation = this.#world.explain(question, now);
      if (explanation.answer === answer) return toReported(explanation);
    } catch (error) {
      if (!(error instanceof PembaError)) throw error;
    }
    return { reasons: [], misses: [] };
  }

  #compare(listing: Listing<unknown>, find: () => Found[]): void {
    this.expectations++;
    try {
      const wrong = listingFaults(find(), listing.are);
      if (wrong.length > 0) this.#differ(listing, `\`${listing.text}\`: ${wrong.join('; ')}`);
    } catch (error) {
      this.#differ(listing, `\`${listing.text}\` cannot be answered: ${messageOf(error)}`);
    }
  }

  #write(write: TestWrite): void {
    this.expectations++;
    if (write.name !== undefined) this.#within.push(write.name);
    const now = write.now ?? this.#now;
    const refusal = this.#refusalOf(write, now);
    if (refusal === undefined && write.expect === 'refused') {
      this.#differ(write, 'the write is accepted, not refused');
    } else if (refusal !== undefined && write.expect === 'accepted') {
      this.#differ(write, `the write is refused, not accepted: ${messageOf(refusal)}`);
    } else if (refusal !== undefined && write.because !== undefined) {
      const because = refusal instanceof PembaError ? refusalOf(refusal) : undefined;
      if (because !== write.because) {
        const real = because === undefined ? 'none of the rules' : `\`${because}\``;
        this.#differ(
          write,
          `the write is refused because of ${real}, not \`${write.because}\`: ${messageOf(refusal)}`,
        );
      }
    }
    if (write.afterwards !== undefined) this.#expect(write.afterwards, now);
    if (write.name !== undefined) this.#within.pop();
  }

  #refusalOf(write: TestWrite, now: number): unknown {
    try {
      this.#world.write({ ...write, now });
      return undefined;
    } catch (error) {
      return error;
    }
  }

  #differ(
    { line, column }: Place,
    message: string,
    explanation: Pick<Difference, 'reasons' | 'misses'> = { reasons: [], misses: [] },
  ): void {
    this.differences.push({
      file: this.#file,
      line,
      column,
      within: [...this.#within],
      message,
      ...explanation,
    });
  }
}

/** @param expected ids; `*` covers all that are found and all that are not mentioned, but for those denied */
function listingFaults(found: readonly Found[], expected: readonly string[]): string[] {
  const answers = new Map(found.map(({ id, answer }) => [id, answer]));
  const isForAll = expected.includes(WILDCARD) && answers.get(WILDCARD) === 'allowed';
  const allowed = found.filter(({ answer }) => answer === 'allowed').map(({ id }) => id);
  const more = isForAll ? [] : allowed.filter((id) => !expected.includes(id));
  const less = expected.filter((id) => (answers.get(id) ?? (isForAll ? 'allowed' : 'denied')) !== 'allowed');
  const conditional = less.filter((id) => answers.get(id) === 'conditional');
  const absent = less.filter((id) => answers.get(id) !== 'conditional');
  const faults: [string, string[]][] = [
    ['not expected', more],
    ['not found', absent],
    ['conditional', conditional],
  ];
  return faults.filter(([, faulty]) => faulty.length > 0).map(([what, faulty]) => `${what}: ${list(faulty)}`);
}

function list(found: readonly string[]): string {
  return found.map((id) => `\`${id}\``).join(', ');
}

/** What the schema or the engine has to say; a defect of ours is no outcome of a test. */
function messageOf(error: unknown): string {
  if (error instanceof PembaError && error.reason !== 'INTERNAL') return error.message;
  throw error;
}
