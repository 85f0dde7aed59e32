import { expect, test, vi } from 'vitest';
import { compileSchema } from '../../src/schema/compile-schema.ts';

const VALID = `/// A schema that uses what there is.
schema platform
type user
type team { roles lead > member : user | team#member /// doc
  relation \`self\` : user | user:* }
type doc {
  relation parent : doc // comment
  // pemba-ignore: unread-relation
  relation viewer : user | team#member = direct or owner
  relation owner : user
  permission view = (viewer or parent.view) except (every parent.view or nobody)
  permission edit = owner and self and viewer
}
/// A condition.
condition c(now timestamp, l list<int>) { now > timestamp("2030-01-01T00:00:00Z") && l.exists(x, x > 1) // "}"
}
type key
extend type doc {
  created by parent.view
  deleted by edit
  relation x [1..2] : user | user with c expires | user must expire within 90d granted by x and subject.me revoked by x
  relation k : key unique
  roles top [1..] granted by top > low : user | team#member granted by low revoked by nobody
  require one of x, top
  require unique x, top
  require owner excludes low
  require owner contains x
  require parent.owner contains x
  permission q = (x or keys of low) except k
}
extend type user { permission me = self relation key : key permission keys = key }
`;
const PIECES = VALID.split(/(\s+|[A-Za-z_]+|[^\sA-Za-z_])/).filter((piece) => piece !== '');
const STRANGE = [
  '',
  '\0',
  '\ud800',
  '🦉',
  '"',
  '`',
  '///',
  '//',
  '/*',
  '{{',
  '))',
  '\r',
  '\r\n',
  '\u2028',
  '..',
  '-',
  '<',
  '$',
  '0',
];

/** Numbers in [0, 1) that a seed determines (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mutate(random: () => number): string {
  const pieces = [...PIECES];
  const any = <T>(list: T[]): T => list[Math.floor(random() * list.length)];
  for (let changes = 1 + Math.floor(random() * 8); changes > 0; changes--) {
    const at = Math.floor(random() * pieces.length);
    const kind = Math.floor(random() * 5);
    if (kind === 0) pieces.splice(at, 1 + Math.floor(random() * 4));
    if (kind === 1) pieces.splice(at, 0, any(pieces));
    if (kind === 2) pieces.splice(at, 1, any(pieces));
    if (kind === 3) pieces.splice(at, 0, any(STRANGE));
    if (kind === 4) pieces.splice(at, 0, ...pieces.slice(at, at + Math.floor(random() * 12)));
  }
  return pieces.join('');
}

test('the schema that is mutated is one', async () => {
  const { diagnostics } = await compileSchema({ path: 'fuzz', text: VALID });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('no mutation of a schema makes the compiler throw or stay silent', async () => {
  const seed = Number(process.env.PEMBA_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const runs = Number(process.env.PEMBA_FUZZ_RUNS ?? 300);
  const random = randomFrom(seed);
  // Langium catches what our scopes throw and prints it.
  const printed = vi.spyOn(console, 'error').mockReturnValue();
  for (let run = 0; run < runs; run++) {
    const text = mutate(random);
    const context = `PEMBA_FUZZ_SEED=${seed}, run ${run}:\n${text}`;
    const { schema, diagnostics } = await compileSchema({ path: 'fuzz', text }).catch((cause: unknown) => {
      throw new Error(context, { cause });
    });
    expect(printed.mock.calls, context).toEqual([]);
    expect(schema === undefined, context).toBe(diagnostics.some((d) => d.severity === 'error'));
    for (const d of diagnostics) {
      const isForward = d.endLine > d.line || (d.endLine === d.line && d.endColumn >= d.column);
      expect(d.line >= 1 && d.column >= 1 && isForward, `${context}\n${JSON.stringify(d)}`).toBe(true);
      expect(d.message, context).not.toMatch(/undefined|\[object|NaN|Expecting/);
    }
  }
});
