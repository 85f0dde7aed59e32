import { isUtf8 } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { create, type DescMessage, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import fc from 'fast-check';
import protobuf from 'protobufjs/minimal.js';
import { describe, expect, test } from 'vitest';
import { messageDescriptor } from '../../src/rpc/descriptors.ts';
import { badUtf8Field } from '../../src/rpc/utf8.ts';

const checkRequest = messageDescriptor('pemba.v1.CheckRequest');
const batchCheckRequest = messageDescriptor('pemba.v1.BatchCheckRequest');
const writeRequest = messageDescriptor('pemba.v1.WriteRequest');
const healthListResponse = messageDescriptor('grpc.health.v1.HealthListResponse');

const BAD_BYTES: Record<string, number[]> = {
  'a stray continuation': [0x61, 0x80, 0x62],
  'a truncated character': [0x61, 0xc3],
  'a truncated character within the text': [0xe2, 0x82, 0x61],
  'an overlong slash': [0xc0, 0xaf],
  'an overlong letter': [0xe0, 0x81, 0xa1],
  'a lone surrogate': [0xed, 0xa0, 0x80],
  'a pair of surrogates': [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80],
  'a character beyond the last': [0xf4, 0x90, 0x80, 0x80],
  'a byte that is never used': [0xff],
};

/** Stands in a message for the bytes that are put in its place. */
const MARK = '<<mark>>';

/** The message with `bytes` where its JSON has the mark; they are padded to the mark's length. */
function encode(type: DescMessage, json: JsonValue, bytes: number[]): Buffer {
  const encoded = Buffer.from(toBinary(type, fromJson(type, json)));
  const at = encoded.indexOf(MARK);
  expect(at).toBeGreaterThan(0);
  const padding = MARK.length - bytes.length;
  // In front, so that what the bytes end with is what the string ends with.
  Buffer.from([...new Array<number>(padding).fill(0x2e), ...bytes]).copy(encoded, at);
  return encoded;
}

/** Where a string can be: its path, and a message that has the mark there. */
const PLACES: [path: string, type: DescMessage, json: JsonValue][] = [
  ['store', checkRequest, { store: MARK, object: 'doc:1' }],
  ['subject', checkRequest, { object: 'doc:é', subject: MARK }],
  ['consistency.at_least_as_fresh', checkRequest, { object: 'doc:1', consistency: { atLeastAsFresh: MARK } }],
  [
    'contextual_tuples[1].relation',
    checkRequest,
    { contextualTuples: [{ object: 'ü' }, { relation: MARK }, { relation: 'x' }] },
  ],
  ['items[3].object', batchCheckRequest, { items: [{}, {}, { object: 'a' }, { object: MARK }, {}] }],
  [
    'items[0].subject',
    batchCheckRequest,
    { items: [{ subject: MARK }], consistency: { fullyConsistent: true } },
  ],
  [
    'updates[1].tuple.subject',
    writeRequest,
    {
      updates: [
        { operation: 'OPERATION_TOUCH' },
        { operation: 'OPERATION_CREATE', tuple: { subject: MARK } },
      ],
    },
  ],
  ['metadata.fields[1].key', writeRequest, { metadata: { a: 1.5, [MARK]: true } }],
  ['metadata.fields[1].value.string_value', writeRequest, { metadata: { a: null, b: MARK } }],
  [
    'metadata.fields[0].value.list_value.values[2].struct_value.fields[0].value.string_value',
    writeRequest,
    { metadata: { a: [1, false, { b: MARK }] } },
  ],
  ['statuses[1].key', healthListResponse, { statuses: { '': { status: 1 }, [MARK]: { status: 2 } } }],
];

describe.each(PLACES)('%s', (path, type, json) => {
  test.each(Object.entries(BAD_BYTES))('finds %s', (_, bytes) => {
    expect(badUtf8Field(encode(type, json, bytes), type)).toBe(path);
  });

  test('lets UTF-8 pass', () => {
    for (const text of ['plain', 'é', '€', '😀', '\u{10ffff}', '\ufffd', '\0']) {
      expect(badUtf8Field(encode(type, json, [...Buffer.from(text)]), type)).toBeUndefined();
    }
  });
});

const bytes = (...parts: (number | string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part))));

