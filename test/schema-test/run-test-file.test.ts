import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/schema-test/report.ts';
import { runTestFile } from '../../src/schema-test/run-test-file.ts';

const SCHEMA = `import "base/user.pemba"
type doc {
  relation owner : user
  relation reader : user | user:*
  // pemba-ignore: unread-relation
  relation guest : user expires
  permission read = reader or owner
}
`;
const FILES: Record<string, string> = {
  'a.pemba': SCHEMA,
  'base/user.pemba': 'type user\n',
  'wrong.pemba': 'type',
};

function runText(text: string): Promise<Report> {
  return runTestFile({ path: 'a.test.yaml', text }, async (path) => FILES[path]);
}

/** What is not as expected: `line: within: message`. */
async function differences(text: string): Promise<string[]> {
  const report = await runText(`schema: a.pemba\n${text}`);
  expect(report.problems).toEqual([]);
  expect(report.diagnostics).toEqual([]);
  return report.differences.map(({ line, within, message }) => [line, ...within, message].join(': '));
}

describe('the example of the language', () => {
  test('is as it says', async () => {
    const path = 'test/schema-test/files/platform.test.yaml';
    const report = await runTestFile({ path, text: readFileSync(path, 'utf8') }, async (name) =>
      readFileSync(join(dirname(path), name), 'utf8'),
    );
    expect(report).toMatchObject({ problems: [], diagnostics: [], differences: [], expectations: 11 });
  });
});

