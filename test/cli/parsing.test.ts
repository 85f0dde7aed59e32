import { describe, expect, it } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { excerpt } from '../../src/cli/excerpt.ts';
import { parseFilter } from '../../src/cli/parse-filter.ts';
import {
  parseCount,
  parseDuration,
  parseJsonObject,
  parsePast,
  parseTime,
  parseVersion,
  repeatable,
} from '../../src/cli/parse-option.ts';
import { parseTupleLines } from '../../src/model/tuple-lines.ts';

describe('a filter', () => {
  it.each([
    ['space', 'space', '', ''],
    ['space:curation', 'space:curation', '', ''],
    ['space:curation#', 'space:curation', '', ''],
    ['space:curation#writer', 'space:curation', 'writer', ''],
    ['space#writer@user:ada', 'space', 'writer', 'user:ada'],
    ['space:curation#@user:ada', 'space:curation', '', 'user:ada'],
    ['space#writer@team:ml#member', 'space', 'writer', 'team:ml#member'],
    ['#writer', '', 'writer', ''],
    ['#writer@user', '', 'writer', 'user'],
    ['@user:ada', '', '', 'user:ada'],
    ['@team:ml#member', '', '', 'team:ml#member'],
    ['@user:ada@example.com', '', '', 'user:ada@example.com'],
    ['user:ada@example.com', 'user:ada@example.com', '', ''],
    ['mail:a@b:c#read', 'mail:a@b:c', 'read', ''],
  ])('`%s` has the parts `%s`, `%s` and `%s`', (text, object, relation, subject) => {
    expect(parseFilter(text)).toEqual({ object, relation, subject });
  });

  it('that may mean an object or an object and a subject is refused, with both ways to say it', () => {
    expect(() => parseFilter('space:ml@user:ada')).toThrow(
      /write `space:ml#@user:ada` or `space:ml@user:ada#`/,
    );
  });

  it.each(['space:', 'sp ace', 'space:ml#wri ter', '@user:', 'space:*'])('like `%s` is refused', (text) => {
    expect(() => parseFilter(text)).toThrow(PembaError);
  });
});

describe('tuples in a file', () => {
  it('stand one a line, between comments and empty lines', () => {
    const text = '# a comment\n\n  space:ml#writer@user:ada  \r\nspace:ml#reader@team:x#member\n';
    expect(parseTupleLines(text, 'f')).toEqual([
      {
        object: { type: 'space', id: 'ml' },
        relation: 'writer',
        subject: { type: 'user', id: 'ada', relation: '' },
      },
      {
        object: { type: 'space', id: 'ml' },
        relation: 'reader',
        subject: { type: 'team', id: 'x', relation: 'member' },
      },
    ]);
  });

  it('name file and line of a mistake', () => {
    expect(() => parseTupleLines('# a\nspace:ml', 'f.tuples')).toThrow(
      /^f\.tuples:2: tuple `space:ml`: there is no `#`/,
    );
  });
});

describe('options', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['90d', 7_776_000_000],
    ['2w', 1_209_600_000],
  ])('read the duration %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['10', 's', '0s', '-1s', '1.5s', '10 s', '1y', '1000000000s', ''])(
    'refuse the duration `%s`',
    (text) => {
      expect(() => parseDuration(text)).toThrow('Expected a duration');
    },
  );

  it('read a time with its zone', () => {
    expect(parseTime('2030-01-01T00:00:00Z')).toEqual(new Date(Date.UTC(2030, 0, 1)));
    expect(parseTime('2030-01-01T02:00+02:00')).toEqual(new Date(Date.UTC(2030, 0, 1)));
  });

  it.each(['2030-01-01', '2030-01-01T00:00:00', '2030-13-01T00:00:00Z', '2030-02-31T00:00:00Z', 'now', ''])(
    'refuse the time `%s`',
    (text) => {
      expect(() => parseTime(text)).toThrow('Expected a time with its zone');
    },
  );

  it('read a time of the past as a date of UTC, a time, or how long ago it was', () => {
    expect(parsePast('2026-11-22')).toEqual(new Date(Date.UTC(2026, 10, 22)));
    expect(parsePast('2026-11-22T01:00+02:00')).toEqual(new Date(Date.UTC(2026, 10, 21, 23)));
    const weeksAgo = (Date.now() - parsePast('3w').getTime()) / 604_800_000;
    expect(weeksAgo).toBeCloseTo(3, 3);
  });

  it.each(['2026-11-32', '2026-02-31', '2026-13-01', '22.11.2026', '1y', 'yesterday', ''])(
    'refuse the past time `%s`, and list what there is',
    (text) => {
      for (const form of ['`2026-01-31`', '`2026-01-31T09:00:00Z`', '`30m`', '`12h`', '`2d`', '`1w`'])
        expect(() => parsePast(text)).toThrow(form);
    },
  );

  it('read counts, and versions from 0', () => {
    expect([parseCount('7'), parseVersion('0'), parseVersion('7')]).toEqual([7, 0, 7]);
    for (const text of ['0', '-1', '1.5', '', 'x', '9'.repeat(20)])
      expect(() => parseCount(text)).toThrow('Expected');
  });

  it('read JSON objects and nothing else', () => {
    expect(parseJsonObject('{"a": [1]}')).toEqual({ a: [1] });
    for (const text of ['[]', '1', 'null', '{', ''])
      expect(() => parseJsonObject(text)).toThrow('Expected a JSON object');
  });

  it('collect what is given several times', () => {
    const collect = repeatable(Number);
    expect(collect('2', collect('1', undefined))).toEqual([1, 2]);
  });
});

describe('an excerpt', () => {
  it('puts carets below the text', () => {
    expect(excerpt('a\nbcd', { line: 2, column: 2, endLine: 2, endColumn: 4 })).toEqual([
      '2 | bcd',
      '  |  ^^',
    ]);
  });

  it('keeps tabs, so that the carets stand right', () => {
    expect(excerpt('\tab', { line: 1, column: 2, endLine: 1, endColumn: 3 })).toEqual([
      '1 | \tab',
      '  | \t^',
    ]);
  });

  it('of more than a line shows the first, to its end', () => {
    expect(excerpt('ab\ncd', { line: 1, column: 2, endLine: 2, endColumn: 2 })).toEqual(['1 | ab', '  |  ^']);
  });

  it('points at the end of a text', () => {
    expect(excerpt('ab', { line: 1, column: 3, endLine: 1, endColumn: 3 })).toEqual(['1 | ab', '  |   ^']);
  });

  it('of a line that is not there is empty', () => {
    expect(excerpt('ab', { line: 5, column: 1, endLine: 5, endColumn: 2 })).toEqual([]);
  });
});
