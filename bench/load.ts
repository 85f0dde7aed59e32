/**
 * A light gRPC caller on bare node:http2: requests are encoded beforehand, answers are kept as bytes.
 * The grpc-js client costs twice what the server does, and would be what is measured.
 */
import { type ClientHttp2Session, connect } from 'node:http2';

export interface LoadOptions {
  port: number;
  /** Full method path, such as `/pemba.v1.PermissionService/Check`. */
  path: string;
  /** Encoded requests, sent in turn. */
  requests: readonly Buffer[];
  token: string;
  concurrency: number;
  durationMs: number;
}

export interface LoadResult {
  calls: number;
  seconds: number;
  /** The body of the last answer, without its frame. */
  lastAnswer: Buffer;
}

/** Keeps `concurrency` calls under way until the time is over. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const session = connect(`http://127.0.0.1:${options.port}`);
  const frames = options.requests.map(frame);
  const until = performance.now() + options.durationMs;
  const started = performance.now();
  let calls = 0;
  let lastAnswer: Buffer = Buffer.alloc(0);
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      lastAnswer = await call(session, options, frames[calls++ % frames.length]);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, caller));
  const seconds = (performance.now() - started) / 1000;
  session.close();
  return { calls, seconds, lastAnswer };
}

/** One call, outside of any measuring. */
export async function once(options: Omit<LoadOptions, 'concurrency' | 'durationMs'>): Promise<Buffer> {
  const session = connect(`http://127.0.0.1:${options.port}`);
  try {
    return await call(session, { ...options, concurrency: 1, durationMs: 0 }, frame(options.requests[0]));
  } finally {
    session.close();
  }
}

function call(session: ClientHttp2Session, { path, token }: LoadOptions, body: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      'grpc-timeout': '10S',
      te: 'trailers',
      authorization: `Bearer ${token}`,
    });
    const chunks: Buffer[] = [];
    let status = '';
    let message = '';
    stream.on('response', (headers) => {
      status = String(headers['grpc-status'] ?? '');
    });
    stream.on('trailers', (trailers) => {
      status = String(trailers['grpc-status']);
      message = String(trailers['grpc-message'] ?? '');
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => {
      if (status === '0') resolve(Buffer.concat(chunks).subarray(5));
      else reject(new Error(`${path} failed with status ${status} ${message}`));
    });
    stream.end(body);
  });
}

/** A gRPC message: not compressed, its length, its bytes. */
function frame(body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}
