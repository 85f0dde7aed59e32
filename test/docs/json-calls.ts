/** Calls in the JSON of proto3, as grpcurl and other tools of gRPC send and show them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createFileRegistry,
  type DescMethod,
  fromBinary,
  fromJson,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js';
import { must } from '../../src/base/assert.ts';
import { ROOT } from './blocks.ts';

type Json = ReturnType<typeof toJson>;
const DEADLINE_MS = 20_000;
const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(join(ROOT, 'proto/pemba.binpb'))),
);

/** The names of all methods, as `Service/Method`. */
export function methodNames(): string[] {
  return [...registry]
    .flatMap((each) =>
      each.kind === 'service' && each.file.proto.package === 'pemba.v1' ? each.methods : [],
    )
    .map(({ name, parent }) => `${parent.name}/${name}`);
}

/** @param name `Service/Method`, or a method of PermissionService */
function methodOf(name: string): DescMethod {
  const [method = '', service = 'PermissionService'] = name.split('/').reverse();
  const found = registry.getService(`pemba.v1.${service}`)?.methods.find((each) => each.name === method);
  return must(found, `the method ${name}`);
}

/**
 * @param most of a stream: it is left after so many messages
 * @returns the messages of the answer, or the error
 */
export async function callAsJson(
  address: string,
  name: string,
  request: Json,
  most: number,
): Promise<Json[]> {
  const method = methodOf(name);
  const client = new Client(address, credentials.createInsecure());
  // On the wire, an answer of one message is a stream of one.
  const stream = client.makeServerStreamRequest(
    `/${method.parent.typeName}/${method.name}`,
    (bytes: Uint8Array) => Buffer.from(bytes),
    (bytes: Buffer) => toJson(method.output, fromBinary(method.output, bytes), { registry }),
    toBinary(method.input, fromJson(method.input, request, { registry })),
    { deadline: Date.now() + DEADLINE_MS },
  );
  const messages: Json[] = [];
  try {
    for await (const message of stream) {
      messages.push(message as Json);
      if (messages.length >= most) break;
    }
    return messages;
  } catch (error) {
    return [errorOf(error as ServiceError)];
  } finally {
    stream.cancel();
    client.close();
  }
}

function errorOf({ code, details, metadata }: ServiceError): Json {
  const of = (name: string) => {
    const [value] = metadata?.get(name) ?? [];
    return value === undefined ? {} : { [name]: String(value) };
  };
  return {
    code: status[code] ?? String(code),
    ...of('pemba-reason'),
    ...of('pemba-field'),
    message: details,
  };
}

/** The JSON values that follow each other in a text. */
export function messagesIn(text: string): Json[] {
  return text
    .trim()
    .split(/(?<=\})\n(?=\{)/)
    .map((message) => JSON.parse(message) as Json);
}
