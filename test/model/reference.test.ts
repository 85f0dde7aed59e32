import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import {
  formatObject,
  formatSubject,
  isName,
  parseObject,
  parseRelation,
  parseSomebody,
  parseSubject,
  quoted,
} from '../../src/model/reference.ts';

/** The message of the MALFORMED_REFERENCE that parsing ends with. */
function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    if (error instanceof PembaError && error.reason === 'MALFORMED_REFERENCE' && error.field === 'f')
      return error.message;
    throw error;
  }
  throw new Error('was accepted');
}

const segments = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const names = fc
  .array(segments, { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(parts[0].length % 2 === 0 ? '-' : '/'));
const ids = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    fc.stringMatching(/^[a-z@:.|*]{1,20}$/),
  )
  .filter((id) => !/[#\s\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(id) && id !== '*');
const objects = fc.record({ type: names, id: ids });

test('an object’s text reads back as the object', () => {
  fc.assert(
    fc.property(objects, (object) => void expect(parseObject(formatObject(object), 'f')).toEqual(object)),
  );
});

test('a subject’s text reads back as the subject, be it object, set or wildcard', () => {
  const subjects = fc.oneof(
    objects.map((object) => ({ ...object, relation: '' })),
    fc.record({ type: names, id: ids, relation: names }),
    names.map((type) => ({ type, id: '*', relation: '' })),
  );
  fc.assert(
    fc.property(
      subjects,
      (subject) => void expect(parseSubject(formatSubject(subject), 'f')).toEqual(subject),
    ),
  );
});

test.each([
  ['user', 'f `user`: there is no `:`; write `type:id`'],
  ['', 'f ``: there is no `:`; write `type:id`'],
  [':x', 'f `:x`: the type is empty'],
  ['user:', 'f `user:`: the id is empty; write `type:id`'],
  ['user:*', 'f `user:*`: a wildcard can only be a subject'],
  [
    '1user:x',
    'f `1user:x`: type `1user` is not a name; names are letters, digits and `_`, in segments joined by `-` or `/`',
  ],
  [
    'us er:x',
    'f `us er:x`: type `us er` is not a name; names are letters, digits and `_`, in segments joined by `-` or `/`',
  ],
  [`${'t'.repeat(129)}:x`, 'the type has 129 characters; at most 128 are allowed'],
  ['user:a b', 'f `user:a b`: the id holds U+0020; ids have no white space, control characters or `#`'],
  ['user:a\u00a0b', 'the id holds U+00A0; ids have no white space'],
  ['user:a\tb', 'the id holds U+0009;'],
  ['user:a\nb', 'the id holds U+000A;'],
  ['user:a\u0000', 'the id holds U+0000;'],
  ['user:\u007f', 'the id holds U+007F;'],
  ['user:\u0085', 'the id holds U+0085;'],
  ['user:\u2028', 'the id holds U+2028;'],
  ['user:\u3000', 'the id holds U+3000;'],
  ['user:\ufeffa', 'the id holds U+FEFF;'],
  ['user:\u2067', 'the id holds U+2067;'],
  ['user:\u202e', 'the id holds U+202E;'],
  ['user:a\ud800', 'the id holds U+D800;'],
  ['user:\udfffa', 'the id holds U+DFFF;'],
  ['user:a#b', 'the id holds U+0023;'],
])('the object %j is refused, saying why', (text, message) => {
  expect(refusal(() => parseObject(text, 'f'))).toContain(message);
});

test.each([
  ['user', 'f `user`: there is no `:`; write `type:id`'],
  ['user#x:y', 'f `user#x:y`: there is no `:`; write `type:id`'],
  ['user:x#', 'f `user:x#`: the relation is empty'],
  ['user:#x', 'f `user:#x`: the id is empty; write `type:id`'],
  ['user:x#1', 'f `user:x#1`: relation `1` is not a name;'],
  ['user:x#a#b', 'f `user:x#a#b`: relation `a#b` is not a name;'],
  ['user:*#x', 'f `user:*#x`: a wildcard has no relation; write `type:*`'],
  [`user:x#${'r'.repeat(129)}`, 'the relation has 129 characters; at most 128 are allowed'],
])('the subject %j is refused, saying why', (text, message) => {
  expect(refusal(() => parseSubject(text, 'f'))).toContain(message);
});

test('a relation is refused unless it is a name', () => {
  expect(parseRelation('can-read/all', 'f')).toBe('can-read/all');
  expect(refusal(() => parseRelation('', 'f'))).toBe('f ``: the relation is empty');
  expect(refusal(() => parseRelation('a--b', 'f'))).toContain('relation `a--b` is not a name');
});

test.each(['x'.repeat(1024), 'ü'.repeat(512), `${'学'.repeat(341)}x`, '😀'.repeat(256)])(
  'an id of 1,024 bytes is accepted (%#)',
  (id) => {
    expect(Buffer.byteLength(id)).toBe(1024);
    expect(parseObject(`user:${id}`, 'f').id).toBe(id);
    expect(parseSubject(`user:${id}`, 'f').id).toBe(id);
  },
);

test.each(['x'.repeat(1025), `${'ü'.repeat(512)}x`, `${'学'.repeat(341)}xx`, `${'😀'.repeat(256)}x`])(
  'an id of 1,025 bytes is refused (%#)',
  (id) => {
    expect(Buffer.byteLength(id)).toBe(1025);
    expect(refusal(() => parseObject(`user:${id}`, 'f'))).toContain(
      'the id has 1025 bytes; at most 1024 are allowed',
    );
    expect(refusal(() => parseSubject(`user:${id}#x`, 'f'))).toContain(
      'the id has 1025 bytes; at most 1024 are allowed',
    );
  },
);

test('somebody is an object, and no wildcard', () => {
  expect(parseSomebody('user:ada', 'f')).toEqual({ type: 'user', id: 'ada' });
  expect(refusal(() => parseSomebody('user:*', 'f'))).toBe(
    'f `user:*`: a wildcard is nobody in particular; name an object',
  );
  expect(refusal(() => parseSomebody('user:ada#member', 'f'))).toContain('the id holds U+0023');
});

test.each([
  ['a', true],
  ['_', true],
  ['a1_', true],
  ['can-read', true],
  ['team/lead-of', true],
  ['x'.repeat(128), true],
  ['x'.repeat(129), false],
  ['', false],
  ['1a', false],
  ['a-1', false],
  ['-a', false],
  ['a-', false],
  ['a--b', false],
  ['a-/b', false],
  ['a b', false],
  ['ä', false],
  ['a\n', false],
])('%j is a name: %s', (name, is) => {
  expect(isName(name)).toBe(is);
});

test('a long text is shortened in a message', () => {
  expect(quoted('x'.repeat(80))).toBe(`\`${'x'.repeat(80)}\``);
  expect(quoted('x'.repeat(81))).toBe(`\`${'x'.repeat(77)}…\` (81 characters)`);
});