test('finds a character that the tag of an unknown field makes whole', () => {
  // store = "a\xc3", then field 16 as a varint: the bytes as a whole are UTF-8
  const request = bytes(0x0a, 2, 'a', 0xc3, 0x80, 0x01, 0x05);
  expect(isUtf8(request)).toBe(true);
  expect(badUtf8Field(request, checkRequest)).toBe('store');
});

test('finds a character that a tag in two bytes makes whole', () => {
  // store = "a\xc3", then field 2 = "b" with a tag that is longer than it need be
  const request = bytes(0x0a, 2, 'a', 0xc3, 0x92, 0x00, 1, 'b');
  expect(badUtf8Field(request, checkRequest)).toBe('store');
});

test('reads a string of any wire type as the decoder does', () => {
  // store as a varint; the decoder takes it for the length of a string all the same
  expect(badUtf8Field(bytes(0x08, 2, 'a', 0xff), checkRequest)).toBe('store');
});

test('passes over fields it does not know, groups among them', () => {
  const unknown = [
    bytes(0xf8, 0x01, 0xff, 0x01), // 31: varint
    bytes(0xf9, 0x01, '\xff'.repeat(4)), // 31: 64 bits
    bytes(0xfa, 0x01, 2, 0xff, 0xff), // 31: bytes
    bytes(0xfb, 0x01, 0x0a, 1, 0xff, 0xfc, 0x01), // 31: a group that holds bytes
    bytes(0xfd, 0x01, 0xff, 0xff, 0xff, 0xff), // 31: 32 bits
  ];
  const object = (...text: number[]) => bytes(0x12, text.length, ...text);
  expect(badUtf8Field(bytes(...unknown, object(0x61)), checkRequest)).toBeUndefined();
  expect(badUtf8Field(bytes(...unknown, object(0xff)), checkRequest)).toBe('object');
});

test('leaves to the decoder what it cannot decode', () => {
  for (const request of [
    bytes(0xff), // half a tag
    bytes(0x32, 0xff), // half a length
    bytes(0x32, 0x7f, 0x0a, 1, 0xff), // a message that ends beyond the request
    bytes(0xfe, 0x01), // a wire type that is none
    bytes(0xfb, 0x01, 0x0a, 1, 0xff), // a group without an end
  ]) {
    expect(badUtf8Field(request, checkRequest)).toBeUndefined();
    expect(() => decoderOf('Check')(request)).toThrow();
  }
});

test('nests as deep as the decoder does', () => {
  const nested = (depth: number): JsonValue => (depth === 0 ? 'é' : [nested(depth - 1)]);
  const request = Buffer.from(
    toBinary(writeRequest, fromJson(writeRequest, { metadata: { a: nested(45) } })),
  );
  expect(badUtf8Field(request, writeRequest)).toBeUndefined();
  request[request.indexOf('é')] = 0xff;
  expect(badUtf8Field(request, writeRequest)).toMatch(
    /^metadata\.fields\[0\]\.value\.list_value.*string_value$/,
  );
});

test('finds nothing in an empty request', () => {
  expect(
    badUtf8Field(Buffer.from(toBinary(checkRequest, create(checkRequest))), checkRequest),
  ).toBeUndefined();
});

const protos = loadSync('pemba/v1/permission.proto', {
  includeDirs: [fileURLToPath(new URL('../../proto', import.meta.url))],
});

/** The decoder that the server uses. */
function decoderOf(method: string): (request: Buffer) => unknown {
  const service = protos['pemba.v1.PermissionService'] as ServiceDefinition;
  return (service[method] as MethodDefinition<unknown, unknown>).requestDeserialize;
}

