import { describe, expect, it } from 'vitest';
import { HeadQuestion } from '../../src/feed/head-question.ts';
import { randomSeed, seeded } from '../support/random.ts';

/** Lets all promises that can settle do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A question whose answers come when the test says so. */
class Asked {
  sent = 0;
  answered = 0;
  private inFlight: { resolve: () => void; reject: (error: Error) => void } | undefined;

  readonly ask = (): Promise<void> => {
    if (this.inFlight !== undefined) throw new Error('two questions are in flight');
    this.sent += 1;
    return new Promise((resolve, reject) => {
      this.inFlight = { resolve, reject };
    });
  };

  get isUnderWay(): boolean {
    return this.inFlight !== undefined;
  }

  async answer(error?: Error): Promise<void> {
    const { inFlight } = this;
    this.inFlight = undefined;
    this.answered += 1;
    if (error === undefined) inFlight?.resolve();
    else inFlight?.reject(error);
    await settle();
  }
}

describe('HeadQuestion', () => {
  it('answers all who come before it is sent with one question', async () => {
    const asked = new Asked();
    const question = new HeadQuestion(asked.ask);
    const callers = Promise.all([question.join(), question.join(), question.join()]);
    await settle();
    expect(asked.sent).toBe(1);
    await asked.answer();
    await callers;
    expect(asked.sent).toBe(1);
  });

  it('does not answer a caller with a question that was sent before it came', async () => {
    const asked = new Asked();
    const question = new HeadQuestion(asked.ask);
    void question.join();
    await settle();
    let isAnswered = false;
    const late = question.join().then(() => {
      isAnswered = true;
    });
    await settle();
    expect(asked.sent).toBe(1);
    await asked.answer();
    expect(isAnswered).toBe(false);
    expect(asked.sent).toBe(2);
    await asked.answer();
    await late;
  });

  it('tells of a failure those who waited for that question, and no others', async () => {
    const asked = new Asked();
    const question = new HeadQuestion(asked.ask);
    const first = question.join().catch((error: Error) => error.message);
    await settle();
    const second = question.join();
    await asked.answer(new Error('away'));
    expect(await first).toBe('away');
    await asked.answer();
    await second;
  });

  it('holds for any order of callers and answers', async () => {
    const seed = randomSeed();
    const random = seeded(seed);
    const asked = new Asked();
    const question = new HeadQuestion(asked.ask);
    let open = 0;
    const callers: Promise<void>[] = [];
    const come = (): void => {
      const sentBefore = asked.sent;
      open += 1;
      const check = (): void => {
        open -= 1;
        expect(asked.answered, `seed ${seed}`).toBeGreaterThan(sentBefore);
        // At most one question was under way, so nobody waits for more than two answers.
        expect(asked.answered, `seed ${seed}`).toBeLessThanOrEqual(sentBefore + 1);
      };
      callers.push(question.join().then(check, check));
    };
    for (let step = 0; step < 2_000; step++) {
      const what = random();
      if (what < 0.5) come();
      else if (what < 0.8 && asked.isUnderWay) {
        // Without waiting for it, so that callers come in every turn after an answer.
        void asked.answer(random() < 0.2 ? new Error('away') : undefined);
      }
      for (let turns = Math.floor(random() * 4); turns > 0; turns--) await Promise.resolve();
      if (random() < 0.1) await settle();
    }
    await settle();
    while (asked.isUnderWay) await asked.answer();
    await Promise.all(callers);
    expect(open).toBe(0);
  });
});
