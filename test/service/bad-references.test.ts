/** References that are none, in every field that takes one: the error names the field, the text and the cure. */
import { beforeAll, expect, it } from 'vitest';
import { question } from '../support/client.ts';
import { SCHEMA, shareNodes } from './shared.ts';

const shared = shareNodes();
beforeAll(() => shared.client.writeSchema(SCHEMA));

const GOOD = question('space:s#writer@user:ada');
const NAMES = 'names are letters, digits and `_`, in segments joined by `-` or `/`';
const IDS = 'ids have no white space, control characters or `#`';
const LONG = 'n'.repeat(129);

/** Text, and what is wrong with it. */
const REFERENCES: [string, string][] = [
  ['space', 'there is no `:`; write `type:id`'],
  [':s', 'the type is empty'],
  ['space:', 'the id is empty; write `type:id`'],
  ['1x:s', `type \`1x\` is not a name; ${NAMES}`],
  ['sp ace:s', `type \`sp ace\` is not a name; ${NAMES}`],
  ['space:a b', `the id holds U+0020; ${IDS}`],
  ['space:a\nb', `the id holds U+000A; ${IDS}`],
  ['space:a\u0000', `the id holds U+0000; ${IDS}`],
  ['space:\u00a0', `the id holds U+00A0; ${IDS}`],
];
const OBJECTS: [string, string][] = [
  ...REFERENCES,
  ['space:a#b', `the id holds U+0023; ${IDS}`],
  ['space:*', 'a wildcard can only be a subject'],
];
const SUBJECTS: [string, string][] = [
  ...REFERENCES,
  ['space#reader', 'there is no `:`; write `type:id`'],
  ['team:a#', 'the relation is empty'],
  ['team:a#b c', `relation \`b c\` is not a name; ${NAMES}`],
  ['team:a#b#c', `relation \`b#c\` is not a name; ${NAMES}`],
  ['team:*#member', 'a wildcard has no relation; write `type:*`'],
];
const RELATIONS: [string, string][] = [
  ['re ad', `relation \`re ad\` is not a name; ${NAMES}`],
  ['1x', `relation \`1x\` is not a name; ${NAMES}`],
  ['read\u00e9', `relation \`read\u00e9\` is not a name; ${NAMES}`],
];
const TOO_LONG: [string, string] = [`${LONG}:s`, 'the type has 129 characters; at most 128 are allowed'];

const MISSING: [string, string] = ['', ''];
const HOW_TO_NAME: Record<string, string> = {
  object: 'send `type:id`',
  relation: 'send the name of one',
  subject: 'send `type:id`, `type:id#relation` or `type:*`',
};

const BAD = {
  object: [...OBJECTS, MISSING, TOO_LONG],
  subject: [...SUBJECTS, MISSING, TOO_LONG],
  relation: [
    ...RELATIONS,
    MISSING,
    [LONG, 'the relation has 129 characters; at most 128 are allowed'] as [string, string],
  ],
};

type Part = keyof typeof BAD;
const PARTS: Part[] = ['object', 'relation', 'subject'];

/** The text as errors show it. */
function shown(text: string): string {
  if (text.length <= 80) return `\`${text}\``;
  // Never half a character.
  const start = text.slice(0, text.codePointAt(76) === text.charCodeAt(76) ? 77 : 76);
  return `\`${start}…\` (${text.length} characters)`;
}

function malformed(field: string, [text, what]: [string, string]): object {
  if (text === '') {
    const how = HOW_TO_NAME[field.slice(field.lastIndexOf('.') + 1)];
    return {
      code: 'INVALID_ARGUMENT',
      reason: 'MISSING_FIELD',
      field,
      message: `${field} is missing; ${how}`,
    };
  }
  return {
    code: 'INVALID_ARGUMENT',
    reason: 'MALFORMED_REFERENCE',
    field,
    message: `${field} ${shown(text)}: ${what}`,
  };
}

const update = (tuple: object): object => ({ operation: 'OPERATION_TOUCH', tuple });

/** Where tuples stand, the second of two where there are many: method, path, and a request with it. */
const PLACES: [string, string, (tuple: object) => object][] = [
  ['PermissionService/Check', '', (tuple) => tuple],
  [
    'PermissionService/Check',
    'contextual_tuples[1].',
    (tuple) => ({ ...GOOD, contextualTuples: [GOOD, tuple] }),
  ],
  [
    'PermissionService/BatchCheck',
    'contextual_tuples[1].',
    (tuple) => ({ items: [GOOD], contextualTuples: [GOOD, tuple] }),
  ],
  ['PermissionService/Write', 'updates[1].tuple.', (tuple) => ({ updates: [update(GOOD), update(tuple)] })],
];

for (const [method, path, request] of PLACES) {
  it.each(PARTS)(`refuses every malformed ${path}%s in ${method}`, async (part) => {
    for (const bad of BAD[part]) {
      const failure = await shared.client.failure(method, request({ ...GOOD, [part]: bad[0] }));
      expect(failure).toEqual(malformed(`${path}${part}`, bad));
    }
    expect(await shared.client.read()).toEqual([]);
  });
}

