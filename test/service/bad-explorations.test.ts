/** Requests to find something out that make no sense: each is refused with a reason, the field and what to do. */
import { beforeAll, expect, it } from 'vitest';
import { question } from '../support/client.ts';
import { SCHEMA, shareNodes } from './shared.ts';

const shared = shareNodes();
beforeAll(() => shared.client.writeSchema(SCHEMA));

/** A request of each method that would be answered. */
const GOOD: Record<string, object> = {
  Expand: { object: 'space:s', relation: 'read' },
  Explain: question('space:s#read@user:ada'),
  ListPermissions: { object: 'space:s', subject: 'user:ada' },
  LookupResources: { resourceType: 'space', relation: 'read', subject: 'user:ada' },
  LookupSubjects: { object: 'space:s', relation: 'read', subjectType: 'user' },
  Watch: {},
};

const ask = (method: string, change: object) =>
  shared.client.failure(`PermissionService/${method}`, { ...GOOD[method], ...change });

const FORMS: Record<string, string> = {
  object: '`type:id`',
  relation: 'the name of a relation or permission',
  subject: '`type:id`, `type:id#relation` or `type:*`',
  resource_type: 'the name of a type',
  subject_type: '`type` or `type#relation`',
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

it.each(
  Object.entries(GOOD).flatMap(([method, request]) => Object.keys(request).map((name) => [method, name])),
)('names the field that is missing: %s without %s', async (method, name) => {
  const field = snake(name);
  expect(await ask(method, { [name]: '' })).toEqual({
    code: 'INVALID_ARGUMENT',
    reason: 'MISSING_FIELD',
    field,
    message: `${field} is missing; send ${FORMS[field]}`,
  });
});

it.each([
  ['Expand', { object: 'space' }, 'MALFORMED_REFERENCE', 'object'],
  ['Explain', { subject: 'ada' }, 'MALFORMED_REFERENCE', 'subject'],
  ['Explain', { object: 'space:*' }, 'MALFORMED_REFERENCE', 'object'],
  ['ListPermissions', { subject: 'user:a b' }, 'MALFORMED_REFERENCE', 'subject'],
  ['LookupResources', { resourceType: 'space:s' }, 'MALFORMED_REFERENCE', 'resource_type'],
  ['LookupResources', { subject: 'user' }, 'MALFORMED_REFERENCE', 'subject'],
  ['LookupSubjects', { subjectType: 'user:ada' }, 'MALFORMED_REFERENCE', 'subject_type'],
  ['LookupSubjects', { object: 'space:' }, 'MALFORMED_REFERENCE', 'object'],
  ['Expand', { depth: -1 }, 'MALFORMED_REQUEST', 'depth'],
  ['Explain', { maxMisses: -2 }, 'MALFORMED_REQUEST', 'max_misses'],
  ['LookupResources', { pageSize: -1 }, 'MALFORMED_REQUEST', 'page_size'],
  ['LookupSubjects', { pageSize: -1 }, 'MALFORMED_REQUEST', 'page_size'],
  ['LookupResources', { pageToken: 'x' }, 'PAGE_TOKEN_INVALID', 'page_token'],
  ['LookupSubjects', { pageToken: 'x' }, 'PAGE_TOKEN_INVALID', 'page_token'],
  ['Expand', { consistency: { atLeastAsFresh: 'x' } }, 'ZOOKIE_MALFORMED', 'consistency.at_least_as_fresh'],
  ['LookupSubjects', { contextualTuples: [{}] }, 'MISSING_FIELD', 'contextual_tuples[0].object'],
  ['Watch', { filters: [{}, { subject: 'user:' }] }, 'MALFORMED_REFERENCE', 'filters[1].subject'],
])('refuses what has no sense in %s: %j', async (method, change, reason, field) => {
  expect(await ask(method, change)).toMatchObject({ code: 'INVALID_ARGUMENT', reason, field });
});

it.each([
  ['Expand', { object: 'spcae:s' }, 'UNKNOWN_TYPE', 'object', 'space'],
  ['Expand', { relation: 'raed' }, 'UNKNOWN_RELATION', 'relation', 'read'],
  ['Explain', { relation: 'raed' }, 'UNKNOWN_RELATION', 'relation', 'read'],
  ['Explain', { subject: 'usr:ada' }, 'UNKNOWN_TYPE', 'subject', 'user'],
  ['ListPermissions', { object: 'spcae:s' }, 'UNKNOWN_TYPE', 'object', 'space'],
  ['ListPermissions', { subject: 'team:a#membr' }, 'UNKNOWN_RELATION', 'subject', 'member'],
  ['LookupResources', { resourceType: 'spcae' }, 'UNKNOWN_TYPE', 'resource_type', 'space'],
  ['LookupResources', { relation: 'raed' }, 'UNKNOWN_RELATION', 'relation', 'read'],
  ['LookupResources', { subject: 'usr:a' }, 'UNKNOWN_TYPE', 'subject', 'user'],
  ['LookupSubjects', { object: 'spcae:s' }, 'UNKNOWN_TYPE', 'object', 'space'],
  ['LookupSubjects', { subjectType: 'usr' }, 'UNKNOWN_TYPE', 'subject_type', 'user'],
  ['LookupSubjects', { subjectType: 'team#membr' }, 'UNKNOWN_RELATION', 'subject_type', 'member'],
])('names the nearest of what the schema knows: %s %j', async (method, change, reason, field, nearest) => {
  const failure = await ask(method, change);
  expect(failure).toMatchObject({ code: 'FAILED_PRECONDITION', reason, field });
  expect(failure.message).toContain(`did you mean \`${nearest}\`?`);
});

it.each([
  [0, 99_999_999],
  [0, 0],
  [-1, 0],
  [3600, 1],
  [1e12, 0],
])('refuses a heartbeat of %s seconds and %s nanoseconds', async (seconds, nanos) => {
  expect(await ask('Watch', { heartbeat: { seconds, nanos } })).toEqual({
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_REQUEST',
    field: 'heartbeat',
    message: `heartbeat: ${(seconds * 1000 + nanos / 1e6) / 1000} seconds is out of bounds; send 0.1 seconds to 1 hour, or leave it out for 10 seconds`,
  });
});

it.each([
  [0, 100_000_000],
  [3600, 0],
])('takes a heartbeat of %s seconds and %s nanoseconds', async (seconds, nanos) => {
  const first = await shared.client.call('PermissionService/Watch', { heartbeat: { seconds, nanos } });
  expect(first.zookie).not.toBe('');
});
