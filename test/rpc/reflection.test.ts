import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import {
  type ClientDuplexStream,
  credentials,
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServiceClientConstructor,
  status,
} from '@grpc/grpc-js';
import { service as healthDefinition } from 'grpc-health-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DescriptorFile,
  descriptorFiles,
  messageDescriptor,
  splitDescriptorSet,
} from '../../src/rpc/descriptors.ts';
import { reflectionServices } from '../../src/rpc/reflection.ts';
import {
  ReflectionAnswers,
  type ReflectionRequest,
  type ReflectionResponse,
} from '../../src/rpc/reflection-answers.ts';
import { indexDescriptors } from '../../src/rpc/reflection-index.ts';

type Question = Omit<ReflectionRequest, 'host' | 'message_request'>;

const PERMISSION = 'pemba/v1/permission.proto';
const CORE = 'pemba/v1/core.proto';
const EXPAND = 'pemba/v1/expand.proto';
const STRUCT = 'google/protobuf/struct.proto';
const TIMESTAMP = 'google/protobuf/timestamp.proto';
/** What PERMISSION imports, and what those import. */
const IMPORTED = [
  STRUCT,
  TIMESTAMP,
  ...['core', 'expand', 'explain', 'lookup', 'watch'].map((name) => `pemba/v1/${name}.proto`),
  'google/protobuf/duration.proto',
];

const services = reflectionServices();

let server: Server;
let address: string;

