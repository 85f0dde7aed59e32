/** In which order requests are looked at: credential, limits, and only then what they say. */
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { expect, it, test, vi } from 'vitest';
import { defaultLimits, LIMITS, type LimitName } from '../../src/base/limits.ts';
import { loadServices, SERVICES } from '../../src/rpc/protocol.ts';
import { StrictReader } from '../../src/rpc/strict-reader.ts';
import { RequestReader } from '../../src/rpc/strict-requests.ts';
import { field, varint } from '../service/raw-call.ts';
import { bareServer, http2Call, TOKEN } from './bare-server.ts';

const BATCH = 'PermissionService/BatchCheck';
const CHECK = 'PermissionService/Check';
const WRITE = 'PermissionService/Write';
const authorized = { authorization: `Bearer ${TOKEN}` };
const LIMIT = defaultLimits();

/** Empty elements of a list. */
const empties = (number: number, count: number): Buffer =>
  Buffer.alloc(2 * count, Buffer.of((number << 3) | 2, 0));
const question = Buffer.concat([field(2, 'space:s'), field(3, 'read'), field(4, 'user:ada')]);

const missing = { status: status.UNAUTHENTICATED, reason: 'CREDENTIAL_MISSING' };
const MILLIONS = empties(2, 2_000_000);
const BROKEN = Buffer.alloc(12, 0xff);
const NOT_UTF8 = field(2, Buffer.of(0x61, 0xc3, 0x28));

it.each([
  ['millions of empty items', BATCH, MILLIONS],
  ['bytes that are no message', CHECK, BROKEN],
  ['large bytes that are no message', CHECK, Buffer.alloc(50_000, 0xff)],
  ['bytes that are no message about stores', 'StoreService/CreateStore', BROKEN],
  ['text that is not UTF-8', CHECK, NOT_UTF8],
  ['a store that is not UTF-8', CHECK, field(1, Buffer.of(0x61, 0xc3, 0x28))],
])('asks who sends %s first', async (_, method, request) => {
  const { port, reached } = await bareServer();
  expect(await http2Call(port, method, request)).toMatchObject(missing);
  const unknown = await http2Call(port, method, request, { authorization: 'Bearer x' });
  expect(unknown).toMatchObject({ reason: 'CREDENTIAL_UNKNOWN' });
  expect(reached).toEqual([]);
});

it('reads no part of a large request for who shows no credential', async () => {
  const { port } = await bareServer();
  const read = vi.spyOn(StrictReader.prototype, 'uint32');
  try {
    expect(await http2Call(port, BATCH, empties(2, 100_000))).toMatchObject(missing);
    expect(read).not.toHaveBeenCalled();
    const large = Buffer.concat([question, empties(15, 10_000)]);
    expect(await http2Call(port, CHECK, large, authorized)).toMatchObject({ status: status.OK });
    expect(read).toHaveBeenCalled();
  } finally {
    read.mockRestore();
  }
});

it('tells those it knows what is wrong with a request', async () => {
  const { port } = await bareServer();
  for (const [request, reason] of [
    [BROKEN, 'MALFORMED_REQUEST'],
    [Buffer.alloc(50_000, 0xff), 'MALFORMED_REQUEST'],
    // The store is read, and what follows is cut off.
    [Buffer.concat([field(1, 'default'), Buffer.of(0x12)]), 'MALFORMED_REQUEST'],
    [NOT_UTF8, 'MALFORMED_UTF8'],
  ] as [Buffer, string][]) {
    expect(await http2Call(port, CHECK, request, authorized)).toMatchObject({
      status: status.INVALID_ARGUMENT,
      reason,
    });
  }
});

it('decodes nothing of a request that holds too many empty elements', async () => {
  const { port, reached } = await bareServer();
  const counted: [string, number, LimitName, string][] = [
    [BATCH, 2, 'batchChecks', 'items'],
    [BATCH, 4, 'contextualTuples', 'contextual_tuples'],
    [CHECK, 6, 'contextualTuples', 'contextual_tuples'],
    [WRITE, 2, 'writeUpdates', 'updates'],
    [WRITE, 3, 'writePreconditions', 'preconditions'],
  ];
  for (const [method, number, name, list] of counted) {
    for (const count of [LIMIT[name] + 1, 2_000_000]) {
      const answer = await http2Call(port, method, empties(number, count), authorized);
      expect(answer).toEqual({
        status: status.RESOURCE_EXHAUSTED,
        reason: 'LIMIT',
        field: list,
        message: `limit ${name} reached: at most ${LIMIT[name]} ${LIMITS[name].unit} (${LIMITS[name].doc}); this one has ${count}`,
      });
    }
  }
  expect(reached).toEqual([]);
});

