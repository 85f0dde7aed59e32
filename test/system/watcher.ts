/** Asks one question in a tight loop and keeps when it was asked and what came back. */
import { onTestFinished } from 'vitest';
import type { TestClient } from '../support/client.ts';
import { outcomeOf } from '../support/outcome.ts';

export interface Seen {
  /** By the monotonic clock of this process. */
  sent: number;
  received: number;
  /** `allowed`, `denied`, or the reason of a failure. */
  outcome: string;
}

export class Watcher {
  readonly seen: Seen[] = [];
  private isStopped = false;
  private readonly lanes: Promise<void>[];

  constructor(client: TestClient, tuple: string, lanes = 3) {
    // Also if the test has failed by then.
    onTestFinished(() => {
      this.isStopped = true;
    });
    this.lanes = Array.from({ length: lanes }, () => this.watch(client, tuple));
  }

  /** @returns all that was seen */
  async stop(): Promise<Seen[]> {
    this.isStopped = true;
    await Promise.all(this.lanes);
    return this.seen;
  }

  private async watch(client: TestClient, tuple: string): Promise<void> {
    while (!this.isStopped) {
      const sent = performance.now();
      const outcome = await outcomeOf(client, tuple);
      this.seen.push({ sent, received: performance.now(), outcome });
    }
  }
}
