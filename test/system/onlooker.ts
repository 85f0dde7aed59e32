/** Looks, while writes are under way, whether half of one can ever be seen, or one that does not last. */
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { failureOf, question, type TestClient } from '../support/client.ts';
import { type LedgerOfWrites, RELATIONS, tuplesOf } from './ledger-of-writes.ts';

/** Documents looked at together: those that are being written, and some from just before. */
const NEWEST = 12;
/** What a node that is killed, or whose database is, may answer. */
const MAY_FAIL = [status.UNAVAILABLE, status.DEADLINE_EXCEEDED].map((code) => status[code]);

export class Onlooker {
  private readonly ledger: LedgerOfWrites;
  private isStopped = false;
  /** Looks that were answered. */
  looks = 0;
  /** Looks at a moment when some of the documents were there and others were not. */
  between = 0;
  readonly wrong: string[] = [];

  constructor(ledger: LedgerOfWrites) {
    this.ledger = ledger;
    onTestFinished(() => this.stop());
  }

  /** Looks on until {@link stop}; a node that does not answer is no reason to end. */
  async run(client: TestClient): Promise<void> {
    this.isStopped = false;
    const asks = [checked, checked, read];
    await Promise.all(
      asks.map(async (ask) => {
        while (!this.isStopped) await this.look(client, ask);
      }),
    );
  }

  stop(): void {
    this.isStopped = true;
  }

  private async look(client: TestClient, ask: Ask): Promise<void> {
    const ids = this.ledger.newest(NEWEST);
    try {
      const counts = ids.length === 0 ? [] : await ask(client, ids);
      this.note(ids, counts, ask.name);
    } catch (error) {
      const { code, reason, message } = failureOf(error);
      if (!MAY_FAIL.includes(code)) this.wrong.push(`${ask.name}: ${code} ${reason} ${message}`);
      await sleep(20);
    }
  }

  private note(ids: readonly number[], counts: readonly number[], by: string): void {
    this.looks += 1;
    for (const [i, id] of ids.entries()) {
      const count = counts[i];
      if (count === RELATIONS.length) this.ledger.seen.add(id);
      else if (count !== 0) this.wrong.push(`doc ${id}: ${by} shows ${count} of ${RELATIONS.length} tuples`);
    }
    if (counts.includes(0) && counts.includes(RELATIONS.length)) this.between += 1;
  }
}

/** @returns how many tuples of each document are there */
type Ask = (client: TestClient, ids: readonly number[]) => Promise<number[]>;

/** All at one revision. */
const checked: Ask = async (client, ids) => {
  const items = ids.flatMap((id) => tuplesOf(id).map(question));
  const { results } = await client.call('PermissionService/BatchCheck', { items });
  return ids.map(
    (_, i) =>
      results
        .slice(i * RELATIONS.length, (i + 1) * RELATIONS.length)
        .filter(({ answer }: { answer: string }) => answer === 'ANSWER_ALLOWED').length,
  );
};

/** Each at a revision of its own, out of the database. */
const read: Ask = async (client, ids) => {
  const counts: number[] = [];
  for (const id of ids) counts.push((await client.read({ filter: { object: `doc:${id}` } })).length);
  return counts;
};
