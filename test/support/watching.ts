/** Follows a store over real gRPC and keeps what it is told. */
import type { ClientReadableStream } from '@grpc/grpc-js';
import { onTestFinished } from 'vitest';
import { type CallOptions, type Failure, failureOf, type TestClient } from './client.ts';

export interface WatchMessage {
  zookie: string;
  changes: { operation: string; tuple: { object: string; relation: string; subject: string } }[];
  time: { seconds: number; nanos: number } | null;
  actor: string;
  metadata: object | null;
  schemaVersion: number;
}

export class Watching {
  readonly messages: WatchMessage[] = [];
  failure: Failure | undefined;
  readonly stream: ClientReadableStream<WatchMessage>;
  private readonly waiting = new Set<() => void>();

  constructor(client: TestClient, request: object = {}, options: CallOptions = {}) {
    this.stream = client.stream('PermissionService/Watch', request, options);
    this.stream.on('data', (message: WatchMessage) => {
      this.messages.push(message);
      this.look();
    });
    this.stream.on('error', (error) => {
      this.failure = failureOf(error);
      this.look();
    });
    onTestFinished(() => this.stream.cancel());
  }

  private look(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Resolves once the condition holds; rejects if the stream has ended without it. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (condition()) resolve();
        else if (this.failure !== undefined) reject(new Error(`it ended: ${JSON.stringify(this.failure)}`));
        else return;
        this.waiting.delete(look);
      };
      this.waiting.add(look);
      look();
    });
  }

  /** What it fails with in the end. */
  async end(): Promise<Failure> {
    await this.until(() => this.failure !== undefined);
    return this.failure as Failure;
  }

  /** Resolves once it has been told of everything up to the zookie of a write that it selects. */
  async reach(zookie: string): Promise<this> {
    await this.until(() => this.messages.some((message) => message.zookie === zookie));
    return this;
  }

  /** Those that tell of changes of tuples. */
  get changing(): WatchMessage[] {
    return this.messages.filter(({ changes }) => changes.length > 0);
  }

  /** All changes as text, such as `+team:a#member@user:ada`. */
  get changes(): string[] {
    return this.messages.flatMap(changesIn);
  }
}

/** Follows from the present on; resolves once it does. */
export async function watching(
  client: TestClient,
  request: object = {},
  options: CallOptions = {},
): Promise<Watching> {
  const watch = new Watching(client, request, options);
  await watch.until(() => watch.messages.length > 0);
  return watch;
}

export function changesIn({ changes }: WatchMessage): string[] {
  return changes.map(({ operation, tuple: { object, relation, subject } }) => {
    const sign = { OPERATION_ADDED: '+', OPERATION_REMOVED: '-' }[operation];
    return `${sign}${object}#${relation}@${subject}`;
  });
}
