import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../src/base/nearest.ts';

test.each([
  ['veiwer', ['editor', 'viewer'], 'viewer'],
  ['viewr', ['viewer'], 'viewer'],
  ['viewerr', ['viewer'], 'viewer'],
  ['Viewer', ['viewer'], 'viewer'],
  ['vi', ['vx'], 'vx'],
  ['viewer', ['owner', 'admin'], undefined],
  ['ab', ['cd'], undefined],
  ['x', [], undefined],
  // One third of the letters may differ.
  ['abcdef', ['abcdxy'], 'abcdxy'],
  ['abcdef', ['abcxyz'], undefined],
])('near `%s` among %j is %s', (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});

test('the nearest wins, and of those equally near the first', () => {
  expect(nearest('member', ['members', 'member'])).toBe('member');
  expect(nearest('member', ['membex', 'membey'])).toBe('membex');
});

test('a suggestion is said only where there is one', () => {
  expect(didYouMean('membr', ['member'])).toBe('; did you mean `member`?');
  expect(didYouMean('membr', ['owner'])).toBe('');
});

test('names longer than 64 characters are neither given a suggestion nor suggested', () => {
  const name = 'a'.repeat(64);
  expect(nearest(name, [`${'a'.repeat(63)}b`])).toBe(`${'a'.repeat(63)}b`);
  expect(nearest(name, [`${name}b`])).toBeUndefined();
  expect(nearest(`${name}b`, [name])).toBeUndefined();
});

test('at most 500 candidates are looked at', () => {
  const others = Array.from({ length: 500 }, () => 'owner');
  expect(nearest('viewr', [...others.slice(1), 'viewer'])).toBe('viewer');
  expect(nearest('viewr', [...others, 'viewer'])).toBeUndefined();
});
