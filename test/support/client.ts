/** A plain gRPC client made from the proto alone, so that tests see what any caller sees. */
import { fileURLToPath } from 'node:url';
import {
  type ChannelCredentials,
  type Client,
  type ClientReadableStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const ROOT = fileURLToPath(new URL('../../proto', import.meta.url));
const FILES = ['permission', 'schema', 'store', 'credential', 'audit'].map(
  (name) => `pemba/v1/${name}.proto`,
);
const definition = loadSync(FILES, {
  includeDirs: [ROOT],
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
});
const pemba = (loadPackageDefinition(definition) as { pemba: { v1: GrpcObject } }).pemba.v1;

/** What a call failed with, as a caller sees it. */
export interface Failure {
  code: string;
  reason: string;
  field: string | undefined;
  message: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at by tests
type Message = any;

export interface CallOptions {
  token?: string | undefined;
  deadlineMs?: number;
}

export class TestClient {
  private readonly clients: Record<string, Client>;
  private readonly token: string | undefined;

  constructor(address: string, token?: string, channel: ChannelCredentials = credentials.createInsecure()) {
    this.token = token;
    const options = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 };
    this.clients = Object.fromEntries(
      Object.entries(pemba)
        .filter(([, value]) => typeof value === 'function')
        .map(([name, value]) => [name, new (value as ServiceClientConstructor)(address, channel, options)]),
    );
  }

  close(): void {
    for (const client of Object.values(this.clients)) client.close();
  }

  /**
   * The answer, or the first message of a stream, which is then left.
   * @param method such as `PermissionService/Check`
   */
  call(method: string, request: object, options: CallOptions = {}): Promise<Message> {
    const deadlineMs = options.deadlineMs ?? 20_000;
    const { start, isStreaming } = this.method(method);
    if (isStreaming) return firstOf(this.stream(method, request, { ...options, deadlineMs }));
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response: Message): void => {
        if (error === null) resolve(response);
        else reject(error);
      };
      start(request, this.metadata(options), { deadline: Date.now() + deadlineMs }, done);
    });
  }

  /** The messages of a method that streams them; without a deadline unless there is one in the options. */
  stream(method: string, request: object, options: CallOptions = {}): ClientReadableStream<Message> {
    const deadline = Date.now() + (options.deadlineMs ?? Number.POSITIVE_INFINITY);
    const { start } = this.method(method);
    return start(request, this.metadata(options), { deadline }) as ClientReadableStream<Message>;
  }

  private method(method: string): { start: (...args: unknown[]) => unknown; isStreaming: boolean } {
    const [service, name] = method.split('/');
    const client = this.clients[service];
    const start = (client as unknown as Record<string, (...args: unknown[]) => unknown>)[name];
    return { start: start.bind(client), isStreaming: (start as unknown as Message).responseStream };
  }

  private metadata(options: CallOptions): Metadata {
    const metadata = new Metadata();
    const token = 'token' in options ? options.token : this.token;
    if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
    return metadata;
  }

  /** The failure of a call that has to fail. */
  async failure(method: string, request: object, options: CallOptions = {}): Promise<Failure> {
    try {
      await this.call(method, request, options);
    } catch (error) {
      return failureOf(error);
    }
    throw new Error(`${method} succeeded, which it must not`);
  }

  /** @param tuple `object#permission@subject` */
  async check(tuple: string, more: object = {}): Promise<'allowed' | 'denied' | 'conditional'> {
    const { answer } = await this.call('PermissionService/Check', { ...question(tuple), ...more });
    return answer.replace('ANSWER_', '').toLowerCase();
  }

  /** Writes tuples given as text, each with its operation: `touch` unless said. @returns the zookie */
  async write(updates: (string | [string, string])[], more: object = {}): Promise<string> {
    const { zookie } = await this.call('PermissionService/Write', { ...writeRequest(updates), ...more });
    return zookie;
  }

  async writeSchema(text: string, more: object = {}): Promise<string> {
    return (await this.call('SchemaService/WriteSchema', { text, ...more })).zookie;
  }

  /** All tuples in text form. */
  async read(more: object = {}): Promise<string[]> {
    const { tuples } = await this.call('PermissionService/Read', { pageSize: 1000, ...more });
    return tuples.map((tuple: Message) => `${tuple.object}#${tuple.relation}@${tuple.subject}`);
  }
}

/** What a call failed with. */
export function failureOf(error: unknown): Failure {
  const { code, details, metadata } = error as ServiceError;
  return {
    code: status[code],
    reason: String(metadata.get('pemba-reason')[0] ?? ''),
    field: metadata.get('pemba-field')[0]?.toString(),
    message: details,
  };
}

async function firstOf(stream: ClientReadableStream<Message>): Promise<Message> {
  // Leaving the loop destroys the stream, which does not cancel the call.
  stream.on('close', () => stream.cancel());
  for await (const message of stream) return message;
}

export function question(tuple: string): { object: string; relation: string; subject: string } {
  const [, object, relation, subject] = /^(.*?)#(.*?)@(.*)$/s.exec(tuple) as RegExpExecArray;
  return { object, relation, subject };
}

export function writeRequest(updates: (string | [string, string])[]): { updates: object[] } {
  return {
    updates: updates.map((update) => {
      const [operation, tuple] = typeof update === 'string' ? ['touch', update] : update;
      return { operation: `OPERATION_${operation.toUpperCase()}`, tuple: question(tuple) };
    }),
  };
}
