import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const STATIC_IMPORT = /^import (?!type ).*$/gm;

test.each(['compile-schema.ts', 'compiled-schema.ts', 'diagnostic.ts'])(
  '%s imports nothing at start, so that nobody waits for Langium who does not compile',
  (file) => {
    const source = readFileSync(new URL(`../../src/schema/${file}`, import.meta.url), 'utf8');
    expect(source.match(STATIC_IMPORT)).toBeNull();
  },
);
