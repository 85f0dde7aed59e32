import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { assertWellFormed } from '../picture/well-formed.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

const QUESTION = 'space:ml#read@user:ada';
const position = { file: 'lamin.pemba', line: 7, column: 3 };
const tuple = (object: string, relation: string, subject: string) => ({ object, relation, subject });

const REASONS = [
  { set: 'space:ml#read', expression: 'reader except banned', position, because: [1, 3] },
  {
    set: 'space:ml#reader',
    expression: 'direct',
    tuple: tuple('space:ml', 'reader', 'team:a#member'),
    because: [2],
  },
  { set: 'team:a#member', tuple: tuple('team:a', 'member', 'user:ada') },
  { expression: 'banned', isAbsent: true, because: [2] },
];

const MISSES = [
  {
    add: [tuple('space:ml', 'reader', "user:o'hara")],
    remove: [],
    reasons: [{ set: 'space:ml#reader', tuple: tuple('space:ml', 'reader', "user:o'hara"), isMissing: true }],
  },
  {
    add: [tuple('team:a', 'member', 'user:*')],
    remove: [tuple('space:ml', 'banned', 'user:ada')],
    reasons: [
      { set: 'space:ml#read', because: [1] },
      { set: 'space:ml#banned', isAbsent: true, tuple: tuple('space:ml', 'banned', 'user:ada') },
    ],
  },
];

