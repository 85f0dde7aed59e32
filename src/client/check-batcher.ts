/** Sends the checks of one tick as one batch, and gives each its own answer. */
import type { BegunOptions } from './connection.ts';
import type {
  BatchCheckRequest,
  BatchCheckResponse,
  CheckRequest,
  CheckResponse,
  ItemError,
  TupleText,
} from './requests.ts';
import { ServiceError } from './service-error.ts';

/** The calls that it sends. */
export interface CheckCalls {
  check(request: CheckRequest, options: BegunOptions): Promise<CheckResponse>;
  batchCheck(request: BatchCheckRequest, options: BegunOptions): Promise<BatchCheckResponse>;
}

/** What checks of one batch have in common. */
interface Common {
  request: Omit<CheckRequest, keyof TupleText>;
  /** The first of them, in milliseconds since 1970; all may take as long from then on. */
  options: BegunOptions;
}

/** A question that somebody waits for; equal ones are asked once. */
interface Question {
  tuple: TupleText;
  answer: Promise<CheckResponse>;
  resolve(response: CheckResponse): void;
  reject(error: unknown): void;
}

interface Batch extends Common {
  questions: Map<string, Question>;
}

export class CheckBatcher {
  private readonly calls: CheckCalls;
  private readonly timeoutMs: number;
  private readonly maxBatch: number;
  /** Those of this tick, by what their checks have in common. */
  private batches = new Map<string, Batch>();

  /** @param timeoutMs of a check that does not say one */
  constructor(calls: CheckCalls, timeoutMs: number, maxBatch: number) {
    this.calls = calls;
    this.timeoutMs = timeoutMs;
    this.maxBatch = maxBatch;
  }

  async check(request: CheckRequest, timeoutMs = this.timeoutMs): Promise<CheckResponse> {
    const { object, relation, subject, ...common } = request;
    const { questions } = this.batchOf(common, timeoutMs);
    const key = JSON.stringify([object, relation, subject]);
    let question = questions.get(key);
    if (question === undefined) {
      question = makeQuestion({ object, relation, subject });
      questions.set(key, question);
    }
    return { ...(await question.answer) };
  }

  private batchOf(request: Common['request'], timeoutMs: number): Batch {
    // Keys that there are not are refused later, and must spoil no batch of others.
    const { store, consistency, contextualTuples, context, ...others } = request;
    const key = JSON.stringify([store, consistency, contextualTuples, context, timeoutMs, others]);
    let batch = this.batches.get(key);
    if (batch === undefined) {
      // Behind all that is to run in this tick, promises included.
      if (this.batches.size === 0) queueMicrotask(() => process.nextTick(() => this.flush()));
      batch = { request, options: { timeoutMs, begun: Date.now() }, questions: new Map() };
      this.batches.set(key, batch);
    }
    return batch;
  }

  private flush(): void {
    const { batches } = this;
    this.batches = new Map();
    for (const { questions, ...common } of batches.values()) {
      const all = [...questions.values()];
      for (let i = 0; i < all.length; i += this.maxBatch) {
        void this.ask(common, all.slice(i, i + this.maxBatch));
      }
    }
  }

  /** Never rejects. */
  private async ask(common: Common, questions: readonly Question[]): Promise<void> {
    const [first] = questions;
    try {
      if (first !== undefined && questions.length === 1) {
        first.resolve(await this.calls.check({ ...common.request, ...first.tuple }, common.options));
        return;
      }
      const items = questions.map(({ tuple }) => tuple);
      const response = await this.calls.batchCheck({ ...common.request, items }, common.options);
      await this.settle(common, questions, response);
    } catch (error) {
      if (questions.length > 1 && isOfTheBatch(error)) await this.askInHalves(common, questions);
      else for (const question of questions) question.reject(error);
    }
  }

  private async settle(
    common: Common,
    questions: readonly Question[],
    { results, zookie }: BatchCheckResponse,
  ): Promise<void> {
    const again: Question[] = [];
    questions.forEach((question, i) => {
      const result = results[i];
      if (result === undefined) throw new TypeError(`the service left out the answer ${i} of a batch`);
      if ('answer' in result) question.resolve({ ...result, zookie });
      else if (result.error.reason === 'LIMIT') again.push(question);
      else question.reject(errorOf(result.error, i));
    });
    if (again.length === 0) return;
    // The work of a batch is limited as a whole: its members must not suffer for each other.
    if (again.length === questions.length) await this.askInHalves(common, again);
    else await this.ask(common, again);
  }

  private async askInHalves(common: Common, questions: readonly Question[]): Promise<void> {
    const middle = Math.ceil(questions.length / 2);
    await Promise.all([
      this.ask(common, questions.slice(0, middle)),
      this.ask(common, questions.slice(middle)),
    ]);
  }
}

function makeQuestion(tuple: TupleText): Question {
  let resolve: Question['resolve'] = () => undefined;
  let reject: Question['reject'] = () => undefined;
  const answer = new Promise<CheckResponse>((onAnswer, onError) => {
    resolve = onAnswer;
    reject = onError;
  });
  return { tuple, answer, resolve, reject };
}

/** True if a smaller batch may succeed: it was too large, or a single question spoilt it. */
function isOfTheBatch(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  return error.code === 'RESOURCE_EXHAUSTED' || /^items\b/.test(error.field ?? '');
}

/** As the check would have failed by itself. */
function errorOf({ code, reason, message, field }: ItemError, place: number): ServiceError {
  const prefix = `items[${place}].`;
  const own = (text: string): string => text.replaceAll(prefix, '');
  return new ServiceError(own(message), { code, reason, field: field === '' ? undefined : own(field) });
}
