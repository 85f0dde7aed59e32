import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { PembaError, REASONS } from '../../src/base/errors.ts';
import { LIMITS, type LimitName } from '../../src/base/limits.ts';
import { limitSettingOf } from '../../src/config/serve-settings.ts';
import { flagOf } from '../../src/config/setting.ts';
import { isName, MAX_NAME_LENGTH, parseObject } from '../../src/model/reference.ts';

const page = await readFile(new URL('../../docs/limits-and-errors.md', import.meta.url), 'utf8');

/** The cells of the table whose head begins with `first`, row by row, without backticks around them. */
function tableOf(first: string): string[][] {
  const lines = page.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${first} |`));
  expect(head, `a table of ${first}`).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > head && !line.startsWith('|'));
  return lines.slice(head + 2, end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1')),
  );
}

it('has every reason with its code, in the order of the code', () => {
  const rows = tableOf('reason');
  expect(rows.map(([reason, code]) => [reason, code])).toEqual(Object.entries(REASONS));
});

it('says of every reason what it means and whether to send the request again', () => {
  const useful = ['no', 'yes', 'yes, with the same idempotency key', 'after a change'];
  for (const [reason, , meaning, again] of tableOf('reason')) {
    expect(meaning?.length, reason).toBeGreaterThan(10);
    expect(useful, reason).toContain(again);
  }
});

it('has every limit as the code has it', () => {
  const number = (value: number) => value.toLocaleString('en-US');
  const expected = Object.entries(LIMITS).map(([name, { default: value, max, unit, doc }]) => [
    name,
    flagOf(limitSettingOf(name as LimitName)),
    number(value),
    number(max),
    unit,
    doc,
  ]);
  expect(tableOf('name')).toEqual(expected);
});

it.each([...['a', '@:*', 'a\u200db', '\u00e9', 'e\u0301', 'x'.repeat(1024), '\u00e9'.repeat(512)]])(
  'tells the truth of ids that are allowed: %j',
  (id) => {
    expect(parseObject(`type:${id}`, 'object').id).toBe(id);
  },
);

it.each([
  ...[
    '',
    '*',
    'a b',
    'a\u00a0b',
    'a\u0000',
    'a\u0085',
    'a\u202e',
    'a#b',
    'x'.repeat(1025),
    '\u00e9'.repeat(513),
  ],
])('tells the truth of ids that are not: %j', (id) => {
  expect(() => parseObject(`type:${id}`, 'object')).toThrow(PembaError);
});

it('tells the truth of names', () => {
  expect(page).toContain(`1–${MAX_NAME_LENGTH} characters`);
  expect(['a', 'A_1', 'a-b/c', '_', 'x'.repeat(MAX_NAME_LENGTH)].filter((name) => !isName(name))).toEqual([]);
  expect(['', '1a', 'a-1', 'a--b', 'a.b', 'é', 'x'.repeat(MAX_NAME_LENGTH + 1)].filter(isName)).toEqual([]);
});

it('is named by the README and by what is said of operating', async () => {
  const [readme, operating] = await Promise.all(
    ['../../README.md', '../../docs/operating.md'].map((path) =>
      readFile(new URL(path, import.meta.url), 'utf8'),
    ),
  );
  expect(readme).toContain('(docs/limits-and-errors.md)');
  expect(operating).toContain('(limits-and-errors.md)');
});
