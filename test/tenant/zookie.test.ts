/** Zookies by themselves. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ZookieCodec } from '../../src/tenant/zookie.ts';

const codec = new ZookieCodec(Buffer.alloc(32, 1));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const point = fc.record({ revision: fc.maxSafeNat(), tag: int64 });

it('carries any store, revision and tag there and back, in letters that need no escaping', () => {
  fc.assert(
    fc.property(int64, point, (storeId, at) => {
      const zookie = codec.encode(storeId, at);
      expect(zookie).toMatch(/^[A-Za-z0-9_-]{55}$/);
      expect(codec.decode(zookie, storeId, 'field')).toEqual(at);
    }),
  );
});

it('is another for each store, revision and tag, and for each key', () => {
  const zookies = [
    codec.encode('1', { revision: 1, tag: '1' }),
    codec.encode('2', { revision: 1, tag: '1' }),
    codec.encode('1', { revision: 2, tag: '1' }),
    codec.encode('1', { revision: 1, tag: '2' }),
    new ZookieCodec(Buffer.alloc(32, 2)).encode('1', { revision: 1, tag: '1' }),
  ];
  expect(new Set(zookies).size).toBe(zookies.length);
  for (const zookie of zookies.slice(1))
    expect(() => expect(codec.decode(zookie, '1', 'field')).toEqual({ revision: 1, tag: '1' })).toThrow();
});

it('does not take the MAC of one purpose for that of another', () => {
  const body = Buffer.from('the same bytes');
  expect(codec.mac('a', body)).not.toEqual(codec.mac('b', body));
  expect(codec.mac('a', Buffer.from('b:x'))).not.toEqual(codec.mac('a:b', Buffer.from('x')));
});
