/** A stream of writes, each of tuples that belong together, and what is known of the outcome of each. */
import type { ServiceError } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { failureOf, question, type TestClient, writeRequest } from '../support/client.ts';

export const SCHEMA = `
type user
type doc {
  relation reader : user
  relation writer : user
  relation owner : user
}
`;
export const RELATIONS = ['owner', 'reader', 'writer'];
/** How many writes are repeated in the end. */
const REPEATED = 200;

interface Doc {
  id: number;
  /** Undefined: it is sent once, and if that fails its outcome is unknown. */
  key: string | undefined;
}

export class LedgerOfWrites {
  private nextId = 0;
  private readonly acknowledged = new Map<number, { zookie: string; key: string | undefined }>();
  /** What somebody who looked has seen stored, and so has to be there ever after. */
  readonly seen = new Set<number>();
  private readonly unknown = new Set<number>();
  /** Sent and not answered; to be sent again with the same key. */
  private readonly open: Doc[] = [];
  private isStopped = false;
  retried = 0;
  /** What went wrong that must not. */
  readonly wrong: string[] = [];
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
    onTestFinished(() => this.stop());
  }

  get count(): number {
    return this.acknowledged.size;
  }

  get lost(): number {
    return this.unknown.size;
  }

  /** So many of the documents that were written last, or are being written. */
  newest(count: number): number[] {
    const from = Math.max(0, this.nextId - count);
    return Array.from({ length: this.nextId - from }, (_, i) => from + i);
  }

  /** Writes on until {@link stop}; a failure is no reason to end. */
  async run(client: TestClient, writers: number): Promise<void> {
    this.isStopped = false;
    await Promise.all(
      Array.from({ length: writers }, async () => {
        while (!this.isStopped) await this.writeOne(client, this.next());
      }),
    );
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Sends what is open again, until all of it is answered. */
  async settle(client: TestClient): Promise<void> {
    const giveUpAt = Date.now() + 20_000;
    for (let doc = this.open.pop(); doc !== undefined; doc = this.open.pop()) {
      this.retried += 1;
      await this.writeOne(client, doc);
      if (Date.now() > giveUpAt) throw new Error('the server does not take writes');
    }
  }

  private next(): Doc {
    const again = this.open.pop();
    if (again !== undefined) {
      this.retried += 1;
      return again;
    }
    const id = this.nextId++;
    return { id, key: this.random() < 0.5 ? `key-${id}` : undefined };
  }

  private async writeOne(client: TestClient, doc: Doc): Promise<void> {
    const request = { ...createRequest(doc.id), idempotencyKey: doc.key ?? '' };
    try {
      const { zookie } = await client.call('PermissionService/Write', request, { deadlineMs: 15_000 });
      this.acknowledged.set(doc.id, { zookie, key: doc.key });
    } catch (error) {
      this.note(error as ServiceError, doc);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private note(error: ServiceError, doc: Doc): void {
    const reason = error.metadata?.get('pemba-reason')[0];
    // A create that was carried out twice would say TUPLE_EXISTS.
    if (error.code !== 14 && error.code !== 4) this.wrong.push(`doc ${doc.id}: ${error.message}`);
    if (doc.key !== undefined) this.open.push(doc);
    else if (reason !== 'WRITE_NOT_COMMITTED') this.unknown.add(doc.id);
  }

  /** Holds the promises against what Read and Check say. @returns what is wrong */
  async verify(client: TestClient): Promise<string[]> {
    const wrong = [...this.wrong];
    const stored = new Map<number, number>();
    for (const tuple of await readAll(client)) {
      const id = Number(/^doc:(\d+)#/.exec(tuple)?.[1]);
      stored.set(id, (stored.get(id) ?? 0) + 1);
    }
    const checked = await this.checkAll(client);
    for (let id = 0; id < this.nextId; id++) {
      const [read, allowed] = [stored.get(id) ?? 0, checked.get(id)];
      if (read !== allowed) wrong.push(`doc ${id}: Read shows ${read} tuples, Check ${allowed}`);
      if (read !== 0 && read !== RELATIONS.length)
        wrong.push(`doc ${id}: half of a write is stored (${read})`);
      if (this.acknowledged.has(id) && read === 0) wrong.push(`doc ${id}: acknowledged and lost`);
      if (this.seen.has(id) && read === 0) wrong.push(`doc ${id}: seen and lost`);
      if (read > 0 && !this.acknowledged.has(id) && !this.unknown.has(id))
        wrong.push(`doc ${id}: reported as not written`);
    }
    return wrong;
  }

  /**
   * Writes of all rounds, sent once more: one with a key has to return what it returned first, and one without, which
   * creates what is there, to be refused for that and nothing else. @returns what is wrong
   */
  async repeat(client: TestClient): Promise<string[]> {
    const wrong: string[] = [];
    const all = [...this.acknowledged];
    const step = Math.ceil(all.length / REPEATED);
    for (const [id, { zookie, key }] of all.filter((_, i) => i % step === 0)) {
      const expected = key === undefined ? 'TUPLE_EXISTS' : zookie;
      const again = await this.again(client, { id, key });
      if (again !== expected) wrong.push(`doc ${id}: repeated as ${again} instead of ${expected}`);
    }
    return wrong;
  }

  /** @returns the zookie, or why it was refused */
  private async again(client: TestClient, { id, key }: Doc): Promise<string> {
    try {
      const request = { ...createRequest(id), idempotencyKey: key ?? `late-key-${id}` };
      return (await client.call('PermissionService/Write', request)).zookie;
    } catch (error) {
      const { code, reason, message } = failureOf(error);
      return reason === '' ? `${code} ${message}` : reason;
    }
  }

  private async checkAll(client: TestClient): Promise<Map<number, number>> {
    const counts = new Map<number, number>();
    for (let from = 0; from < this.nextId; from += 300) {
      const ids = Array.from({ length: Math.min(300, this.nextId - from) }, (_, i) => from + i);
      const items = ids.flatMap((id) => tuplesOf(id).map(question));
      const { results } = await client.call('PermissionService/BatchCheck', { items });
      for (const [i, id] of ids.entries()) {
        const own = results.slice(i * RELATIONS.length, (i + 1) * RELATIONS.length);
        counts.set(id, own.filter(({ answer }: { answer: string }) => answer === 'ANSWER_ALLOWED').length);
      }
    }
    return counts;
  }
}

export function tuplesOf(id: number): string[] {
  return RELATIONS.map((relation) => `doc:${id}#${relation}@user:ada`);
}

function createRequest(id: number): { updates: object[] } {
  return writeRequest(tuplesOf(id).map((tuple): [string, string] => ['create', tuple]));
}

async function readAll(client: TestClient): Promise<string[]> {
  const all: string[] = [];
  let pageToken = '';
  do {
    const page = await client.call('PermissionService/Read', { pageSize: 1000, pageToken });
    all.push(
      ...page.tuples.map(
        (tuple: { object: string; relation: string }) => `${tuple.object}#${tuple.relation}`,
      ),
    );
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return all;
}
