import { describe, expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { checkCondition } from '../../src/condition/check-condition.ts';
import { compileCondition } from '../../src/condition/compile-condition.ts';
import type { ConditionDefinition, ParameterType } from '../../src/condition/definition.ts';

const INT: ParameterType = { name: 'int' };
const ANY: ParameterType = { name: 'any' };
const list = (of: ParameterType): ParameterType => ({ name: 'list', of });
const map = (of: ParameterType): ParameterType => ({ name: 'map', of });

function definition(expression: string, types: Record<string, ParameterType>): ConditionDefinition {
  const parameters = Object.entries(types).map(([name, type]) => ({ name, type }));
  return { name: 'c', parameters, expression };
}

/** `true`, `false`, the missing names, or the reason of the error. */
function evaluate(
  expression: string,
  types: Record<string, ParameterType>,
  json: Record<string, unknown>,
): unknown {
  const checked = checkCondition(definition(expression, types));
  expect(checked.problems).toEqual([]);
  const condition = compileCondition(definition(expression, types));
  const context = new Map(
    Object.entries(json).map(([name, value]) => [name, condition.coerce(name, value, `context.${name}`)]),
  );
  try {
    const answer = condition.evaluate(context);
    return typeof answer === 'boolean' ? answer : answer.missing;
  } catch (error) {
    return error instanceof PembaError ? error.reason : error;
  }
}

describe('a condition', () => {
  test.each<[string, ParameterType, unknown, unknown]>([
    ['x', { name: 'bool' }, true, true],
    ['x + 1 == 3', INT, 2, true],
    ['x == 9223372036854775807', INT, '9223372036854775807', true],
    ['x == 18446744073709551615u', { name: 'uint' }, '18446744073709551615', true],
    ['x < 0.5', { name: 'double' }, 0.25, true],
    ['x.startsWith("a") && size(x) == 2', { name: 'string' }, 'a🦉', true],
    ['x == b"abc"', { name: 'bytes' }, 'YWJj', true],
    ['x < timestamp("2030-01-01T00:00:00Z")', { name: 'timestamp' }, '2029-12-31T23:59:59.999Z', true],
    ['x == timestamp("2029-12-31T22:00:00Z")', { name: 'timestamp' }, '2030-01-01T00:00:00+02:00', true],
    ['x == duration("5400s")', { name: 'duration' }, '1h30m', true],
    ['x == duration("-1.5s")', { name: 'duration' }, '-1500ms', true],
    ['x.in_cidr("10.0.0.0/8")', { name: 'ipaddress' }, '10.200.0.1', true],
    ['x.in_cidr("10.0.0.0/8")', { name: 'ipaddress' }, '11.0.0.0', false],
    ['x.in_cidr("2001:db8::/32")', { name: 'ipaddress' }, '2001:db8:1::1', true],
    ['x.in_cidr("2001:db8::/32")', { name: 'ipaddress' }, '10.0.0.1', false],
    ['x.in_cidr("10.0.0.0/8")', { name: 'ipaddress' }, '::ffff:10.1.1.1', true],
    ['x == ipaddress("2001:DB8:0::1")', { name: 'ipaddress' }, '2001:db8::1', true],
    ['x != ipaddress("10.0.0.1")', { name: 'ipaddress' }, '10.0.0.1', false],
    ['3 in x && x.all(e, e > 0)', list(INT), [1, 2, 3], true],
    ['x.exists(e, e.in_cidr("10.0.0.0/8"))', list({ name: 'ipaddress' }), ['1.1.1.1', '10.1.1.1'], true],
    ['x["a"] == 1 && x.b == 2 && !("toString" in x)', map(INT), { a: 1, b: 2 }, true],
    ['x.__proto__ == 1', map(INT), JSON.parse('{"__proto__": 1}'), true],
    ['x.a[1].b == "c"', ANY, { a: [0, { b: 'c' }] }, true],
    ['x == 1', ANY, 1, true],
    ['x == null', ANY, null, true],
  ])('%s of %j with %j', (expression, type, value, answer) => {
    expect(evaluate(expression, { x: type }, { x: value })).toBe(answer);
  });

  test('may call its parameters like what every object has', () => {
    expect(evaluate('constructor == 1', { constructor: INT }, {})).toEqual(['constructor']);
  });
});

describe('a condition with missing parameters', () => {
  const types = { a: INT, b: INT, c: { name: 'bool' }, l: list(INT) } as const;

  test.each<[string, Record<string, unknown>, unknown]>([
    ['a == 1', {}, ['a']],
    ['b == a', {}, ['a', 'b']],
    ['a == 1 && b == 1', { a: 2 }, false],
    ['b == 1 && a == 1', { a: 2 }, false],
    ['a == 1 && b == 1', { a: 1 }, ['b']],
    ['a == 1 || b == 1', { a: 1 }, true],
    ['b == 1 || a == 1', { a: 1 }, true],
    ['a == 1 || b == 1', { a: 2 }, ['b']],
    ['a == 1 || b == 1', {}, ['a', 'b']],
    ['!(a == 1 && c)', { a: 2 }, true],
    ['!(a == 1 && c)', { a: 1 }, ['c']],
    ['c ? a == 1 : b == 1', { c: true, a: 1 }, true],
    ['c ? a == 1 : b == 1', { a: 1, b: 1 }, true],
    ['c ? a == 1 : b == 1', { a: 1, b: 2 }, ['c']],
    ['c ? a == 1 : b == 1', { c: false, a: 1 }, ['b']],
    ['(a == 1 || b == 1) && c', { a: 1 }, ['c']],
    ['c ? b == 1 || a == 1 : a == 1', { a: 1 }, true],
    ['c ? b == 1 && a == 1 : a == 1', { a: 2 }, false],
    ['(a + b) * (a - b) == 0 && !(c || a == 3)', { a: 1 }, ['b', 'c']],
    ['l.exists(x, x == 1 || x == a)', { l: [1] }, true],
    ['l.exists(x, x == 2 || x == a)', { l: [1] }, ['a']],
    ['l.exists(a, a == 1)', { l: [1] }, true],
    ['(c ? a : b) == 1', { c: true, a: 1 }, true],
    ['(c ? a : b) == 1', { a: 1, b: 1 }, ['c']],
    ['(c || a == 1) == true', { a: 1 }, true],
    ['l.exists(a, a == 1)', { a: 1 }, ['l']],
    // With the parameter the error may not matter.
    ['a / 0 == 1 || c', { a: 1 }, ['c']],
    ['a / 0 == 1 && c', { a: 1, c: false }, false],
  ])('%s with %j', (expression, context, answer) => {
    expect(evaluate(expression, types, context)).toEqual(answer);
  });
});

describe('what has no value is an error, never true or false', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a + 1 > 0', { a: '9223372036854775807' }],
    ['!(a + 1 > 0)', { a: '9223372036854775807' }],
    ['a / 0 == 1', { a: 1 }],
    ['a % 0 == 1 || false', { a: 1 }],
    ['l[3] == 1', { l: [1] }],
    ['timestamp(s) == timestamp(s)', { s: 'soon' }],
    ['n.x == 1', { n: { y: 1 } }],
    ['n', { n: 1 }],
    ['ipaddress(s).in_cidr("10.0.0.0/8")', { s: 'x' }],
  ])('%s with %j', (expression, context) => {
    const types = { a: INT, l: list(INT), s: { name: 'string' }, n: ANY } as const;
    const all = { a: 0, l: [], s: '', n: null, ...context };
    expect(evaluate(expression, types, all)).toBe('CONDITION_FAILED');
  });

  test('says so', () => {
    const condition = compileCondition(definition('a / 0 == 1', { a: INT }));
    expect(() => condition.evaluate(new Map([['a', 1n]]))).toThrow(
      'condition `c` cannot be evaluated: division by zero; send other values, or change the condition',
    );
  });
});