it.each(PARTS)('answers a malformed items[1].%s by itself and the rest of the batch', async (part) => {
  for (const bad of BAD[part]) {
    const items = [GOOD, { ...GOOD, [part]: bad[0] }, GOOD];
    const { results } = await shared.client.call('PermissionService/BatchCheck', { items });
    const { reason, field, message } = malformed(`items[1].${part}`, bad) as Record<string, string>;
    expect(results[1].error).toEqual({ code: 3, reason, field, message });
    expect(results[1].answer).toBe('ANSWER_UNSPECIFIED');
    expect([results[0].answer, results[2].answer]).toEqual(['ANSWER_DENIED', 'ANSWER_DENIED']);
  }
});

const FILTER_BAD: Record<Part, [string, string][]> = {
  object: [
    ...OBJECTS.filter(([text]) => text.includes(':')),
    ['sp ace', 'it is neither `type` nor `type:id`'],
    [LONG, 'it is neither `type` nor `type:id`'],
  ],
  relation: RELATIONS,
  subject: [
    ...SUBJECTS.filter(([text]) => text.includes(':')),
    ['team#member', 'it is none of `type`, `type:id`, `type:*` and `type:id#relation`'],
  ],
};

const FILTER_PLACES: [string, string, (filter: object) => object][] = [
  ['PermissionService/Read', 'filter.', (filter) => ({ filter })],
  [
    'PermissionService/Write',
    'preconditions[1].filter.',
    (filter) => ({
      updates: [update(GOOD)],
      preconditions: [GOOD, filter].map((each) => ({ condition: 'CONDITION_MUST_NOT_EXIST', filter: each })),
    }),
  ],
];

for (const [method, path, request] of FILTER_PLACES) {
  it.each(PARTS)(`refuses every malformed ${path}%s in ${method}`, async (part) => {
    for (const bad of FILTER_BAD[part]) {
      const failure = await shared.client.failure(method, request({ [part]: bad[0] }));
      expect(failure).toEqual(malformed(`${path}${part}`, bad));
    }
    expect(await shared.client.read()).toEqual([]);
  });
}

it('refuses every malformed actor of a write and of a schema', async () => {
  for (const bad of [...OBJECTS, TOO_LONG]) {
    const write = { updates: [update(GOOD)], actor: bad[0] };
    expect(await shared.client.failure('PermissionService/Write', write)).toEqual(malformed('actor', bad));
    const schema = { text: SCHEMA, actor: bad[0] };
    expect(await shared.client.failure('SchemaService/WriteSchema', schema)).toEqual(malformed('actor', bad));
  }
});

// 1024 bytes: of one, two, three and four bytes a character.
const FULL_IDS = ['a'.repeat(1024), 'é'.repeat(512), `a${'€'.repeat(341)}`, '😀'.repeat(256)];

it.each(FULL_IDS)('takes an id of 1024 bytes and refuses one of 1025, in each place: %.3s…', async (id) => {
  const { client } = shared;
  const fits = [
    `space:${id}#writer@user:ada`,
    `space:s#writer@user:${id}`,
    `space:s#writer@team:${id}#member`,
  ];
  await client.write(fits);
  expect(new Set(await client.read())).toEqual(new Set(fits));
  for (const tuple of fits) expect(await client.check(tuple)).toBe('allowed');
  await client.write(fits.map((tuple) => ['delete', tuple]));

  const tooLong = (field: string, text: string): object =>
    malformed(field, [text, 'the id has 1025 bytes; at most 1024 are allowed']);
  for (const [part, text] of [
    ['object', `space:${id}b`],
    ['subject', `user:${id}b`],
    ['subject', `team:${id}b#member`],
  ]) {
    const tuple = { ...GOOD, [part]: text };
    expect(await client.failure('PermissionService/Check', tuple)).toEqual(tooLong(part, text));
    const write = { updates: [update(tuple)] };
    const field = `updates[0].tuple.${part}`;
    expect(await client.failure('PermissionService/Write', write)).toEqual(tooLong(field, text));
  }
});

it('takes ids with every other character there is, and keeps them apart', async () => {
  const ids = [
    '@',
    ':',
    'a@b:c',
    '**',
    '%',
    "'",
    '"',
    '\\',
    '\\x41',
    'é',
    'e\u0301',
    'A',
    'a',
    '_',
    '$1',
    ';--',
    '\u{1f600}',
  ];
  const tuples = ids.map((id) => `space:${id}#writer@user:${id}`);
  await shared.client.write(tuples);
  for (const id of ids) {
    for (const other of ids) {
      const expected = id === other ? 'allowed' : 'denied';
      expect(await shared.client.check(`space:${id}#write@user:${other}`)).toBe(expected);
    }
  }
  expect(new Set(await shared.client.read())).toEqual(new Set(tuples));
  await shared.client.write(tuples.map((tuple) => ['delete', tuple]));
});