beforeAll(async () => {
  server = new Server();
  for (const { definition, implementation } of services) server.addService(definition, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  address = `127.0.0.1:${port}`;
});

afterAll(() => server.forceShutdown());

/** Asks all questions on one stream, without waiting for the answers. */
async function ask(version: number, ...questions: Question[]): Promise<ReflectionResponse[]> {
  const definition = services[version]?.definition ?? {};
  const Client = loadPackageDefinition({ Reflection: definition }).Reflection as ServiceClientConstructor;
  const client = new Client(address, credentials.createInsecure());
  try {
    const stream = client.ServerReflectionInfo?.() as ClientDuplexStream<object, ReflectionResponse>;
    for (const question of questions) stream.write({ host: 'somewhere', ...question });
    stream.end();
    const answers: ReflectionResponse[] = [];
    for await (const answer of stream) answers.push(answer);
    return answers;
  } finally {
    client.close();
  }
}

async function askOne(question: Question): Promise<ReflectionResponse> {
  const [answer] = await ask(0, question);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** The names of the files that the answer holds. */
function filesIn(answer: ReflectionResponse | undefined): string[] {
  const files = answer?.file_descriptor_response?.file_descriptor_proto ?? [];
  return files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
}

const names = (answer: ReflectionResponse | undefined) =>
  answer?.list_services_response?.service.map(({ name }) => name);

describe.each([
  ['v1', 0],
  ['v1alpha', 1],
])('%s', (_, version) => {
  test('lists all services', async () => {
    const [answer] = await ask(version, { list_services: '' });
    expect(names(answer)).toEqual([
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'pemba.v1.AuditService',
      'pemba.v1.CredentialService',
      'pemba.v1.PermissionService',
      'pemba.v1.SchemaService',
      'pemba.v1.StoreService',
    ]);
  });

  test('sends a file with what it imports, the file first and each once on a stream', async () => {
    const answers = await ask(
      version,
      { file_by_filename: PERMISSION },
      { file_containing_symbol: 'pemba.v1.StoreService' },
      { file_by_filename: PERMISSION },
    );
    expect(answers.map(filesIn)).toEqual([[PERMISSION, ...IMPORTED], ['pemba/v1/store.proto'], [PERMISSION]]);
  });

  test('sends the bytes that buf wrote', async () => {
    for (const { proto, bytes } of descriptorFiles()) {
      const [answer] = await ask(version, { file_by_filename: proto.name });
      const sent = answer?.file_descriptor_response?.file_descriptor_proto[0];
      expect(Buffer.from(sent ?? []).equals(bytes)).toBe(true);
    }
  });
});

test.each([
  ['a service', 'pemba.v1.PermissionService', PERMISSION],
  ['a method', 'pemba.v1.PermissionService.Check', PERMISSION],
  ['a message', 'pemba.v1.CheckRequest', PERMISSION],
  ['a field', 'pemba.v1.CheckRequest.contextual_tuples', PERMISSION],
  ['a oneof', 'pemba.v1.Consistency.mode', CORE],
  ['a field of a oneof', 'pemba.v1.Consistency.at_exact_time', CORE],
  ['an enum', 'pemba.v1.Answer', CORE],
  ['a value of an enum', 'pemba.v1.ANSWER_ALLOWED', CORE],
  ['a nested enum', 'pemba.v1.Update.Operation', PERMISSION],
  ['a value of a nested enum', 'pemba.v1.Update.OPERATION_CREATE', PERMISSION],
  ['a nested enum of another file', 'pemba.v1.ExpandNode.Operation', EXPAND],
  ['a nested message', 'google.protobuf.Struct.FieldsEntry', STRUCT],
  ['a field of a nested message', 'google.protobuf.Struct.FieldsEntry.value', STRUCT],
])('finds the file of %s', async (_, symbol, file) => {
  expect(filesIn(await askOne({ file_containing_symbol: symbol }))[0]).toBe(file);
});

test.each<[Question, string]>([
  [{ file_by_filename: 'pemba/v1/none.proto' }, 'no file is named `pemba/v1/none.proto`'],
  [{ file_by_filename: '' }, 'no file is named ``'],
  [{ file_containing_symbol: 'pemba.v1.None' }, 'no file declares `pemba.v1.None`'],
  [{ file_containing_symbol: 'pemba.v1' }, 'no file declares `pemba.v1`'],
  [{ file_containing_symbol: 'constructor' }, 'no file declares `constructor`'],
  [{ all_extension_numbers_of_type: 'pemba.v1.None' }, 'no file declares message `pemba.v1.None`'],
  [
    { file_containing_extension: { containing_type: 'pemba.v1.Tuple', extension_number: 7 } },
    'no file declares extension 7 of `pemba.v1.Tuple`',
  ],
])('does not find %j', async (question, message) => {
  expect((await askOne(question)).error_response).toEqual({
    error_code: status.NOT_FOUND,
    error_message: message,
  });
});

test('refuses a request without a question, and goes on', async () => {
  const [first, second] = await ask(0, {}, { file_by_filename: TIMESTAMP });
  expect(first?.error_response?.error_code).toBe(status.INVALID_ARGUMENT);
  expect(filesIn(second)).toEqual([TIMESTAMP]);
});

test('returns the question and the host', async () => {
  const { valid_host, original_request } = await askOne({ file_by_filename: TIMESTAMP });
  expect(valid_host).toBe('somewhere');
  expect(original_request).toMatchObject({ host: 'somewhere', file_by_filename: TIMESTAMP });
});

test('answers any number of questions at once', async () => {
  const questions = new Array<Question>(500).fill({ file_by_filename: PERMISSION });
  const answers = await ask(0, ...questions);
  expect(answers).toHaveLength(500);
  expect(filesIn(answers[499])).toEqual([PERMISSION]);
});

test('a message that nothing extends has no extensions', async () => {
  expect(
    (await askOne({ all_extension_numbers_of_type: 'pemba.v1.Tuple' })).all_extension_numbers_response,
  ).toEqual({
    base_type_name: 'pemba.v1.Tuple',
    extension_number: [],
  });
});

describe('extensions', () => {
  const file = (bytes: Uint8Array): DescriptorFile => ({
    proto: fromBinary(FileDescriptorProtoSchema, bytes),
    bytes,
  });
  const extension = (name: string, number: number) => ({
    name,
    number,
    extendee: '.base.Options',
    type: FieldDescriptorProto_Type.STRING,
  });
  const base = create(FileDescriptorProtoSchema, {
    name: 'base.proto',
    package: 'base',
    messageType: [{ name: 'Options', extensionRange: [{ start: 100, end: 200 }] }],
  });
  const extending = create(FileDescriptorProtoSchema, {
    name: 'extending.proto',
    package: 'extending',
    dependency: ['base.proto'],
    extension: [extension('top', 100)],
    messageType: [{ name: 'Holder', extension: [extension('within', 101)] }],
  });
  const index = indexDescriptors(
    [base, extending].map((proto) => file(toBinary(FileDescriptorProtoSchema, proto))),
  );
  const answerTo = (question: Question) =>
    new ReflectionAnswers(index).answer({
      host: '',
      message_request: Object.keys(question)[0] ?? '',
      ...question,
    });

  test('are found by number', () => {
    for (const extension_number of [100, 101]) {
      const question = { file_containing_extension: { containing_type: 'base.Options', extension_number } };
      expect(filesIn(answerTo(question))).toEqual(['extending.proto', 'base.proto']);
    }
  });

  test('are found by name', () => {
    for (const symbol of ['extending.top', 'extending.Holder.within']) {
      expect(filesIn(answerTo({ file_containing_symbol: symbol }))[0]).toBe('extending.proto');
    }
  });

  test('are listed', () => {
    const answer = answerTo({ all_extension_numbers_of_type: 'base.Options' });
    expect(answer.all_extension_numbers_response?.extension_number).toEqual([100, 101]);
  });
});

test('a descriptor set is split into its files, whatever else is in it', () => {
  const files = descriptorFiles().map(({ bytes }) => Buffer.from(bytes));
  const [first = Buffer.of(), second = Buffer.of()] = files.filter(({ length }) => length < 0x4000);
  const field = (bytes: Buffer) =>
    Buffer.concat([Buffer.of(0x0a, 0x80 | (bytes.length & 0x7f), bytes.length >> 7), bytes]);
  const unknown = Buffer.of(0x12, 1, 0);
  const split = splitDescriptorSet(Buffer.concat([field(first), unknown, field(second)]));
  expect(split.map(({ bytes }) => Buffer.from(bytes))).toEqual([first, second]);
});

test('health is described as it is served', () => {
  const described = descriptorFiles().find(({ proto }) => proto.package === 'grpc.health.v1')?.proto;
  const methods = described?.service[0]?.method.map(({ name }) => name);
  expect(methods?.sort()).toEqual(Object.keys(healthDefinition).sort());

  const statuses = { statuses: { '': { status: 'SERVING' }, gone: { status: 'SERVICE_UNKNOWN' } } };
  const response = messageDescriptor('grpc.health.v1.HealthListResponse');
  const served = healthDefinition.List?.responseSerialize(statuses) ?? Buffer.of();
  expect(toJson(response, fromBinary(response, served))).toEqual(statuses);
});