it('decodes no metadata that must be too large as JSON', async () => {
  const { port, reached } = await bareServer();
  // {"a": [null, null, …]}
  const struct = field(1, Buffer.concat([field(1, 'a'), field(2, field(6, empties(1, 1_000_000)))]));
  expect(await http2Call(port, WRITE, field(5, struct), authorized)).toMatchObject({
    status: status.RESOURCE_EXHAUSTED,
    reason: 'LIMIT',
    field: 'metadata',
  });
  expect(reached).toEqual([]);
});

it('lets metadata pass that is large on the wire and small as JSON', async () => {
  const { port, reached } = await bareServer();
  const one = Buffer.concat([Buffer.of(0x11), Buffer.from(new Float64Array([1]).buffer)]);
  const list = Buffer.concat(Array<Buffer>(32_000).fill(field(1, one)));
  const struct = field(1, Buffer.concat([field(1, 'a'), field(2, field(6, list))]));
  await http2Call(port, WRITE, field(5, struct), authorized);
  const [[, { metadata }]] = reached as [[unknown, { metadata: string }]];
  expect(metadata).toBe(JSON.stringify({ a: Array(32_000).fill(1) }));
  expect(metadata.length).toBeLessThan(LIMIT.metadataBytes);
});

it('takes a compressed request, and none that is too large once it is not', async () => {
  const { port, reached } = await bareServer({}, { requestBytes: 1_000_000 });
  const compressed = { ...authorized, 'grpc-encoding': 'gzip' };
  expect(await http2Call(port, CHECK, gzipSync(question), compressed)).toMatchObject({ status: status.OK });
  expect(reached).toHaveLength(1);
  const bomb = gzipSync(empties(2, 20_000_000));
  expect(bomb.length).toBeLessThan(50_000);
  const answer = await http2Call(port, BATCH, bomb, compressed);
  expect(answer.status).toBe(status.RESOURCE_EXHAUSTED);
  expect(answer.message).toContain('1000000');
  expect(reached).toHaveLength(1);
});

function readerOf(method: 'Check' | 'BatchCheck' | 'Write'): RequestReader<unknown> {
  return new RequestReader(loadServices().PermissionService[method], LIMIT);
}

test('a survey finds the store as the decoder does: the last one, wherever and however it stands', () => {
  const reader = readerOf('Check');
  for (const bytes of [
    Buffer.concat([field(1, 'a'), question, field(1, 'b')]),
    // As a varint, which the decoder takes for the length of a string all the same.
    Buffer.concat([question, field(99, field(1, 'c')), Buffer.of(0x08, 1), Buffer.from('b')]),
    Buffer.concat([Buffer.of(0x8a, 0x00, 1), Buffer.from('b')]),
  ]) {
    const survey = reader.survey(bytes);
    expect(survey.store).toBe('b');
    expect(reader.decode(survey)).toMatchObject({ store: 'b' });
  }
  expect(reader.survey(question).store).toBe('');
});

test('no wire type hides elements from the count', () => {
  const reader = readerOf('BatchCheck');
  const count = LIMIT.batchChecks + 1;
  for (const wireType of [0, 1, 2, 3, 5]) {
    const items = Buffer.alloc(2 * count, Buffer.of((2 << 3) | wireType, 0));
    // The decoder takes the consistency for a message of no bytes, whatever its wire type.
    const bytes = Buffer.concat([varint((3 << 3) | wireType), Buffer.of(0), items]);
    expect(() => reader.decode(reader.survey(bytes))).toThrow(`this one has ${count}`);
  }
});

test('a survey sees the store and as many elements as the decoder makes, whatever the bytes', () => {
  const reader = readerOf('BatchCheck');
  const { requestDeserialize } = loadServices().PermissionService.BatchCheck;
  const tag = fc.constantFrom(
    0x08,
    0x0a,
    0x0b,
    0x10,
    0x12,
    0x13,
    0x1a,
    0x1b,
    0x22,
    0x23,
    0x14,
    0x2b,
    0x2c,
    0x8a,
  );
  const byte = fc.oneof(tag, fc.constantFrom(0, 1, 2, 3), fc.nat(255));
  let decoded = 0;
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 16 }), (sent) => {
      const bytes = Buffer.from(sent);
      let request: { store: string; items: object[]; contextualTuples: object[] };
      try {
        request = requestDeserialize(new StrictReader(bytes) as unknown as Buffer) as typeof request;
      } catch {
        return;
      }
      decoded++;
      const { store, counts } = reader.survey(bytes);
      expect(store).toBe(request.store);
      expect((counts ?? [0, 0]).slice(0, 2)).toEqual([request.items.length, request.contextualTuples.length]);
    }),
    { numRuns: 20_000 },
  );
  expect(decoded).toBeGreaterThan(1_000);
});

