import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileSchema } from '../../src/schema/compile-schema.ts';

const REFERENCE = new URL('../../docs/schema-language.md', import.meta.url);
const FENCE = /^```(pemba.*)\n([\s\S]*?)^```$/gm;

const fences = [...readFileSync(REFERENCE, 'utf8').matchAll(FENCE)].map(([, info, text]) => ({ info, text }));

describe('the examples of the language reference', () => {
  test('are there', () => {
    expect(fences.filter(({ info }) => info === 'pemba').length).toBeGreaterThan(5);
    expect(fences.filter(({ info }) => info === 'pemba error').length).toBeGreaterThan(3);
    expect(fences.every(({ info }) => info === 'pemba' || info === 'pemba error')).toBe(true);
  });

  test.each(fences)('$info: $text', async ({ info, text }) => {
    const { schema, diagnostics } = await compileSchema({ path: 'schema-language.md', text });
    if (info === 'pemba') expect(diagnostics.filter(({ code }) => code !== 'unread-relation')).toEqual([]);
    expect(schema === undefined).toBe(info === 'pemba error');
  });

  test('one example that is wrong has one error', async () => {
    for (const { text } of fences.filter(({ info }) => info === 'pemba error')) {
      const { diagnostics } = await compileSchema({ path: 'schema-language.md', text });
      const codes = new Set(
        diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
      );
      expect(codes.size, text).toBe(1);
    }
  });
});
