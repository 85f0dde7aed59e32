import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { formatTuple, parseTuple } from '../../src/model/tuple.ts';

test('the first `#` ends the object and the next `@` the relation, so ids may hold `@` and `:`', () => {
  expect(parseTuple('doc:a@b:c#viewer@user:ada@example.com:8080#member')).toEqual({
    object: { type: 'doc', id: 'a@b:c' },
    relation: 'viewer',
    subject: { type: 'user', id: 'ada@example.com:8080', relation: 'member' },
  });
});

test('a tuple’s text reads back as the tuple, and no two tuples share a text', () => {
  const id = fc.stringMatching(/^[ab@:*]{1,4}$/).filter((text) => text !== '*');
  const name = fc.constantFrom('a', 'b', 'a-b');
  const tuple = fc.record({
    object: fc.record({ type: name, id }),
    relation: name,
    subject: fc.oneof(
      fc.record({ type: name, id, relation: fc.constantFrom('', 'a', 'b') }),
      fc.record({ type: name, id: fc.constant('*'), relation: fc.constant('') }),
    ),
  });
  fc.assert(
    fc.property(tuple, (one) => void expect(parseTuple(formatTuple(one))).toEqual(one)),
    { numRuns: 500 },
  );
});

test.each([
  ['doc:1', 'tuple', 'tuple `doc:1`: there is no `#`; write `type:id#relation@type:id`'],
  ['doc:a@b', 'tuple', 'tuple `doc:a@b`: there is no `#`; write `type:id#relation@type:id`'],
  [
    'doc:1#viewer',
    'tuple',
    'tuple `doc:1#viewer`: there is no `@` after the relation; write `type:id#relation@type:id`',
  ],
  [
    'doc:a@b#viewer',
    'tuple',
    'tuple `doc:a@b#viewer`: there is no `@` after the relation; write `type:id#relation@type:id`',
  ],
  ['doc#viewer@user:u', 'tuple.object', 'tuple.object `doc`: there is no `:`; write `type:id`'],
  ['doc:*#viewer@user:u', 'tuple.object', 'tuple.object `doc:*`: a wildcard can only be a subject'],
  ['doc:1#@user:u', 'tuple.relation', 'tuple.relation ``: the relation is empty'],
  ['doc:1#viewer@', 'tuple.subject', 'tuple.subject ``: there is no `:`; write `type:id`'],
  ['doc:1#viewer@user:u#', 'tuple.subject', 'tuple.subject `user:u#`: the relation is empty'],
  [
    'doc:1#viewer@user:u v',
    'tuple.subject',
    'tuple.subject `user:u v`: the id holds U+0020; ids have no white space, control characters or `#`',
  ],
])('`%s` is refused, naming the part', (text, field, message) => {
  let error: unknown;
  try {
    parseTuple(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(PembaError);
  expect(error).toMatchObject({ reason: 'MALFORMED_REFERENCE', code: 'INVALID_ARGUMENT', field, message });
});

test('the field’s name can be given', () => {
  expect(() => parseTuple('doc:1#viewer@user', 'updates[3].tuple')).toThrow(
    'updates[3].tuple.subject `user`',
  );
});