/** What the decoder by itself makes of a request. */
function decoded(definition: { requestDeserialize: (bytes: Buffer) => unknown }, bytes: Buffer): unknown {
  return definition.requestDeserialize(new StrictReader(bytes) as unknown as Buffer);
}

const text = fc.oneof(fc.constantFrom('', 'space:s', 'read', 'user:ada', 'x'.repeat(127)), fc.string());
const strings = fc.tuple(fc.constantFrom(1, 2, 3, 4), text).map(([number, value]) => field(number, value));
const item = fc.array(strings, { maxLength: 4 }).map((fields) => field(2, Buffer.concat(fields)));
const odd = fc.oneof(
  fc.constantFrom(
    field(5, field(1, 'x')),
    field(6, ''),
    field(7, 'x'),
    field(99, 'x'),
    field(2, 'x'.repeat(128)),
    field(2, field(4, 'x')),
  ),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
);

test.each([
  ['Check', strings],
  [
    'BatchCheck',
    fc.oneof(
      item,
      text.map((store) => field(1, store)),
    ),
  ],
] as const)('a %s read at once is what the decoder makes of it, whatever the bytes', (method, known) => {
  const reader = readerOf(method);
  const definition = loadServices().PermissionService[method];
  let plain = 0;
  const request = fc.array(fc.oneof({ weight: 9, arbitrary: known }, { weight: 1, arbitrary: odd }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(request, fc.nat(3), (fields, cutOff) => {
      const bytes = Buffer.concat(fields);
      const cut = bytes.subarray(0, Math.max(0, bytes.length - (cutOff === 3 ? 1 : 0)));
      const atOnce = reader.decodePlain(cut);
      if (atOnce === undefined) return;
      plain++;
      expect(atOnce).toEqual(decoded(definition, cut));
      expect(reader.decode(reader.survey(cut))).toEqual(atOnce);
    }),
    { numRuns: 2_000 },
  );
  expect(plain).toBeGreaterThan(200);
});

test('a long request is not read at once, and read as the decoder would once it is known who sent it', () => {
  const questions = Buffer.concat([
    field(1, 'shop'),
    ...Array.from({ length: 1_000 }, (_, i) =>
      field(2, Buffer.concat([field(1, `space:s${i}`), field(3, 'user:ada')])),
    ),
  ]);
  const reader = readerOf('BatchCheck');
  expect(reader.decodePlain(questions)).toBeUndefined();
  const request = reader.decode(reader.survey(questions)) as { items: object[] };
  expect(request).toEqual(decoded(loadServices().PermissionService.BatchCheck, questions));
  expect(request.items).toHaveLength(1_000);
  expect(readerOf('Check').decodePlain(question)).toBeDefined();
  expect(
    readerOf('Check').decodePlain(Buffer.concat(Array.from({ length: 50 }, () => question))),
  ).toBeUndefined();
});

test('requests read at once do not share what they hold', () => {
  const reader = readerOf('Check');
  const first = reader.decodePlain(question) as { contextualTuples: unknown[] };
  expect(() => first.contextualTuples.push(1)).toThrow(TypeError);
  expect(reader.decodePlain(field(2, 'space:other'))).toMatchObject({ object: 'space:other', subject: '' });
});

test.each(SERVICES.flatMap((service) => Object.entries(loadServices()[service])))(
  'each short string of %s is read at once as it is when read with care',
  (_, definition) => {
    const reader = new RequestReader<unknown>(definition, LIMIT);
    for (let number = 1; number < 16; number++) {
      const bytes = field(number, `text-${number}`);
      const atOnce = reader.decodePlain(bytes);
      if (atOnce !== undefined) expect(atOnce, `field ${number}`).toEqual(decoded(definition, bytes));
    }
    expect(reader.decodePlain(Buffer.alloc(0))).toEqual(decoded(definition, Buffer.alloc(0)));
  },
);
