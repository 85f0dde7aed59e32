/** Calls with bytes that no proper client would send, and without a deadline. */
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { Failure } from '../support/client.ts';

/** @param method such as `PermissionService/Check` */
export async function rawCall(port: number, method: string, request: Buffer): Promise<Buffer> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const same = (bytes: Buffer): Buffer => bytes;
      const path = `/pemba.v1.${method}`;
      client.makeUnaryRequest(path, same, same, request, new Metadata(), {}, (error, response) => {
        if (error === null) resolve(response as Buffer);
        else reject(error);
      });
    });
  } finally {
    client.close();
  }
}

export async function rawFailure(port: number, method: string, request: Buffer): Promise<Failure> {
  try {
    await rawCall(port, method, request);
  } catch (error) {
    return asFailure(error as ServiceError);
  }
  throw new Error(`${method} succeeded, which it must not`);
}

function asFailure({ code, details, metadata }: ServiceError): Failure {
  return {
    code: status[code],
    reason: String(metadata.get('pemba-reason')[0] ?? ''),
    field: metadata.get('pemba-field')[0]?.toString(),
    message: details,
  };
}

/** A length-delimited field, such as a string or a message. */
export function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
