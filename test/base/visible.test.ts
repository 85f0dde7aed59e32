import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible, visibleJson } from '../../src/base/visible.ts';

test.each([
  ['plain ünïcode 学 🙂', 'plain ünïcode 学 🙂'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\u001b[31mred\u009b0m', '\\u001b[31mred\\u009b0m'],
  ['bo\u200bss', 'bo\\u200bss'],
  ['so\u00adft \u2060 \u2028', 'so\\u00adft \\u2060 \\u2028'],
  ['root\u2800\u3164by', 'root\\u2800\\u3164by'],
  ['tag\u{e0061}', 'tag\\udb40\\udc61'],
  ['\u202eright to left', '\\u202eright to left'],
])('%j is shown as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('JSON shows what is not seen, and is read as it was', () => {
  const value = { name: 'bo\u200bss', '\u202e': ['\u009b', '\u2028', '\u{e0061}', 'plain 学'] };
  expect(visibleJson(value)).toBe(
    '{"name":"bo\\u200bss","\\u202e":["\\u009b","\\u2028","\\udb40\\udc61","plain 学"]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (any) => {
      expect(JSON.parse(visibleJson(any))).toEqual(JSON.parse(JSON.stringify(any)));
    }),
  );
});
