import { describe, expect, test } from 'vitest';
import { compiled, diagnose } from './diagnose.ts';

/** The findings about a condition `c` whose parameters begin on line 2. */
async function inCondition(condition: string): Promise<string[]> {
  return diagnose(`type user type d { relation a : user with c permission p = a }
condition c${condition}`);
}

describe('a condition', () => {
  test.each<[string, string[]]>([
    ['(x int) { x > 1 }', []],
    [
      '(x it) { x > 1 }',
      ['2:15-2:17 error: there is no parameter type `it`; did you mean `int`? [unknown-parameter-type]'],
    ],
    [
      '(x list) { x == x }',
      ['2:15-2:19 error: `list` takes one type; write such as `list<string>` [unknown-parameter-type]'],
    ],
    [
      '(x list<int, int>) { true }',
      ['2:15-2:29 error: `list` takes one type; write such as `list<string>` [unknown-parameter-type]'],
    ],
    [
      '(x map) { true }',
      [
        '2:15-2:18 error: `map` takes one type, that of its values; its keys are strings; write such as `map<string>` [unknown-parameter-type]',
      ],
    ],
    [
      '(x map<strng>) { true }',
      [
        '2:19-2:24 error: there is no parameter type `strng`; did you mean `string`? [unknown-parameter-type]',
      ],
    ],
    [
      '(x int<int>) { x == 1 }',
      ['2:15-2:23 error: `int` takes no other type; write `int` alone [unknown-parameter-type]'],
    ],
    [
      '(x complex) { x }',
      [
        '2:15-2:22 error: there is no parameter type `complex`; write one of `bool`, `int`, `uint`, `double`, `string`, `bytes`, `timestamp`, `duration`, `ipaddress`, `any`, `list`, `map` [unknown-parameter-type]',
      ],
    ],
    [
      '(x int, x int) { x > 1 }',
      [
        '2:20-2:21 error: condition `c` has a parameter `x` already; rename or remove one of them [duplicate-parameter]',
      ],
    ],
    [
      '(as int) { true }',
      [
        '2:13-2:15 error: `as` cannot be the name of a parameter: CEL has another meaning for it, or reads it as no name; write letters, digits and `_` [malformed-parameter]',
      ],
    ],
    [
      '(x-y int) { true }',
      [
        '2:13-2:16 error: `x-y` cannot be the name of a parameter: CEL has another meaning for it, or reads it as no name; write letters, digits and `_` [malformed-parameter]',
      ],
    ],
    [
      '(in int) { true }',
      [
        '2:13-2:15 error: `in` cannot be the name of a parameter: CEL has another meaning for it, or reads it as no name; write letters, digits and `_` [malformed-parameter]',
      ],
    ],
    [
      '(x int) { x }',
      [
        '2:22-2:23 error: the condition is of type int, not bool; compare it with something [ill-typed-condition]',
      ],
    ],
    [
      '(x int) {}',
      [
        '2:21-2:21 error: the condition is empty; write a CEL expression of type bool, such as `x == 1` [ill-typed-condition]',
      ],
    ],
    [
      '(x int) { // nothing\n }',
      [
        '2:21-3:2 error: the condition is empty; write a CEL expression of type bool, such as `x == 1` [ill-typed-condition]',
      ],
    ],
    [
      '(x int) { x > "1" }',
      [
        '2:22-2:29 error: no such overload: `int > string`; compare values of the same type, or convert one [ill-typed-condition]',
      ],
    ],
    [
      '(x int) {\n  x > 1 &&\n    y > 2 }',
      ['4:5-4:6 error: unknown parameter `y`; did you mean `x`? [ill-typed-condition]'],
    ],
    [
      '(opens int, closes int) { open > closes }',
      ['2:38-2:42 error: unknown parameter `open`; did you mean `opens`? [ill-typed-condition]'],
    ],
    [
      '() { z == 1 }',
      ['2:17-2:18 error: unknown parameter `z`; the condition has no parameters [ill-typed-condition]'],
    ],
    [
      '(opens int, names list<string>) { who == 1 }',
      [
        '2:46-2:49 error: unknown parameter `who`; there are `opens int`, `names list<string>` [ill-typed-condition]',
      ],
    ],
    [
      '(x string) { x.json() == 1 }',
      [
        '2:25-2:33 error: `json` is not available; give the condition a parameter of type `any` instead [ill-typed-condition]',
      ],
    ],
    [
      '(x string) { x.matches("a") }',
      [
        '2:25-2:39 error: `matches` is not available; a regular expression can take any time; use `startsWith`, `endsWith` or `contains` [ill-typed-condition]',
      ],
    ],
    [
      '(x int) { x > }',
      [
        '2:26-2:26 error: unexpected token: the end of the condition; write a CEL expression [ill-typed-condition]',
      ],
    ],
    [
      '(x int) { x > 1u && }',
      [
        '2:32-2:32 error: unexpected token: the end of the condition; write a CEL expression [ill-typed-condition]',
      ],
    ],
    [
      '(x ipaddress) { x.in_cidr("10.0.0.0/33") }',
      [
        '2:38-2:51 error: `10.0.0.0/33` is no network; write one such as `10.0.0.0/8` or `2001:db8::/32` [ill-typed-condition]',
      ],
    ],
    [
      '(x ipaddress) { x > 1 }',
      [
        '2:28-2:33 error: no such overload: `ipaddress > int`; compare values of the same type, or convert one [ill-typed-condition]',
      ],
    ],
    [
      '(x timestamp) { x > 1 }',
      [
        '2:28-2:33 error: no such overload: `timestamp > int`; compare values of the same type, or convert one [ill-typed-condition]',
      ],
    ],
    [
      '(x int, y int) { x > 1 }',
      ['2:20-2:21 warning: condition `c` does not look at its parameter `y`; remove it [unused-parameter]'],
    ],
    [
      '(x list<int>) { x.all(a, x.all(b, x.all(c, a+b+c > 0))) }',
      [
        '2:46-2:65 error: macros are nested more than 2 deep; write a simpler condition [ill-typed-condition]',
      ],
    ],
    ['(x duration) { x.getHours() > 1 && dyn(x) == 1 }', []],
    [
      '(x int) { cel.bind(a, x, a > 1) }',
      [
        '2:22-2:43 error: `bind` is not available; give the condition a parameter instead [ill-typed-condition]',
      ],
    ],
    [
      '(x int) { foo(x) }',
      [
        '2:22-2:28 error: found no matching overload for `foo(int)`; call a function that CEL has for values of these types [ill-typed-condition]',
      ],
    ],
    [
      '(x string) { x.foo() }',
      [
        '2:25-2:32 error: found no matching overload for `string.foo()`; call a function that CEL has for values of these types [ill-typed-condition]',
      ],
    ],
    ['(x any) { x }', []],
    [
      '(x int) { x > 1 }\ncondition c(y int) { y > 1 }',
      [
        '3:11-3:12 error: condition `c` is already declared on line 2; rename or remove one of them [duplicate-condition]',
      ],
    ],
  ])('%j', async (condition, findings) => {
    expect(await inCondition(condition)).toEqual(findings);
  });

  test('compiles to its parameters and its text', async () => {
    const { conditions, types } = await compiled(`type user
type d {
  relation a : user with inside
  permission p = a
}
/// Where they sit.
condition inside(ip ipaddress, nets list<map<string>>) {
  nets.exists(n, ip.in_cidr(n["}"])) // } not yet
}`);
    expect(conditions).toEqual([
      {
        name: 'inside',
        doc: 'Where they sit.',
        parameters: [
          { name: 'ip', type: { name: 'ipaddress' } },
          { name: 'nets', type: { name: 'list', of: { name: 'map', of: { name: 'string' } } } },
        ],
        expression: '\n  nets.exists(n, ip.in_cidr(n["}"])) // } not yet\n',
        source: { file: 'test.pemba', line: 7, column: 11 },
      },
    ]);
    expect(types[1].members[0].subjects).toEqual([{ type: 'user', wildcard: false, condition: 'inside' }]);
  });

  test('has at most 50 parameters', async () => {
    const condition = (count: number): string => {
      const names = Array.from({ length: count }, (_, i) => `p${i}`);
      return `(${names.map((name) => `${name} bool`).join(', ')}) { ${names.join(' && ')} }`;
    };
    expect(await inCondition(condition(50))).toEqual([]);
    expect(await inCondition(condition(51))).toEqual([
      '2:503-2:506 error: condition `c` has 51 parameters, and at most 50 are allowed; write a simpler one [too-many-parameters]',
    ]);
  });

  const PARTS = 'a condition has at most 1000 parts, 50 of them in one another';
  test.each<[string, (count: number) => string, number, string]>([
    [
      '4,096 characters',
      (n) => ` true ${' '.repeat(n - 6)}`,
      4_096,
      '2:22-2:4119 error: the condition has 4097 characters, and at most 4096 are allowed; write a simpler one [ill-typed-condition]',
    ],
    [
      '1,000 parts',
      (n) => `x${' || x'.repeat((n - 1) / 2)}`,
      999,
      `2:22-2:22 error: exceeded maxAstNodes (1000); ${PARTS} [ill-typed-condition]`,
    ],
    [
      '50 levels',
      (n) => `${'('.repeat(n)}x${')'.repeat(n)}`,
      49,
      `2:72-2:72 error: exceeded maxDepth (50); ${PARTS} [ill-typed-condition]`,
    ],
    [
      '2 macros in one another',
      (n) => `${'[1].all(a, '.repeat(n)}x${')'.repeat(n)}`,
      2,
      '2:44-2:57 error: macros are nested more than 2 deep; write a simpler condition [ill-typed-condition]',
    ],
    [
      '10 macros',
      (n) => `x${' || [1].all(a, a > 0)'.repeat(n)}`,
      10,
      '2:237-2:254 error: there are more than 10 macros; write a simpler condition [ill-typed-condition]',
    ],
  ])('has at most %s', async (_, expression, most, finding) => {
    const findings = await inCondition(`(x bool) {${expression(most)}}`);
    expect(findings.filter((each) => each.includes('error'))).toEqual([]);
    const step = finding.includes('AstNodes') ? 2 : 1;
    const [first] = await inCondition(`(x bool) {${expression(most + step)}}`);
    expect(first).toBe(finding);
  });
});
