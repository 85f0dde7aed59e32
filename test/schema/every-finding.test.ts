/** Whatever the compiler can say about a schema is said in some test, with the place it is said of. */
import { expect, test } from 'vitest';
import { codesOf, findingsOf, states, textsOf } from './told.ts';

const COMPILER = [
  ...['check', 'language', 'link', 'parse', 'report.ts'].map((name) => `src/schema/${name}`),
  'src/condition/check-condition.ts',
];
const stated = findingsOf(['test/schema']);

/** What stands in for the words of a failure that has none. */
const SELDOM = ['it is ill-typed', 'it cannot be read'];

test('every text that a finding can have stands in a finding of a test', () => {
  const unstated = textsOf(COMPILER)
    .filter(({ pieces }) => !SELDOM.includes(pieces.join()))
    .filter(({ pieces }) => !stated.some((finding) => states(finding, pieces)))
    .map(({ place, pieces }) => `${place} ${pieces.join('…')}`);
  expect(unstated).toEqual([]);
});

test('every code does', () => {
  const codes = codesOf(COMPILER);
  expect(codes).toContain('duplicate-type');
  expect(codes.filter((code) => !stated.some((finding) => finding.endsWith(`[${code}]`)))).toEqual([]);
});
