/** Imports that the schema's rules stop, against a node: what came before stays, and the rest can go on. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { newStore, shareNodes } from '../service/shared.ts';
import { type Run, run } from './command-line.ts';

const shared = shareNodes();
const folder = mkdtempSync(join(tmpdir(), 'pemba-import-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCHEMA = `type user { relation key : key unique }
type key
type house { relation owner : user }
type desk {
  relation house : house
  relation clerk : user  granted by lead
  relation guest : user
  relation lead  : user [1..]
  require one of guest, clerk
  require house.owner contains guest
}`;

let store = '';
beforeEach(async () => {
  store = await newStore(shared, SCHEMA);
});

const ask = (...argv: string[]): Promise<Run> =>
  run([...argv, '--store', store], {
    env: { PEMBA_ADDRESS: `127.0.0.1:${shared.nodes[0].port}`, LANG: 'C.UTF-8' },
  });

function file(lines: readonly string[]): string {
  const path = join(folder, 'all.tuples');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function stored(): Promise<string[]> {
  const { out } = await ask('export', '-', '--fully-consistent');
  return out
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** Two tuples each. */
const desks = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => [
    `desk:${from + i}#clerk@user:c${from + i}`,
    `desk:${from + i}#lead@user:l${from + i}`,
  ]).flat();

describe.each([
  [
    'multiplicity',
    ['desk:bad#clerk@user:a'],
    'INVARIANT_MULTIPLICITY',
    '`desk:bad` would hold fewer subjects in `lead` than it must: `lead [1..]` (schema:8)',
  ],
  [
    'unique',
    ['user:a#key@key:1', 'user:b#key@key:1'],
    'INVARIANT_UNIQUE',
    '`key:1` would be stored on `user:a` and on `user:b`: `key … unique` (schema:1)',
  ],
  [
    'one of',
    ['desk:bad#lead@user:l', 'desk:bad#guest@user:a', 'desk:bad#clerk@user:a'],
    'INVARIANT_REQUIRE',
    '`user:a` would be stored in both `guest` and `clerk` of `desk:bad`: `require one of guest, clerk` (schema:9)',
  ],
  [
    'contains',
    ['desk:bad#lead@user:l', 'desk:bad#house@house:h', 'desk:bad#guest@user:a'],
    'INVARIANT_REQUIRE',
    '`desk:bad` would hold `user:a` in `guest` and `house:h` in `house`, which does not: `require house.owner contains guest` (schema:10)',
  ],
])('an import that breaks %s', (_, bad, reason, what) => {
  it.each(['--create', ''])(
    '%s is refused with the reason where it stands, and goes on once corrected',
    async (flag) => {
      const before = desks(0, 700);
      const behind = desks(700, 1_000);
      const argv = [file([...before, ...bad, ...behind]), '--resume', 'job', ...(flag === '' ? [] : [flag])];
      const { code, out, err } = await ask('import', ...argv);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      // Of the second thousand, but for the desk that goes on behind it.
      const last = bad.length % 2 === 0 ? 2_000 : 1_999;
      expect(err).toBe(
        `error: ${argv[0]}, lines 1001 to ${last}: the write would break an invariant: ${what}; nothing was written
  1000 tuples before it are in; to go on, run it again with --resume 'job'; lines that are not in yet may be corrected first
  reason: ${reason}
`,
      );
      expect(await stored()).toEqual(before.slice(0, 1_000).sort());

      file([...before, ...behind]);
      expect((await ask('import', ...argv)).code).toBe(0);
      expect(await stored()).toEqual([...before, ...behind].sort());
    },
  );
});

it('an import on behalf of an actor who may not is refused at the line', async () => {
  const lines = Array.from({ length: 1_500 }, (_, i) => `desk:d#clerk@user:u${i}`);
  await shared.client.write(['desk:d#lead@user:ada', 'desk:other#lead@user:eve'], { store });
  const path = file([...lines, '# not hers', 'desk:other#clerk@user:x']);
  const { code, err } = await ask('import', path, '--actor', 'user:ada');
  expect(code).toBe(1);
  expect(err).toContain(
    `error: ${path}:1502: updates[500]: \`user:ada\` may not add \`desk:other#clerk@user:x\``,
  );
  expect(err).toContain('\n  1000 tuples before it are in; to go on, ');
  expect(err).toContain('  reason: NOT_GRANTED_BY\n');
  expect(await stored()).toEqual(
    [...lines.slice(0, 1_000), 'desk:d#lead@user:ada', 'desk:other#lead@user:eve'].sort(),
  );
});

it('an import of what was exported is not refused for where a write ends', async () => {
  // An object's `lead` comes last, and 1,000 is no multiple of three.
  const all = Array.from({ length: 800 }, (_, i) =>
    [`clerk@user:c${i}`, `guest@user:g${i}`, `lead@user:l${i}`].map((rest) => `desk:${i}#${rest}`),
  ).flat();
  const path = file(all);
  expect((await ask('import', path)).code).toBe(0);
  const copy = join(folder, 'copy.tuples');
  await ask('export', copy, '--fully-consistent');
  store = await newStore(shared, SCHEMA);
  const { code, err } = await ask('import', copy);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(await stored()).toEqual(all.sort());
});
