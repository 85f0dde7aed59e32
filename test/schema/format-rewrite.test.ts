import { describe, expect, test } from 'vitest';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { Rewrite } from '../../src/schema/compiled-schema.ts';
import { formatRewrite } from '../../src/schema/format-rewrite.ts';
import { randomSeed, seeded } from '../support/random.ts';

// Words of the language that are names here, one that is reserved, and one with every kind of joint.
const NAMES = ['owner', 'relation', 'permission', 'created', 'by', 'with', 'every', 'of', 'self', 'a-b/c_1'];

/** A schema in which every expression of these names compiles. */
function schemaWith(expression: string): string {
  return `type t {\n${NAMES.map((name) => `  relation \`${name}\` : t\n`).join('')}  relation asked : t = ${expression}\n}`;
}

async function compiledFrom(expression: string): Promise<Rewrite> {
  const { schema, diagnostics } = await compileSchema({ path: 't.pemba', text: schemaWith(expression) });
  const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  expect(errors, expression).toEqual([]);
  const rewrite = schema?.types[0].members.find(({ name }) => name === 'asked')?.rewrite;
  return withoutPositions(rewrite as Rewrite);
}

/** The same text at another place is the same expression. */
function withoutPositions(rewrite: Rewrite): Rewrite {
  return JSON.parse(JSON.stringify(rewrite, (key, value) => (key === 'at' ? undefined : value)));
}

describe('the text of an expression', () => {
  test.each([
    'direct',
    'owner',
    'owner.relation',
    'every owner.relation',
    'direct or owner or nobody',
    'direct and self',
    '(direct or owner) except every owner.by',
    'direct except (owner except self)',
    '(owner and (direct or self)) or (self except nobody)',
    '`every` or every `self`.`of`',
    'direct or a-b/c_1.created',
  ])('is what a person would write: %s', async (text) => {
    expect(formatRewrite(await compiledFrom(text))).toBe(text);
  });

  test('has no parentheses that the language can do without', async () => {
    expect(formatRewrite(await compiledFrom('((owner) or ((direct or (self)))) or (every owner.by)'))).toBe(
      'owner or direct or self or every owner.by',
    );
  });

  test('names the objects of a set', () => {
    expect(formatRewrite({ op: 'of', name: 'key', set: 'view' })).toBe('key of view');
  });

  test('compiles to the same expression, whatever it is', async () => {
    const seed = randomSeed();
    const random = seeded(seed);
    for (let i = 0; i < 150; i++) {
      const rewrite = randomRewrite(random, 3);
      const text = formatRewrite(rewrite);
      expect(await compiledFrom(text), `SEED=${seed}: ${text}`).toEqual(rewrite);
    }
  });
});

function randomRewrite(random: () => number, depth: number, outer = ''): Rewrite {
  const oneOf = <T>(options: readonly T[]): T => options[Math.floor(random() * options.length)];
  const op = depth === 0 ? 'leaf' : oneOf(['leaf', 'or', 'and', 'except'] as const);
  // Chains of one operator are flat.
  if (op === 'leaf' || (op === outer && op !== 'except')) return randomLeaf(oneOf);
  if (op === 'except') {
    return { op, from: randomRewrite(random, depth - 1, op), without: randomRewrite(random, depth - 1, op) };
  }
  const of = Array.from({ length: 2 + Math.floor(random() * 3) }, () => randomRewrite(random, depth - 1, op));
  return { op, of };
}

function randomLeaf(oneOf: <T>(options: readonly T[]) => T): Rewrite {
  const op = oneOf(['direct', 'self', 'nobody', 'name', 'arrow', 'every'] as const);
  switch (op) {
    case 'name':
      return { op, name: oneOf(NAMES) };
    case 'arrow':
    case 'every':
      return { op, relation: oneOf(NAMES), name: oneOf(NAMES) };
    default:
      return { op };
  }
}
