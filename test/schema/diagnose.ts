import { expect } from 'vitest';
import { must } from '../../src/base/assert.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { CompiledSchema } from '../../src/schema/compiled-schema.ts';

/** What the compiler says, one line each: `2:3-2:8 error: message [code]`. */
export async function diagnose(text: string): Promise<string[]> {
  const { schema, diagnostics } = await compileSchema({ path: 'test.pemba', text });
  expect(schema === undefined).toBe(diagnostics.some((d) => d.severity === 'error'));
  return diagnostics.map(
    (d) => `${d.line}:${d.column}-${d.endLine}:${d.endColumn} ${d.severity}: ${d.message} [${d.code}]`,
  );
}

/** The compiled schema of a text that has nothing to be said about. */
export async function compiled(text: string): Promise<CompiledSchema> {
  const { schema, diagnostics } = await compileSchema({ path: 'test.pemba', text });
  expect(diagnostics).toEqual([]);
  return must(schema, 'the schema');
}
