import { expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';

const MEMBER = 'expected `relation`, `roles`, `permission` or `}`';

test.each([
  ['type', '1:5-1:5', 'expected a name, found the end of the file'],
  ['type a {\n', '1:9-1:9', `${MEMBER}, found the end of the file`],
  ['tpe a', '1:1-1:4', 'expected a declaration such as `type`, found `tpe`; did you mean `type`?'],
  ['type a }', '1:8-1:9', 'expected a declaration such as `type`, found `}`'],
  ['type a { relaton b : a }', '1:10-1:17', `${MEMBER}, found \`relaton\`; did you mean \`relation\`?`],
  ['type a { permission b }', '1:23-1:24', 'expected `=` and an expression, found `}`'],
  ['type a { permission b = }', '1:25-1:26', 'expected an expression, found `}`'],
  [
    'type a { permission b =\npermission c = self }',
    '1:24-1:24',
    'expected an expression, found `permission`',
  ],
  ['type a { permission b = (self }', '1:31-1:32', 'expected `)`, found `}`'],
  ['type a { permission b = self or\n}', '1:32-1:32', 'expected an expression, found `}`'],
  [
    'type a { relation b : a | }',
    '1:27-1:28',
    'expected a subject such as `user` or `team#member`, found `}`',
  ],
  [
    'type a { relation b : | a }',
    '1:23-1:24',
    'expected a subject such as `user` or `team#member`, found `|`',
  ],
  ['type a { relation b : a# }', '1:26-1:27', 'expected a name, found `}`'],
  [
    'type a { relation b : a permission c = b.or }',
    '1:42-1:44',
    'expected a name, found the reserved word `or`; write it in backticks if it is meant as a name',
  ],
  ['type a { relation b : a permission c = b + b }', '1:42-1:43', '`+` has no meaning here; write `or`'],
  [
    'type a { relation b : a permission c = b->c }',
    '1:41-1:43',
    '`->` has no meaning here; an arrow is written `relation.name`',
  ],
  ['type a;', '1:7-1:8', '`;` has no meaning here; declarations end without a mark'],
  [
    'type `a',
    '1:6-1:7',
    '``` has no meaning here; a name in backticks ends with a backtick on the same line',
  ],
  [
    'import "base.pemba\ntype a',
    '1:8-1:9',
    '`"` has no meaning here; text in double quotes ends with a quote on the same line',
  ],
  ["type '", '1:6-1:7', "`'` has no meaning here; names stand without quotes, or in backticks"],
  ['import base\ntype a', '1:8-1:12', 'expected a file name in double quotes, found `base`'],
  ['import\ntype a', '1:7-1:7', 'expected a file name in double quotes, found `type`'],
  ['condition c(x int)\ntype a', '1:19-1:19', 'expected a condition in braces, found `type`'],
  [
    'type größe',
    '1:8-1:10',
    '`öß` has no meaning here; names are letters, digits and `_`, in segments joined by `-` or `/`',
  ],
])('%s', async (text, place, message) => {
  expect(await diagnose(text)).toEqual([`${place} error: ${message} [syntax]`]);
});

test('many are reported in one run, and the checks go on behind them', async () => {
  const text = `type user
type doc {
  relaton viewer : user
  relation owner : user $ team
  permission a = owner or
  permission b = ownr
  permission c = viewer or owner
}
tpe team
type last { permission d = gone }`;
  expect((await diagnose(text)).map((finding) => finding.replace(/ error: .*\[/, ' ['))).toEqual([
    '3:3-3:10 [syntax]',
    '4:25-4:26 [syntax]',
    '5:26-5:26 [syntax]',
    '9:1-9:4 [syntax]',
    '10:28-10:32 [unknown-relation]',
  ]);
});

test('a type without a name is reported as that only', async () => {
  expect(await diagnose('type { relation a : user relation a : user permission p = q }')).toEqual([
    '1:6-1:7 error: expected a name, found `{` [syntax]',
  ]);
});
