import { expect, test } from 'vitest';
import { defaultLimits, LIMITS, limitReached, withinLimit } from '../../src/base/limits.ts';

test('every default lies between 1 and the highest value that may be configured', () => {
  for (const [name, entry] of Object.entries(LIMITS)) {
    expect(entry.default, name).toBeGreaterThan(0);
    expect(entry.default, name).toBeLessThanOrEqual(entry.max);
    expect(defaultLimits()[name as keyof typeof LIMITS], name).toBe(entry.default);
  }
});

test('a value at the limit is accepted, one above is refused with both numbers', () => {
  const limits = { ...defaultLimits(), batchChecks: 3 };
  expect(() => withinLimit(limits, 'batchChecks', 3)).not.toThrow();
  expect(() => withinLimit(limits, 'batchChecks', 4, 'items')).toThrow(
    expect.objectContaining({
      reason: 'LIMIT',
      code: 'RESOURCE_EXHAUSTED',
      field: 'items',
      message: 'limit batchChecks reached: at most 3 checks (checks in one BatchCheck); this one has 4',
    }),
  );
});

test('the error of a limit names it', () => {
  expect(limitReached('walkDepth', 7)).toMatchObject({
    reason: 'LIMIT',
    message: expect.stringContaining('limit walkDepth reached'),
  });
});