describe('a value of another type', () => {
  test.each<[ParameterType, unknown, string]>([
    [{ name: 'bool' }, 'true', 'x: a value of type bool is true or false, found "true"'],
    [
      INT,
      1.5,
      'x: a value of type int is a whole number of 64 bits, as a number or, beyond 2^53, as a string, found 1.5',
    ],
    [INT, 2 ** 53, 'found 9007199254740992'],
    [INT, '9223372036854775808', 'found "9223372036854775808"'],
    [INT, '0x1', 'found "0x1"'],
    [{ name: 'uint' }, -1, 'found -1'],
    [{ name: 'uint' }, '18446744073709551616', 'found "18446744073709551616"'],
    [{ name: 'double' }, '1', 'found "1"'],
    [{ name: 'string' }, null, 'x: a value of type string is a string, found null'],
    [{ name: 'bytes' }, 'a', 'found "a"'],
    [{ name: 'timestamp' }, '2030-01-01', 'found "2030-01-01"'],
    [{ name: 'timestamp' }, '2030-02-30T00:00:00Z', 'found "2030-02-30T00:00:00Z"'],
    [{ name: 'duration' }, '90', 'found "90"'],
    [{ name: 'ipaddress' }, '10.0.0.0/8', 'found "10.0.0.0/8"'],
    [{ name: 'ipaddress' }, 'fe80::1%eth0', 'found "fe80::1%eth0"'],
    [list(INT), [1, 'x'], 'x[1]: a value of type int'],
    [map(list(INT)), { a: [true] }, 'x.a[0]: a value of type int'],
    [list(INT), {}, 'x: a value of type list<int> is a list, found {}'],
    [map(INT), [], 'x: a value of type map<int> is an object, found []'],
  ])('%j does not take %j', (type, value, message) => {
    const condition = compileCondition(definition('true', { x: type }));
    expect(() => condition.coerce('x', value, 'x')).toThrow(message);
  });

  test('an unknown parameter', () => {
    const condition = compileCondition(definition('true', { opens: INT }));
    expect(() => condition.coerce('open', 1, 'context.open')).toThrow(
      'context.open: condition `c` has no parameter `open`; did you mean `opens`?',
    );
  });

  test('a parameter holds at most 1,000 values, nested at most 16 deep', () => {
    const condition = compileCondition(definition('true', { l: list(INT), a: ANY }));
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(condition.coerce('l', new Array(999).fill(1), 'l')).toHaveLength(999);
    expect(() => condition.coerce('l', new Array(1_000).fill(1), 'l')).toThrow(
      'l: a value of type list<int> has more than 1000 values; send a smaller one',
    );
    condition.coerce('a', nested(16), 'a');
    expect(() => condition.coerce('a', nested(17), 'a')).toThrow(
      'a: a value of type any has lists and maps nested more than 16 deep; send a smaller one',
    );
  });
});
