/**
 * gRPC server reflection, which tells tools such as grpcurl what this server offers.
 *
 * An own one because of @grpc/reflection 1.0.4: it makes descriptors anew from what protobufjs kept of them,
 * and Google's own descriptor pool rejects those. Ours are the bytes that buf wrote.
 */
import { fileURLToPath } from 'node:url';
import type {
  ServerDuplexStream,
  ServiceDefinition,
  UntypedHandleCall,
  UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { descriptorFiles } from './descriptors.ts';
import { ReflectionAnswers, type ReflectionRequest, type ReflectionResponse } from './reflection-answers.ts';
import { type DescriptorIndex, indexDescriptors } from './reflection-index.ts';

/** From src/rpc/ and dist/rpc/ alike. */
const PROTOS = fileURLToPath(new URL('../../proto', import.meta.url));

/** Tools ask under either name; the messages are the same. */
const VERSIONS = ['v1', 'v1alpha'];

/** What to give to `Server.addService`. */
export interface ReflectionService {
  definition: ServiceDefinition;
  implementation: UntypedServiceImplementation;
}

/** Reflection on all services of our protos, in every version of its protocol. */
export function reflectionServices(): ReflectionService[] {
  const index = indexDescriptors(descriptorFiles());
  const ServerReflectionInfo: UntypedHandleCall = (call: ReflectionCall) => serve(call, index);
  return VERSIONS.map((version) => ({
    definition: definitionOf(version),
    implementation: { ServerReflectionInfo },
  }));
}

function definitionOf(version: string): ServiceDefinition {
  const loaded = loadSync(`grpc/reflection/${version}/reflection.proto`, {
    includeDirs: [PROTOS],
    keepCase: true,
    defaults: true,
    oneofs: true,
  });
  return loaded[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition;
}

type ReflectionCall = ServerDuplexStream<ReflectionRequest, ReflectionResponse>;

function serve(call: ReflectionCall, index: DescriptorIndex): void {
  const answers = new ReflectionAnswers(index);
  call.on('data', (request: ReflectionRequest) => {
    // A client that asks without reading the answers must not fill our memory.
    if (!call.write(answers.answer(request))) call.pause();
  });
  call.on('drain', () => call.resume());
  call.on('end', () => call.end());
}
