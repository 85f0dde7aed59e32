import { describe, expect, it } from 'vitest';
import { Varying } from './varying.ts';

const A = 'A'.repeat(55);
const B = 'B'.repeat(55);
const C = 'C'.repeat(55);

describe('what varies', () => {
  it('may differ from the page', () => {
    expect(new Varying().toPage(`zookie ${B}\n`, `zookie ${A}\n`)).toBe(`zookie ${A}\n`);
    expect(new Varying().toPage('at 2026-01-02T03:04:05.678Z', 'at 2030-01-01T00:00:00.123Z')).toBe(
      'at 2030-01-01T00:00:00.123Z',
    );
    expect(new Varying().toPage(`token ${B}`, `token ${A.slice(0, 40)}…`)).toBe(`token ${A.slice(0, 40)}…`);
  });

  it('is the same wherever it is the same on the page', () => {
    const varying = new Varying();
    expect(varying.toPage(B, A)).toBe(A);
    expect(varying.toPage(B, A)).toBe(A);
    expect(varying.toPage(C, A)).toBe(C);
  });

  it('differs wherever it differs on the page', () => {
    const varying = new Varying();
    expect(varying.toPage(B, A)).toBe(A);
    expect(varying.toPage(B, C)).toBe(B);
  });

  it('is what a later command means', () => {
    const varying = new Varying();
    varying.toPage(`${B}\n`, `${A}\n`);
    expect(varying.toRun(`check --at-exact-snapshot ${A}`)).toBe(`check --at-exact-snapshot ${B}`);
    expect(varying.toRun(`check --at-exact-snapshot ${C}`)).toBe(`check --at-exact-snapshot ${C}`);
  });
});

it('leaves all else as it is', () => {
  expect(new Varying().toPage('denied\n', 'allowed\n')).toBe('denied\n');
  expect(new Varying().toPage('2030-01-01T00:00:00Z', '2031-01-01T00:00:00Z')).toBe('2030-01-01T00:00:00Z');
});