describe('explain', () => {
  const answering = (response: object): void => {
    bench.service.handlers = { Explain: () => ({ zookie: 'z1', ...response }) };
  };
  const env = { LC_ALL: 'C.UTF-8' };

  it('draws the derivation of an allow, with its tuples and places in the schema', async () => {
    answering({ answer: 'ANSWER_ALLOWED', reasons: REASONS });
    expect(await bench.ask(['explain', QUESTION], { env })).toEqual({
      code: 0,
      out: `allowed
space:ml#read = reader except banned  [lamin.pemba:7:3]
├─ space:ml#reader
│  ├─ space:ml#reader@team:a#member
│  └─ team:a#member
│     └─ team:a#member@user:ada
└─ not in banned
   └─ team:a#member
      └─ team:a#member@user:ada
`,
      err: '',
    });
  });

  it('draws what is missing from a deny, with commands to be pasted', async () => {
    answering({ answer: 'ANSWER_DENIED', misses: MISSES });
    expect(await bench.ask(['explain', QUESTION, '--store', 'main'], { env })).toEqual({
      code: 0,
      out: `denied

It would be allowed after:
  pemba write --touch 'space:ml#reader@user:o'\\''hara' --store 'main'
space:ml#reader
└─ + space:ml#reader@user:o'hara (to be written)

Or after:
  pemba write --touch 'team:a#member@user:*' --delete 'space:ml#banned@user:ada' --store 'main'
space:ml#read
└─ not in space:ml#banned
   └─ - space:ml#banned@user:ada (to be deleted)

Not looked at: multiplicities, and invariants other than \`require one of\`, for which such a write may be refused.
`,
      err: '',
    });
  });

  it('prints commands that write what is missing, as a shell reads them', async () => {
    answering({ answer: 'ANSWER_DENIED', misses: MISSES });
    const { out } = await bench.ask(['explain', QUESTION]);
    bench.service.handlers = { Write: () => ({ zookie: 'z2' }) };
    for (const [i, command] of (out.match(/pemba write .*/g) ?? []).entries()) {
      const words = execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' }).split('\n');
      expect((await bench.ask(words.slice(1, -1))).code).toBe(0);
      const { updates } = bench.service.last.request;
      expect(updates).toMatchObject([
        ...MISSES[i].remove.map((each) => ({ operation: 'OPERATION_DELETE', tuple: each })),
        ...MISSES[i].add.map((each) => ({ operation: 'OPERATION_TOUCH', tuple: each })),
      ]);
    }
  });

  it('writes what tuples have to carry, and says what they replace', async () => {
    const condition = { name: 'from_office', context: { fields: { network: { stringValue: 'lan' } } } };
    const shared = tuple('space:ml', 'shared', 'link:l');
    const why = 'condition from_office is false; writing it so takes its condition away';
    answering({
      answer: 'ANSWER_DENIED',
      misses: [
        { add: [{ ...tuple('space:ml', 'guest', 'user:ada'), expiresAt: { seconds: 1_893_456_000 } }] },
        { add: [shared], ineffective: [{ tuple: { ...shared, condition }, why }] },
      ],
    });
    const { out } = await bench.ask(['explain', QUESTION]);
    expect(out).toBe(`denied

It would be allowed after:
  pemba write --touch 'space:ml#guest@user:ada [expires 2030-01-01T00:00:00Z]'

Or after:
  pemba write --touch 'space:ml#shared@link:l'
  space:ml#shared@link:l [from_office {"network":"lan"}] is stored: ${why}

Not looked at: multiplicities, and invariants other than \`require one of\`, for which such a write may be refused.
`);
  });

  it('says so if nothing is known that would allow it', async () => {
    answering({ answer: 'ANSWER_DENIED' });
    const { out } = await bench.ask(['explain', QUESTION]);
    expect(out).toMatch(/^denied\n\nNo tuples were found that would allow it\. Looked at were /);
    expect(out).not.toContain('explainSteps');
  });

  it('says so if the search for misses was not over, whatever it found', async () => {
    for (const found of [{}, { misses: MISSES }]) {
      answering({ answer: 'ANSWER_DENIED', ...found, missesArePartial: true });
      const { out } = await bench.ask(['explain', QUESTION]);
      expect(out).toMatch(
        /\n\nThe search .* reached the limit explainSteps: there may be more, and smaller ones\.\n$/,
      );
      expect(out).not.toContain('No tuples were found');
    }
    const { out } = await bench.ask(['explain', QUESTION, '--json']);
    expect(JSON.parse(out)).toMatchObject({ answer: 'denied', missesArePartial: true });
  });

  it('sends how many misses, and the rest of the question', async () => {
    answering({ answer: 'ANSWER_DENIED' });
    await bench.ask(['explain', QUESTION, '--max-misses', '7', '--with', 'a:b#c@d:e', '--fully-consistent']);
    expect(bench.service.last.request).toMatchObject({
      object: 'space:ml',
      relation: 'read',
      subject: 'user:ada',
      maxMisses: 7,
      contextualTuples: [{ object: 'a:b' }],
      consistency: { fullyConsistent: true },
    });
  });

  it('prints JSON', async () => {
    answering({ answer: 'ANSWER_DENIED', misses: MISSES });
    const parsed = JSON.parse((await bench.ask(['explain', QUESTION, '--json'])).out);
    expect(parsed).toMatchObject({ answer: 'denied', reasons: [], misses: MISSES, zookie: 'z1' });
  });

  it.each([
    ['an allow', { answer: 'ANSWER_ALLOWED', reasons: REASONS }, 'team:a#member@user:ada'],
    ['a deny', { answer: 'ANSWER_DENIED', misses: MISSES }, '- space:ml#banned@user:ada'],
    ['a deny without a way out', { answer: 'ANSWER_DENIED' }, 'denied'],
  ])('draws %s as a picture', async (_, response, label) => {
    answering(response);
    expect((await bench.ask(['explain', QUESTION, '--dot'])).out).toContain(`label="${label}"`);
    const svg = (await bench.ask(['explain', QUESTION, '--svg'])).out;
    assertWellFormed(svg);
    expect(svg).toContain(`>${label}<`);
  });

  it('gives the places in the schema as titles of a picture', async () => {
    answering({ answer: 'ANSWER_ALLOWED', reasons: REASONS });
    expect((await bench.ask(['explain', QUESTION, '--svg'])).out).toContain('<title>lamin.pemba:7:3</title>');
  });

  it('ends on steps that follow from each other', async () => {
    answering({ answer: 'ANSWER_ALLOWED', reasons: [{ set: 'a:a#r', because: [0] }] });
    expect((await bench.ask(['explain', QUESTION], { env })).out).toBe(
      'allowed\na:a#r\n└─ a:a#r (as above)\n',
    );
  });
});
