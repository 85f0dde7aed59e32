import { expect, it } from 'vitest';
import { structToJson } from '../../src/rpc/convert.ts';
import type { WireStruct } from '../../src/rpc/wire.ts';

function struct(value: number): WireStruct {
  return { fields: { weight: { kind: 'numberValue', numberValue: value } } };
}

it('records metadata as the JSON it stands for', () => {
  expect(structToJson(struct(0.5))).toBe('{"weight":0.5}');
  expect(structToJson(null)).toBeUndefined();
});

it.each([Number.NaN, Infinity, -Infinity])(
  'refuses the number %s in metadata, which JSON does not have',
  (value) => {
    expect(() => structToJson(struct(value))).toThrow(
      `metadata: ${value} is no number of JSON; send it as a string`,
    );
  },
);
