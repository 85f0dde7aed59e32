import { expect, test } from 'vitest';
import { assert, must, unreachable } from '../../src/base/assert.ts';
import { asPembaError, PembaError, REASONS } from '../../src/base/errors.ts';

test('an error carries the code of its reason, and its cause aside from its message', () => {
  const cause = new Error('socket closed');
  const error = new PembaError('DATABASE_UNAVAILABLE', 'the database cannot be reached', {
    cause,
    field: 'f',
  });
  expect(error).toMatchObject({ name: 'PembaError', code: 'UNAVAILABLE', field: 'f', cause });
  expect(error.message).not.toContain('socket');
});

test('what was not thrown on purpose becomes INTERNAL and says nothing of itself', () => {
  const own = new PembaError('LIMIT', 'limit');
  expect(asPembaError(own)).toBe(own);
  const cause = new TypeError('x is undefined');
  expect(asPembaError(cause)).toMatchObject({ reason: 'INTERNAL', code: 'INTERNAL', cause });
  expect(asPembaError(cause).message).not.toContain('undefined');
  expect(asPembaError('text')).toMatchObject({ reason: 'INTERNAL', cause: 'text' });
});

test('a failed assertion is INTERNAL and says what was assumed', () => {
  expect(() => assert(true, 'x')).not.toThrow();
  expect(() => assert(false, 'the sky is up')).toThrow(
    expect.objectContaining({ reason: 'INTERNAL', message: 'assertion failed: the sky is up' }),
  );
  expect(must(0, 'zero')).toBe(0);
  expect(must('', 'text')).toBe('');
  expect(() => must(null, 'the head')).toThrow('assertion failed: the head is missing');
  expect(() => must(undefined, 'the head')).toThrow('assertion failed: the head is missing');
  expect(() => unreachable('seven' as never)).toThrow('assertion failed: unreachable value "seven"');
});

test('every reason has a code', () => {
  for (const [reason, code] of Object.entries(REASONS))
    expect(new PembaError(reason as keyof typeof REASONS, '').code).toBe(code);
});
