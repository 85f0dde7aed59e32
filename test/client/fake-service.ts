/** A gRPC server that says what a test tells it to, and remembers what it was asked. */
import { fileURLToPath } from 'node:url';
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const PROTO_FOLDER = fileURLToPath(new URL('../../proto', import.meta.url));
const SERVICES = {
  permission: 'Permission',
  schema: 'Schema',
  credential: 'Credential',
  store: 'Store',
  audit: 'Audit',
};

/** What a handler throws to fail a call as the service does. */
export class Refusal extends Error {
  readonly code: status;
  readonly metadata = new Metadata();

  constructor(code: keyof typeof status, message: string, details: { reason?: string; field?: string } = {}) {
    super(message);
    this.code = status[code] as status;
    if (details.reason !== undefined) this.metadata.set('pemba-reason', details.reason);
    if (details.field !== undefined) this.metadata.set('pemba-field', details.field);
  }
}

export interface Asked {
  method: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the message is, a test looks at it
  request: any;
  authorization: string | undefined;
}

/** By the method's name; a promise that never settles is a call without an answer. */
export type Handlers = Record<string, (request: Asked['request']) => object | Promise<object>>;

/** Of methods that answer with a stream. The signal is aborted when the caller cancels. */
export type StreamHandlers = Record<
  string,
  (request: Asked['request'], cancelled: AbortSignal) => AsyncIterable<object>
>;

export class FakeService {
  readonly asked: Asked[] = [];
  handlers: Handlers = {};
  streams: StreamHandlers = {};
  private readonly server = new Server();
  private port = 0;

  static async start(
    handlers: Handlers = {},
    credentials = ServerCredentials.createInsecure(),
    port = 0,
  ): Promise<FakeService> {
    const service = new FakeService();
    service.handlers = handlers;
    service.addServices();
    service.port = await new Promise((resolve, reject) => {
      service.server.bindAsync(`127.0.0.1:${port}`, credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    return service;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** The last request. */
  get last(): Asked {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error('nothing was asked');
    return last;
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private addServices(): void {
    const files = Object.keys(SERVICES).map((name) => `pemba/v1/${name}.proto`);
    const definitions = loadSync(files, { includeDirs: [PROTO_FOLDER], longs: Number, enums: String });
    for (const name of Object.values(SERVICES)) {
      const definition = definitions[`pemba.v1.${name}Service`] as ServiceDefinition;
      const methods = Object.entries(definition).map(([method, { responseStream }]) => [
        method,
        responseStream ? this.stream.bind(this, method) : this.handle.bind(this, method),
      ]);
      this.server.addService(definition, Object.fromEntries(methods));
    }
  }

  private async handle(
    method: string,
    call: ServerUnaryCall<object, object>,
    answer: sendUnaryData<object>,
  ): Promise<void> {
    const authorization = call.metadata.get('authorization')[0]?.toString();
    this.asked.push({ method, request: call.request, authorization });
    const handler = this.handlers[method];
    if (handler === undefined) {
      answer({ code: status.UNIMPLEMENTED, details: `the fake has no ${method}` });
      return;
    }
    try {
      answer(null, await handler(call.request));
    } catch (error) {
      const { code, message, metadata } = error as Refusal;
      answer({ code, details: message, metadata });
    }
  }

  private async stream(method: string, call: ServerWritableStream<object, object>): Promise<void> {
    const authorization = call.metadata.get('authorization')[0]?.toString();
    this.asked.push({ method, request: call.request, authorization });
    const cancelled = new AbortController();
    call.on('cancelled', () => cancelled.abort());
    call.on('error', () => undefined);
    try {
      const handler = this.streams[method];
      if (handler === undefined) throw new Refusal('UNIMPLEMENTED', `the fake has no ${method}`);
      for await (const message of handler(call.request, cancelled.signal)) {
        if (!call.write(message)) await new Promise((resolve) => call.once('drain', resolve));
      }
      call.end();
    } catch (error) {
      const { code, message, metadata } = error as Refusal;
      call.emit('error', { code, details: message, metadata });
    }
  }
}
