import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readTestFile } from '../../src/schema-test/read-test-file.ts';

/** What is wrong with a file: `line: message`. */
function problems(text: string): string[] {
  return readTestFile(text).problems.map(({ line, message }) => `${line}: ${message}`);
}

test('the example in the documentation is one', () => {
  const text =
    /```yaml\n(schema:[\s\S]*?)```/.exec(readFileSync('docs/schema-language.md', 'utf8'))?.[1] ?? '';
  expect(problems(text)).toEqual([]);
  expect(readTestFile(text).file?.worlds).toHaveLength(2);
});

describe('a test file', () => {
  test('is read with the line of each entry', () => {
    const { file, problems: none } = readTestFile(`schema: a.pemba
tuples: |
  # a comment
  a:b#c@d:e   

  a:b#c@d:f [cond {"x": "]"}] [expires 2030-01-01T00:00:00Z]
now: 2029-06-01T00:00:00Z
allowed:
  - 'a:b#c@d:e {"now": null}'
writes:
  - as: d:e
    add: [ "a:b#c@d:g" ]
    expect: refused
    because: granted by
    context: { x: 1, now: 2030-01-01T00:00:00Z }
tests:
  - name: other
    tuples: a:b#c@d:z
    denied: [a:b#c@d:e]
`);
    expect(none).toEqual([]);
    const [main, other] = file?.worlds ?? [];
    expect(main?.tuples).toHaveLength(2);
    expect(main?.tuples[1]).toMatchObject({
      condition: { name: 'cond', context: { x: ']' } },
      expiresAt: Date.parse('2030-01-01T00:00:00Z'),
    });
    expect(main?.now).toBe(Date.parse('2029-06-01T00:00:00Z'));
    expect(main?.expectations.allowed).toEqual([
      {
        line: 9,
        column: 5,
        text: 'a:b#c@d:e {"now": null}',
        object: 'a:b',
        relation: 'c',
        subject: 'd:e',
        context: { now: null },
      },
    ]);
    expect(main?.writes).toMatchObject([
      {
        line: 11,
        actor: { type: 'd', id: 'e' },
        because: 'granted by',
        context: { x: 1, now: '2030-01-01T00:00:00Z' },
      },
    ]);
    // A named world has the file's tuples and its own, and the file's clock.
    expect(other).toMatchObject({ name: 'other', now: main?.now, writes: [] });
    expect(other?.tuples.map(({ subject }) => subject.id)).toEqual(['e', 'f', 'z']);
    expect(other?.expectations.denied[0]?.line).toBe(19);
  });

  test.each([
    ['', ['1: a test file starts with `schema: FILE`']],
    ['allowed: []', ['1: there is no `schema`']],
    ['schema: a\nalowed: []\n', ['2: a test file has no key `alowed`; did you mean `allowed`?']],
    [
      'schema: a\nresources:\n  - off: x\n    are: []',
      ['3: an entry of `resources` needs', '3: an entry of `resources` has no key `off`'],
    ],
    [
      'schema: a\nallowed:\n  - 7',
      ['3: an entry of `allowed` is a string, and it is a number; put it in quotes'],
    ],
    ['schema: a\nallowed:\n  - a:b#c@d:e {"x": 1}', ['3: ']],
    [
      'schema: a\nallowed:\n  - {a: b}',
      ['3: an entry of `allowed` is a string, and it is none; put it in quotes'],
    ],
    ['schema: a\nallowed: a:b#c@d:e', ['2: `allowed` is a list']],
    [
      'schema: a\nallowed:\n  - a:b@d:e',
      ['3: `a:b@d:e` is not understood; write `type:id#relation@type:id`'],
    ],
    ["schema: a\nallowed:\n  - 'a:b#c@d:e {x}'", ['3: `{x}` is no JSON object']],
    ["schema: a\nallowed:\n  - 'a:b#c@d:e [1]'", ['3: `[1]` is no JSON object']],
    ['schema: a\ntuples: |\n  a:b#c@d:e\n  a:b#c\n', ['4: tuple `a:b#c`: there is no `@`']],
    ['schema: a\ntuples: >\n  a:b#c@d:e\n', ['2: write `tuples` behind `|`']],
    ['schema: a\ntuples: [a]', ['2: `tuples` is a string']],
    ['schema: a\nnow: tomorrow', ['2: `tomorrow` is no point in time']],
    [
      'schema: a\nsubjects:\n  - of: a:b#c@d:e\n    are: []',
      ['3: `d:e` is a subject; what is listed is a type'],
    ],
    ['schema: a\nresources:\n  - of: a#b@d:e\n    are: [1]', ['4: an entry of `are` is a string']],
    ['schema: a\nwrites:\n  - add: []', ['3: a write says what is expected']],
    ['schema: a\nwrites:\n  - expect: accepted', ['3: a write needs `add` or `remove`']],
    ['schema: a\nwrites:\n  - add: []\n    expect: yes', ['4: a write says what is expected']],
    [
      'schema: a\nwrites:\n  - add: []\n    expect: refused\n    because: granted',
      ['5: nothing is refused because of `granted`'],
    ],
    [
      'schema: a\nwrites:\n  - add: []\n    expect: accepted\n    because: type',
      ['3: `because` says why a write is refused'],
    ],
    ['schema: a\nwrites:\n  - add: []\n    as: d:e#f\n    expect: refused', ['4: as `d:e#f`']],
    [
      'schema: a\nwrites:\n  - add: []\n    expect: refused\n    then: {writes: []}',
      ['5: `then` has no key `writes`'],
    ],
    ['schema: a\ntests:\n  - schema: b', ['3: a test has no key `schema`']],
    ['schema: a\nallowed: []\nallowed: []', ['3: Map keys must be unique']],
    ['schema: a\nallowed: [', ['2: ']],
  ])('that is wrong is told where and what to do: %j', (text, expected) => {
    const found = problems(text);
    expect(found).toHaveLength(expected.length);
    for (const start of expected)
      expect(
        found.some((each) => each.startsWith(start)),
        found.join('\n'),
      ).toBe(true);
    expect(readTestFile(text).file).toBeUndefined();
  });

  test('tells all that is wrong, not only the first of it', () => {
    expect(problems('schema: a\nnow: x\nallowed: [y, 3]\nfoo: 1')).toHaveLength(4);
  });
});
