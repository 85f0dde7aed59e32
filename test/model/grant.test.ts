/** What tuples carry, as text. */
import { describe, expect, it, test } from 'vitest';
import { parseTimestamp } from '../../src/base/timestamp.ts';
import { formatGrant, sameGrant } from '../../src/model/grant.ts';
import { formatTupleWhole, parseTupleWhole } from '../../src/model/tuple.ts';

const BARE = 'space:x#reader@user:eve';

describe('a tuple with what it carries', () => {
  it.each([
    BARE,
    `${BARE} [office_hours]`,
    `${BARE} [office_hours {"opens":"08:00"}]`,
    `${BARE} [expires 2030-01-01T00:00:00Z]`,
    `${BARE} [office_hours {"a":[1,{"b":null}],"c":"] } \\" ["}] [expires 2030-01-01T00:00:00.250Z]`,
    `${BARE} [expires {"a":1}]`,
    `space:x#reader@team:ml#member [expires]`,
  ])('is read and written: %s', (text) => {
    expect(formatTupleWhole(parseTupleWhole(text))).toBe(text);
  });

  it('is written with the names of a context in order, whatever order they came in', () => {
    const tuple = parseTupleWhole(
      `${BARE}   [ c  { "b": 1, "a": {"z": 1, "y": 2} } ]\t[expires  2030-01-01T01:00:00+01:00 ]`,
    );
    expect(formatTupleWhole(tuple)).toBe(
      `${BARE} [c {"a":{"y":2,"z":1},"b":1}] [expires 2030-01-01T00:00:00Z]`,
    );
  });

  test.each([
    ['[', 'is no name of a condition'],
    ['[c', 'the bracket of `c` is not closed'],
    ['[c {]', 'it has no end'],
    ['[c {a}]', '`{a}` is no JSON'],
    ['[c 1]', 'the bracket of `c` is not closed'],
    ['[expires soon]', '`soon` is no point in time'],
    ['[expires 2030-02-30T00:00:00Z]', 'is no point in time'],
    ['[expires 2030-01-01T00:00:00Z', 'is not closed by `]`'],
    ['[expires 2030-01-01T00:00:00Z] [c]', 'write the condition before the expiry'],
    ['[c] [d]', 'there are two conditions'],
    ['if it rains', 'nothing but `[condition {…}]` and `[expires …]` may follow'],
  ])('is refused, saying what and where: %s', (carried, what) => {
    expect(() => parseTupleWhole(`${BARE} ${carried}`)).toThrow(
      expect.objectContaining({
        reason: 'MALFORMED_REFERENCE',
        field: 'tuple.grant',
        message: expect.stringContaining(what),
      }),
    );
  });
});

test('grants are the same whatever the order of names, and only then', () => {
  const grant = { condition: { name: 'c', context: { a: 1, b: 2 } }, expiresAt: 5 };
  expect(sameGrant(grant, { expiresAt: 5, condition: { name: 'c', context: { b: 2, a: 1 } } })).toBe(true);
  for (const other of [
    undefined,
    { condition: grant.condition },
    { expiresAt: 5 },
    { ...grant, expiresAt: 6 },
    { ...grant, condition: { name: 'd', context: { a: 1, b: 2 } } },
    { ...grant, condition: { name: 'c', context: { a: 1 } } },
  ]) {
    expect(sameGrant(grant, other)).toBe(false);
    expect(formatGrant(other)).not.toBe(formatGrant(grant));
  }
});

test('a point in time lies in the years 1 to 9999', () => {
  expect(parseTimestamp('0001-01-01T00:00:00Z')).toBe(-62_135_596_800_000);
  expect(parseTimestamp('9999-12-31T23:59:59.999Z')).toBe(253_402_300_799_999);
  expect(parseTimestamp('0000-12-31T00:00:00Z')).toBeUndefined();
  expect(parseTimestamp('9999-12-31T23:59:59-01:00')).toBeUndefined();
});