/** Whether the decoder reads a string whose bytes are not UTF-8; undefined if it refuses the request. */
function decoderReadsBad(method: string, request: Buffer): boolean | undefined {
  const reader = protobuf.BufferReader.prototype;
  const read = reader.string;
  let bad = false;
  reader.string = function (this: protobuf.BufferReader) {
    const start = this.pos;
    const text = read.call(this);
    const end = this.pos;
    this.pos = start;
    this.uint32();
    bad ||= !isUtf8Slowly(this.buf.subarray(this.pos, end));
    this.pos = end;
    return text;
  };
  try {
    decoderOf(method)(request);
    return bad;
  } catch {
    return undefined;
  } finally {
    reader.string = read;
  }
}

function isUtf8Slowly(raw: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(raw);
    return true;
  } catch {
    return false;
  }
}

const text = fc.string({ unit: 'binary', maxLength: 6 });
const metadata = fc.dictionary(text, fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }), { maxKeys: 3 });
const tuple = fc.record({ object: text, relation: text, subject: text });
const consistency = fc.oneof(
  fc.record({ atLeastAsFresh: text }),
  fc.constant({ fullyConsistent: true }),
  fc.constant({ atExactTime: '2026-01-02T03:04:05.678Z' }),
);
const write = fc.record({
  store: text,
  updates: fc.array(fc.record({ operation: fc.constant('OPERATION_TOUCH'), tuple }), { maxLength: 3 }),
  preconditions: fc.array(fc.record({ filter: tuple }), { maxLength: 2 }),
  actor: text,
  metadata,
});
const batchCheck = fc.record({
  items: fc.array(tuple, { maxLength: 4 }),
  consistency,
  contextualTuples: fc.array(tuple, { maxLength: 2 }),
});

/** Bytes put over a request: more often those that mean something. */
const damage = fc.array(
  fc.record({
    at: fc.nat(),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0x80, 0xbf, 0xc3, 0xed, 0xff, 0x08, 0x0a, 0x0b, 0x0c, 0x82)),
    replace: fc.boolean(),
  }),
  { minLength: 1, maxLength: 4 },
);

function damaged(request: Buffer, changes: { at: number; byte: number; replace: boolean }[]): Buffer {
  const list = [...request];
  for (const { at, byte, replace } of changes) list.splice(at % (list.length + 1), replace ? 1 : 0, byte);
  return Buffer.from(list);
}

describe.each([
  ['Write', writeRequest, write],
  ['BatchCheck', batchCheckRequest, batchCheck],
] as [string, DescMessage, fc.Arbitrary<JsonValue>][])('%s agrees with the decoder', (method, type, json) => {
  const encoded = json.map((value) => Buffer.from(toBinary(type, fromJson(type, value))));

  test('on what is right', () => {
    fc.assert(
      fc.property(encoded, (request) => {
        expect(badUtf8Field(request, type)).toBeUndefined();
        expect(decoderReadsBad(method, request)).toBe(false);
      }),
    );
  });

  test('on what was damaged', () => {
    const outcomes = { bad: 0, good: 0, refused: 0 };
    fc.assert(
      fc.property(encoded, damage, (request, changes) => {
        const sent = damaged(request, changes);
        const bad = decoderReadsBad(method, sent);
        outcomes[bad === undefined ? 'refused' : bad ? 'bad' : 'good']++;
        if (bad !== undefined) expect(badUtf8Field(sent, type) !== undefined).toBe(bad);
      }),
      { numRuns: 6_000 },
    );
    // Each outcome is common enough for the comparison to mean something.
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(100);
  });

  test('on noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
        const sent = Buffer.from(noise);
        const bad = decoderReadsBad(method, sent);
        if (bad !== undefined) expect(badUtf8Field(sent, type) !== undefined).toBe(bad);
      }),
      { numRuns: 3_000 },
    );
  });
});
