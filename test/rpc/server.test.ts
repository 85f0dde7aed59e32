import { status } from '@grpc/grpc-js';
import { afterEach, expect, it, vi } from 'vitest';
import { field } from '../service/raw-call.ts';
import { bareServer, http2Call, TOKEN } from './bare-server.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('prints nothing of metadata that grpc-js dislikes', async () => {
  const printed: unknown[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(text) > 0);
  vi.spyOn(console, 'error').mockImplementation((...args) => printed.push(...args));
  const { port } = await bareServer();
  const answer = await http2Call(port, 'PermissionService/Check', Buffer.alloc(0), {
    authorization: `Bearer ${TOKEN}\xa0`,
  });
  expect(answer).toMatchObject({ status: status.UNAUTHENTICATED });
  expect(printed).toEqual([]);
});

const authorized = { authorization: `Bearer ${TOKEN}` };

it('says that a version of a schema is not negative', async () => {
  const { port, reached } = await bareServer();
  const minusOne = Buffer.from([0x10, ...Array(9).fill(0xff), 0x01]);
  expect(await http2Call(port, 'SchemaService/ReadSchema', minusOne, authorized)).toMatchObject({
    reason: 'MALFORMED_REQUEST',
    field: 'version',
    message: 'version: -1 is negative; send 0 for the schema in force, or one of 1, 2, 3, …',
  });
  expect(reached).toEqual([]);
});

it('tells an operation that is missing from one that is none', async () => {
  const { port } = await bareServer();
  const update = (operation: number): Buffer => field(2, Buffer.from([0x08, operation]));
  const known = 'OPERATION_CREATE, OPERATION_TOUCH, OPERATION_DELETE';
  for (const [number, reason, name] of [
    [0, 'MISSING_FIELD', 'OPERATION_UNSPECIFIED'],
    [9, 'MALFORMED_REQUEST', '9'],
  ] as const) {
    expect(await http2Call(port, 'PermissionService/Write', update(number), authorized)).toMatchObject({
      reason,
      field: 'updates[0].operation',
      message: `updates[0].operation: \`${name}\` is not one of ${known}`,
    });
  }
});

const FORMS: Record<string, string> = {
  object: '`type:id`',
  relation: 'the name of one',
  subject: '`type:id`, `type:id#relation` or `type:*`',
};

it.each(['object', 'relation', 'subject'])('says that the %s is missing', async (part) => {
  const { port, reached } = await bareServer();
  const parts = { object: 'space:s', relation: 'read', subject: 'user:ada', [part]: '' };
  const tuple = (first: number): Buffer =>
    Buffer.concat(Object.values(parts).map((text, i) => field(first + i, text)));
  for (const [method, request, at] of [
    ['Check', tuple(2), part],
    [
      'Check',
      Buffer.concat([field(2, 'a:b'), field(3, 'r'), field(4, 'a:b'), field(6, tuple(1))]),
      `contextual_tuples[0].${part}`,
    ],
    ['BatchCheck', field(4, tuple(1)), `contextual_tuples[0].${part}`],
    ['Write', field(2, Buffer.concat([Buffer.of(0x08, 1), field(2, tuple(1))])), `updates[0].tuple.${part}`],
  ] as [string, Buffer, string][]) {
    expect(await http2Call(port, `PermissionService/${method}`, request, authorized)).toMatchObject({
      status: status.INVALID_ARGUMENT,
      reason: 'MISSING_FIELD',
      field: at,
      message: `${at} is missing; send ${FORMS[part]}`,
    });
  }
  expect(reached).toEqual([]);
});