describe('what is expected of checks', () => {
  test('is compared with the answers, and explained', async () => {
    const { differences: found, expectations } = await runText(`schema: a.pemba
tuples: |
  doc:x#owner@user:ada
allowed: [doc:x#read@user:ada, doc:x#read@user:bob]
denied: [doc:x#read@user:ada, doc:x#read@user:bob]
conditional: [doc:x#read@user:bob]
`);
    expect(expectations).toBe(5);
    expect(found.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '4: `doc:x#read@user:bob` is denied, not allowed',
      '5: `doc:x#read@user:ada` is allowed, not denied',
      '6: `doc:x#read@user:bob` is denied, not conditional',
    ]);
    expect(found[0]?.misses[0]?.add).toEqual([
      { object: 'doc:x', relation: expect.any(String), subject: 'user:bob' },
    ]);
    expect(found[1]?.reasons.map(({ tuple }) => tuple).filter((tuple) => tuple !== undefined)).toEqual([
      { object: 'doc:x', relation: 'owner', subject: 'user:ada' },
    ]);
  });

  test('is not as expected where there is no answer', async () => {
    expect(await differences('allowed: [doc:x#raed@user:ada]')).toEqual([
      expect.stringMatching(/^2: `doc:x#raed@user:ada` cannot be answered: .*did you mean `read`/),
    ]);
  });

  test('is asked at the time of the world', async () => {
    const at = (now: string): string =>
      `tuples: |\n  doc:x#guest@user:ada [expires 2030-01-01T00:00:00Z]\n${now}\nallowed: [doc:x#guest@user:ada]`;
    expect(await differences(at('now: 2029-12-31T23:59:59.999Z'))).toEqual([]);
    expect(await differences(at('now: 2030-01-01T00:00:00Z'))).toEqual([
      '5: `doc:x#guest@user:ada` is denied, not allowed',
    ]);
    // A context moves conditions only.
    const question = `- 'doc:x#guest@user:ada {"now": "2031-01-01T00:00:00Z"}'`;
    expect(
      await differences(
        at('now: 2029-12-31T23:59:59Z').replace(/\[doc:x#guest@user:ada\]$/, `\n  ${question}`),
      ),
    ).toEqual([]);
  });
});

describe('what is expected of lists', () => {
  const TUPLES = 'tuples: |\n  doc:x#owner@user:ada\n  doc:y#reader@user:ada\n  doc:z#reader@user:*\n';

  test('is all that there is, and no more', async () => {
    expect(
      await differences(`${TUPLES}resources:
  - {of: "doc#read@user:ada", are: [z, y, x]}
  - {of: "doc#read@user:ada", are: [x, q]}
subjects:
  - {of: "doc:x#read@user", are: [ada]}
  - {of: "doc:x#read@user", are: []}
  - {of: "doc:z#read@user", are: ["*"]}
  - {of: "doc:z#read@user", are: ["*", bob]}
  - {of: "doc:z#read@user", are: [bob]}
`),
    ).toEqual([
      '8: `doc#read@user:ada`: not expected: `y`, `z`; not found: `q`',
      '11: `doc:x#read@user`: not expected: `ada`',
      '14: `doc:z#read@user`: not expected: `*`; not found: `bob`',
    ]);
  });
});

describe('conditions and expiry', () => {
  const SCHEMA_FILE = `condition opened(now timestamp, at timestamp, level int) { now >= at && level > 1 }
type user
type doc {
  relation reader : user with opened | user with opened expires
  relation guest : user must expire within 1d
  permission read = reader
}
`;
  const TUPLES = `schema: c.pemba
now: 2030-01-01T00:00:00Z
tuples: |
  doc:x#reader@user:ada [opened {"at": "2029-01-01T00:00:00Z"}]
  doc:y#reader@user:ada [opened {"at": "2029-01-01T00:00:00Z", "level": 2}] [expires 2031-01-01T00:00:00Z]
`;

  async function found(text: string): Promise<string[]> {
    const report = await runTestFile({ path: 'c.test.yaml', text: TUPLES + text }, async () => SCHEMA_FILE);
    expect([...report.problems, ...report.diagnostics]).toEqual([]);
    return report.differences.map(({ line, message }) => `${line}: ${message}`);
  }

  test('take the context of an entry and the clock of the world', async () => {
    expect(
      await found(`allowed:
  - doc:y#read@user:ada
  - 'doc:x#read@user:ada {"level": 2}'
denied:
  - 'doc:x#read@user:ada {"level": 1}'
  - 'doc:y#read@user:ada {"now": "2028-01-01T00:00:00Z"}'
conditional:
  - doc:x#read@user:ada
  - 'doc:y#read@user:ada {"now": null}'
resources:
  - {of: 'doc#read@user:ada {"level": 2}', are: [x, y]}
  - {of: 'doc#read@user:ada', are: [y]}
subjects:
  - {of: 'doc:x#read@user {"level": 2}', are: [ada]}
  - {of: 'doc:x#read@user', are: []}
`),
    ).toEqual([]);
    expect(
      await found(`allowed: [doc:x#read@user:ada]
resources:
  - {of: 'doc#read@user:ada', are: [x, y]}
tests:
  - now: 2031-01-01T00:00:00Z
    allowed: [doc:y#read@user:ada]
  - tuples: doc:z#reader@user:ada
    denied: [doc:z#read@user:ada]
`),
    ).toEqual([
      '6: `doc:x#read@user:ada` is conditional, for want of `level`, not allowed',
      '8: `doc#read@user:ada`: conditional: `x`',
      '11: `doc:y#read@user:ada` is denied, not allowed',
      expect.stringMatching(/^12: the tuples are refused: /),
    ]);
  });

  test('are judged when they are written', async () => {
    expect(
      await found(`writes:
  - {add: ['doc:z#reader@user:ada'], expect: refused, because: type}
  - {add: ['doc:z#reader@user:ada [opened] [expires 2030-06-01T00:00:00Z]'], expect: accepted, then: {conditional: [doc:z#read@user:ada]}}
  - {add: ['doc:z#guest@user:ada [expires 2030-06-01T12:00:00Z]'], expect: refused, because: expiry}
  - {add: ['doc:z#guest@user:ada [expires 2030-06-01T12:00:00Z]'], now: 2030-06-01T00:00:00Z, expect: accepted}
`),
    ).toEqual([]);
  });

  test("are asked, in a write's `then`, at the time of the write", async () => {
    const world = `tuples: doc:x#guest@user:gil [expires 2029-12-20T00:00:00Z]\nnow: 2029-12-01T00:00:00Z\n`;
    const then = `then: {denied: [doc:x#guest@user:gil], resources: [{of: 'doc#guest@user:gil', are: []}], subjects: [{of: 'doc:x#guest@user', are: []}]}`;
    const write = (rest: string): string =>
      `  - {add: [doc:y#owner@user:ada], expect: accepted, ${rest}${then}}\n`;
    expect(await differences(`${world}writes:\n${write('now: 2029-12-21T00:00:00Z, ')}`)).toEqual([]);
    expect(await differences(`${world}writes:\n${write('now: 2029-12-19T00:00:00Z, ')}${write('')}`)).toEqual(
      [
        '5: `doc:x#guest@user:gil` is allowed, not denied',
        '5: `doc#guest@user:gil`: not expected: `x`',
        '5: `doc:x#guest@user`: not expected: `gil`',
        '6: `doc:x#guest@user:gil` is allowed, not denied',
        '6: `doc#guest@user:gil`: not expected: `x`',
        '6: `doc:x#guest@user`: not expected: `gil`',
      ],
    );
  });
});

describe('writes', () => {
  test('are judged in order, and what is accepted stays', async () => {
    expect(
      await differences(`writes:
  - name: first
    add: [doc:x#reader@user:ada]
    expect: accepted
    then: {allowed: [doc:x#read@user:ada], denied: [doc:x#read@user:ada]}
  - add: [doc:x#read@user:ada]
    remove: [doc:x#reader@user:ada]
    expect: refused
    because: type
    then: {allowed: [doc:x#read@user:ada]}
  - add: [doc:x#read@user:ada]
    expect: refused
    because: unique
  - add: [doc:x#read@user:ada]
    expect: accepted
  - remove: [doc:x#reader@user:ada]
    expect: refused
`),
    ).toEqual([
      '6: first: `doc:x#read@user:ada` is allowed, not denied',
      expect.stringMatching(/^12: the write is refused because of `type`, not `unique`: /),
      expect.stringMatching(/^15: the write is refused, not accepted: .*is a permission/),
      '17: the write is accepted, not refused',
    ]);
  });

  test('leave the worlds of `tests` as they were', async () => {
    expect(
      await differences(`tuples: doc:x#owner@user:ada
writes:
  - {add: [doc:x#owner@user:bob], expect: accepted}
tests:
  - name: before
    tuples: doc:x#reader@user:zoe
    denied: [doc:x#read@user:bob]
    allowed: [doc:x#read@user:ada, doc:x#read@user:zoe, doc:y#read@user:ada]
`),
    ).toEqual(['9: before: `doc:y#read@user:ada` is denied, not allowed']);
  });

  test('are not made where the tuples themselves are refused', async () => {
    expect(await differences('tuples: |\n  doc:x#owner@team:a\nallowed: [doc:x#read@user:ada]')).toEqual([
      expect.stringMatching(/^2: the tuples are refused: .*unknown|^2: the tuples are refused: .*team/),
    ]);
  });
});

describe('a file that cannot be run', () => {
  test('is told of', async () => {
    expect((await runText('schema: nowhere.pemba')).problems).toEqual([
      {
        file: 'a.test.yaml',
        line: 1,
        column: 9,
        message: 'there is no file `nowhere.pemba`; paths start at the folder of the test file',
      },
    ]);
    const { diagnostics, expectations } = await runText('schema: wrong.pemba\nallowed: [a:b#c@d:e]');
    expect(diagnostics).toMatchObject([{ file: 'wrong.pemba', code: 'syntax' }]);
    expect(expectations).toBe(0);
  });
});

describe('a tuple that is there twice', () => {
  test('counts as it is written last where tuples are loaded, and is refused in a write', async () => {
    const found = await differences(`tuples: |
  doc:x#guest@user:ada
  doc:x#owner@user:ada
  doc:x#guest@user:ada [expires 2000-01-01T00:00:00Z]
subjects: [{of: "doc:x#guest@user", are: [ada]}]
writes:
  - {add: ["doc:x#reader@user:a", "doc:x#reader@user:a"], expect: accepted}
  - {add: ["doc:x#reader@user:b"], remove: ["doc:x#reader@user:b"], expect: refused}
`);
    expect(found).toEqual([
      '6: `doc:x#guest@user`: not found: `ada`',
      '8: the write is refused, not accepted: `doc:x#reader@user:a` is in the write twice; a write may name a tuple once',
    ]);
  });
});
