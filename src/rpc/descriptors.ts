/**
 * What our protos say, as `buf build` wrote it into proto/pemba.binpb: our files, those they import, and
 * gRPC's own for health and reflection.
 */
import { readFileSync } from 'node:fs';
import {
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
} from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { must } from '../base/assert.ts';

/** From src/rpc/ and dist/rpc/ alike. */
const DESCRIPTOR_SET = new URL('../../proto/pemba.binpb', import.meta.url);

/** One .proto file. */
export interface DescriptorFile {
  proto: FileDescriptorProto;
  /** The same, as it was written. Written anew it may say less: what the reader does not know is lost. */
  bytes: Uint8Array;
}

interface Descriptors {
  files: readonly DescriptorFile[];
  registry: FileRegistry;
}

let loaded: Descriptors | undefined;

/** All files, each after those it imports. */
export function descriptorFiles(): readonly DescriptorFile[] {
  return descriptors().files;
}

/** The message of this full name, such as `pemba.v1.CheckRequest`. */
export function messageDescriptor(fullName: string): DescMessage {
  return must(descriptors().registry.getMessage(fullName), `the descriptor of message ${fullName}`);
}

function descriptors(): Descriptors {
  loaded ??= read(readFileSync(DESCRIPTOR_SET));
  return loaded;
}

function read(descriptorSet: Uint8Array): Descriptors {
  const files = splitDescriptorSet(descriptorSet);
  const set = create(FileDescriptorSetSchema, { file: files.map(({ proto }) => proto) });
  return { files, registry: createFileRegistry(set) };
}

/** The files of a serialized google.protobuf.FileDescriptorSet. */
export function splitDescriptorSet(descriptorSet: Uint8Array): DescriptorFile[] {
  const files: DescriptorFile[] = [];
  const reader = new BinaryReader(descriptorSet);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === FileDescriptorSetSchema.field.file.number) {
      const bytes = reader.bytes();
      files.push({ proto: fromBinary(FileDescriptorProtoSchema, bytes), bytes });
    } else {
      reader.skip(wireType, field);
    }
  }
  return files;
}
