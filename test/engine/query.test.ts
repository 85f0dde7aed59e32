import { beforeAll, expect, test } from 'vitest';
import { questionOf, World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await World.of(
    `
    type user
    type group {
      relation member : user | user:* | group#member
      permission self-or-member = self or member
    }
    `,
    [
      'group:g#member@user:ada@example.com',
      'group:g#member@user:x:y',
      'group:w#member@user:*',
      'group:\ufffd#member@user:u',
    ],
  );
});

test('ids may hold `@` and `:`', () => {
  expect(world.check('group:g#member@user:ada@example.com')).toBe('allowed');
  expect(world.check('group:g#member@user:x:y')).toBe('allowed');
  expect(world.check('group:g#member@user:x')).toBe('denied');
});

test.each([
  ['group', 'member', 'user:u', 'object', 'object `group`: there is no `:`; write `type:id`'],
  ['group:*', 'member', 'user:u', 'object', 'object `group:*`: a wildcard can only be a subject'],
  ['user:*', 'member', 'user:u', 'object', 'object `user:*`: a wildcard can only be a subject'],
  [
    'group:g#member',
    'member',
    'user:u',
    'object',
    'object `group:g#member`: the id holds U+0023; ids have no white space, control characters or `#`',
  ],
  [
    'group:\ud800',
    'member',
    'user:u',
    'object',
    'object `group:\ud800`: the id holds U+D800; ids have no white space, control characters or `#`',
  ],
  ['group:g', '', 'user:u', 'relation', 'relation ``: the relation is empty'],
  ['group:g', 'member', 'user:', 'subject', 'subject `user:`: the id is empty; write `type:id`'],
  [
    'group:g',
    'member',
    'user:*#member',
    'subject',
    'subject `user:*#member`: a wildcard has no relation; write `type:*`',
  ],
  [
    'group:g',
    'member',
    'group:*#member',
    'subject',
    'subject `group:*#member`: a wildcard has no relation; write `type:*`',
  ],
  ['group:g', 'member', 'group:g#', 'subject', 'subject `group:g#`: the relation is empty'],
])(
  '%j %j %j is malformed, whether or not the graph knows its parts',
  (object, relation, subject, field, message) => {
    const error = world.error({ object, relation, subject });
    expect([error.reason, error.field, error.message]).toEqual(['MALFORMED_REFERENCE', field, message]);
  },
);

test.each([
  [
    'grup:g#member@user:u',
    'UNKNOWN_TYPE',
    'object',
    'object: the schema has no type `grup`; did you mean `group`?',
  ],
  [
    'group:g#member@usr:u',
    'UNKNOWN_TYPE',
    'subject',
    'subject: the schema has no type `usr`; did you mean `user`?',
  ],
  [
    'group:g#membr@user:u',
    'UNKNOWN_RELATION',
    'relation',
    'relation: type `group` has no relation or permission `membr`; did you mean `member`?',
  ],
  [
    'group:g#member@user:u#member',
    'UNKNOWN_RELATION',
    'subject',
    'subject: type `user` has no relation or permission `member`',
  ],
])('`%s` names what the schema does not have', (question, reason, field, message) => {
  const error = world.error(questionOf(question));
  expect([error.reason, error.field, error.message]).toEqual([reason, field, message]);
});

test('an object that no tuple mentions is itself and nothing else', () => {
  expect(world.check('group:nowhere#self-or-member@group:nowhere')).toBe('allowed');
  expect(world.check('group:nowhere#self-or-member@group:elsewhere')).toBe('denied');
  expect(world.check('group:nowhere#self-or-member@group:g')).toBe('denied');
  expect(world.check('group:g#self-or-member@group:nowhere')).toBe('denied');
  expect(world.check('group:nowhere#member@group:nowhere#member')).toBe('allowed');
  expect(world.check('group:nowhere#self-or-member@group:nowhere#member')).toBe('allowed');
  expect(world.check('group:nowhere#member@group:nowhere#self-or-member')).toBe('denied');
});

test('a wildcard holds users that no tuple mentions, but not the objects of another type', () => {
  expect(world.check('group:w#member@user:nobody-knows')).toBe('allowed');
  expect(world.check('group:w#member@group:g')).toBe('denied');
});

test('types whose names begin alike are told apart, whichever was asked about before', async () => {
  const types = ['doc', 'doc2', 'd', 'docs'];
  const members = types.map((type) => `type ${type} { relation reader : user | user2 }`);
  const alike = await World.of(
    `type user\ntype user2\n${members.join('\n')}`,
    types.map((type) => `${type}:1#reader@user${type === 'd' ? '2' : ''}:ada`),
  );
  for (const before of types) {
    for (const type of types) {
      const answers = ['user:ada', 'user2:ada'].map((subject) => `${type}:1#reader@${subject}`);
      expect(alike.batch([`${before}:1#reader@user:ada`, ...answers]).slice(1)).toEqual(
        type === 'd' ? ['denied', 'allowed'] : ['allowed', 'denied'],
      );
    }
  }
  expect(alike.batch(['doc:1#reader@user:ada', 'doc#reader@user:ada', 'doc:1#reader@user'])).toEqual([
    'allowed',
    'MALFORMED_REFERENCE',
    'MALFORMED_REFERENCE',
  ]);
});

test('a long batch answers each question in its place, with errors here and there', () => {
  const kinds = [
    ['group:g#member@user:ada@example.com', 'allowed'],
    ['group:g#member@user:nobody-knows', 'denied'],
    ['group:g#nothing@user:x', 'UNKNOWN_RELATION'],
    ['group:w#member@user:u', 'allowed'],
    ['group:#member@user:u', 'MALFORMED_REFERENCE'],
    ['thing:g#member@user:u', 'UNKNOWN_TYPE'],
    ['group:w#member@group:*', 'denied'],
  ];
  for (const length of [0, 1, 31, 32, 33, 64, 65, 200]) {
    const asked = Array.from({ length }, (_, i) => kinds[(i * i + length) % kinds.length]);
    expect(world.batch(asked.map(([question]) => question))).toEqual(asked.map(([, answer]) => answer));
  }
});

test('fields of a batch are named by their place', () => {
  const [, error] = world.engine.batchCheck(world.plan, world.view, [
    questionOf('group:g#member@user:u'),
    questionOf('group:g#member@user'),
  ]);
  expect(error).toMatchObject({ field: 'items[1].subject' });
});
