import { assert, describe, expect, test, vi } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { runWhole, type Sliced, STEPS_A_YIELD } from '../../src/base/slices.ts';
import type { Found } from '../../src/engine/lookup/found.ts';
import { lookupResources } from '../../src/engine/lookup/lookup-resources.ts';
import { Walk } from '../../src/engine/walk/walk.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { Neighbours } from '../../src/view/neighbours.ts';
import { OverlayView, View } from '../../src/view/view.ts';
import { questionOf, World } from './world.ts';

/** `type#relation@subject` to what is looked up. */
function lookup(
  world: World,
  question: string,
  limits: Partial<Limits> = {},
  view: View = world.view,
): Sliced<Found[]> {
  const { object, relation, subject } = questionOf(question);
  const query = { resourceType: object, relation, subject };
  return lookupResources(world.plan, view, query, { ...defaultLimits(), ...limits });
}

/** The ids found, or the reason of the error. */
function found(world: World, question: string, limits: Partial<Limits> = {}, view?: View): string {
  try {
    const results = runWhole(lookup(world, question, limits, view));
    return results.map(({ id, answer }) => (answer === 'allowed' ? id : `${id} (${answer})`)).join(' ');
  } catch (error) {
    if (error instanceof PembaError) return error.reason;
    throw error;
  }
}

function errorOf(work: () => unknown): PembaError {
  try {
    work();
  } catch (error) {
    assert(error instanceof PembaError, String(error));
    return error;
  }
  return assert.fail('no error');
}

const SCHEMA = `
type user {
  relation boss : user
  permission rename = self or boss
}
type team {
  relation member : user | team#member
  relation public : user:* | user
}
type folder {
  relation parent  : folder
  relation viewer  : user | team#member
  relation banned  : user | user:*
  permission view  = viewer or parent.view
  permission work  = viewer except banned
  permission below = parent.work
}
type doc {
  relation folder   : folder
  relation reader   : user | user:* | team#member
  relation approved : user
  relation crew     : team | team#public
  permission view    = reader or folder.view
  permission both    = reader and approved
  permission without = reader except approved
  permission all     = every folder.view
  permission work    = folder.work
  permission crewed  = crew.member
  permission strict  = (crew.member and reader) or crew
  permission nothing = nobody
}
`;

const TUPLES = [
  'team:t#member@user:ada',
  'team:t2#member@team:t#member',
  'team:t#public@user:*',
  'folder:top#viewer@team:t2#member',
  'folder:mid#parent@folder:top',
  'folder:low#parent@folder:mid',
  'folder:other#viewer@user:eve',
  'folder:mid#viewer@user:ada',
  'folder:mid#banned@user:ada',
  'doc:in-low#folder@folder:low',
  'doc:in-two#folder@folder:low',
  'doc:in-two#folder@folder:other',
  'doc:in-mid#folder@folder:mid',
  'doc:in-top#folder@folder:top',
  'doc:read#reader@user:ada',
  'doc:read-by-team#reader@team:t2#member',
  'doc:public#reader@user:*',
  'doc:read#approved@user:ada',
  'doc:approved#approved@user:ada',
  'doc:crew#crew@team:t2',
  'doc:crew-set#crew@team:t#public',
];

describe('what is found', () => {
  test.each([
    ['stored tuples, sets and the wildcard', 'doc#reader@user:ada', 'public read read-by-team'],
    [
      'names and arrows, however deep',
      'doc#view@user:ada',
      'in-low in-mid in-top in-two public read read-by-team',
    ],
    ['who reads nothing finds what is public', 'doc#view@user:nobody-knows', 'public'],
    ['`and` is where both hold', 'doc#both@user:ada', 'read'],
    ['`except` is where the right side does not hold', 'doc#without@user:ada', 'public read-by-team'],
    ['`every` is where all have it', 'doc#all@user:ada', 'in-low in-mid in-top'],
    ['an arrow over what was checked', 'doc#work@user:ada', 'in-top'],
    ['an arrow names the object of a set, too', 'doc#crewed@user:ada', 'crew crew-set'],
    ['an object that is stored is not all who are in it', 'doc#strict@user:ada', 'crew-set'],
    ['`nobody` is nowhere', 'doc#nothing@user:ada', ''],
    ['a set is in itself, and in what holds it', 'team#member@team:t#member', 't t2'],
    ['so is one that no tuple mentions', 'team#member@team:new#member', 'new'],
    ['what holds a set', 'doc#view@team:t#member', 'in-low in-mid in-top in-two read-by-team'],
    ['`self` is the subject', 'user#rename@user:ada', 'ada'],
    ['also if no tuple mentions it', 'user#rename@user:nobody-knows', 'nobody-knows'],
    ['a wildcard is no object, so not itself', 'user#rename@user:*', ''],
    ['a wildcard is found through itself alone', 'doc#view@user:*', 'public'],
    ['what excludes everybody excludes the wildcard', 'team#public@user:*', 't'],
    ['a set of another relation is another subject', 'doc#reader@team:t#public', ''],
  ])('%s', async (_what, question, expected) => {
    expect(found(await World.of(SCHEMA, TUPLES), question)).toBe(expected);
  });

  test('ids come in the order of their code points', async () => {
    const ids = ['b', 'a', 'é', 'z', 'A', '10', '9', 'a-', '\u{1f600}', '\uff5e', 'a\u{1f600}', 'a\uff5e'];
    const world = await World.of(
      SCHEMA,
      ids.map((id) => `doc:${id}#reader@user:ada`),
    );
    const sorted = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(found(world, 'doc#reader@user:ada')).toBe(sorted.join(' '));
  });

  test('rings of groups and of folders end', async () => {
    const world = await World.of(SCHEMA, [
      ...TUPLES,
      'team:t#member@team:t2#member',
      'folder:top#parent@folder:low',
    ]);
    expect(found(world, 'folder#view@user:ada')).toBe('low mid top');
  });

  test('an object is found through contextual tuples alone, and not what they take away', async () => {
    const world = await World.of(SCHEMA, TUPLES);
    const view = new OverlayView(world.graph);
    for (const tuple of [
      'doc:new#folder@folder:new',
      'folder:new#parent@folder:top',
      'doc:n2#reader@user:new',
    ])
      view.add(parseTuple(tuple));
    view.remove(parseTuple('doc:public#reader@user:*'));
    expect(found(world, 'doc#view@user:ada', {}, view)).toBe(
      'in-low in-mid in-top in-two new read read-by-team',
    );
    expect(found(world, 'doc#view@user:new', {}, view)).toBe('n2');
  });

  test('a chain deeper than a check may go is found, for it is checked link by link', async () => {
    const schema = `
      type user
      type folder {
        relation parent : folder
        relation viewer : user
        relation banned : user
        permission view = (viewer or parent.view) except banned
      }
    `;
    const world = await World.of(schema, [
      'folder:0#viewer@user:ada',
      ...Array.from({ length: 99 }, (_, i) => `folder:${i + 1}#parent@folder:${i}`),
      'folder:50#banned@user:ada',
    ]);
    expect(found(world, 'folder#view@user:ada', { walkDepth: 10 }).split(' ')).toHaveLength(50);
    expect(world.within({ walkDepth: 10 })('folder:20#view@user:ada')).toBe('LIMIT');
  });
});

describe('negation', () => {
  const schema = `
    type user
    type game {
      relation next : game
      relation player : user
      relation judge : user
      permission win = player except next.win
      permission sure = win and judge
    }
    type match {
      relation game : game
      permission won = game.win
    }
  `;

  test('what is decided by going round a negation is found', async () => {
    const chain = ['game:a#next@game:b', 'game:b#next@game:c', 'game:c#next@game:d'];
    const players = ['a', 'b', 'c', 'd'].map((id) => `game:${id}#player@user:ada`);
    expect(found(await World.of(schema, [...chain, ...players]), 'game#win@user:ada')).toBe('b d');
  });

  test('an object on which the answer depends on its own negation fails the lookup', async () => {
    const ring = ['game:a#next@game:a', 'game:a#player@user:ada', 'game:b#player@user:ada'];
    const world = await World.of(schema, ring);
    expect(found(world, 'game#win@user:ada')).toBe('NEGATION_CYCLE');
    expect(world.check('game:a#win@user:ada')).toBe('NEGATION_CYCLE');
  });

  test('also where that is found out far from the object', async () => {
    const ring = ['match:m#game@game:a', 'game:a#next@game:a', 'game:a#player@user:ada'];
    const world = await World.of(schema, ring);
    expect(found(world, 'match#won@user:ada')).toBe('NEGATION_CYCLE');
    expect(world.check('match:m#won@user:ada')).toBe('NEGATION_CYCLE');
  });

  test('but not if it does not matter to the answer', async () => {
    const world = await World.of(schema, [
      'game:a#next@game:a',
      'game:a#player@user:ada',
      'game:b#player@user:ada',
    ]);
    world.add('game:b#judge@user:ada');
    expect(world.check('game:a#sure@user:ada')).toBe('denied');
    expect(found(world, 'game#sure@user:ada')).toBe('b');
  });
});

describe('work', () => {
  const OTHERS = Array.from({ length: 3_000 }, (_, i) => `doc:o${i}#reader@user:eve`);

  test('what the subject has nothing to do with costs nothing', async () => {
    const check = vi.spyOn(Walk.prototype, 'check');
    const world = await World.of(SCHEMA, [...TUPLES, ...OTHERS]);
    expect(found(world, 'doc#without@user:ada', { lookupSteps: 60 })).toBe('public read-by-team');
    expect(check.mock.calls.length).toBeLessThan(10);
    check.mockRestore();
  });

  test('what is known to hold without a check is not checked', async () => {
    const check = vi.spyOn(Walk.prototype, 'check');
    const world = await World.of(SCHEMA, TUPLES);
    found(world, 'doc#view@user:ada');
    expect(check).not.toHaveBeenCalled();
    check.mockRestore();
  });

  test('a lookup that needs as many steps as lookupSteps is answered, one step more is an error that names it', async () => {
    const schema = 'type user\ntype doc { relation reader : user }';
    const world = await World.of(schema, ['doc:a#reader@user:ada', 'doc:b#reader@user:ada']);
    // The user's node, found and opened; two documents, each at its tuple, met, and gone on from.
    expect(found(world, 'doc#reader@user:ada', { lookupSteps: 8 })).toBe('a b');
    const error = errorOf(() => runWhole(lookup(world, 'doc#reader@user:ada', { lookupSteps: 7 })));
    expect([error.reason, error.message]).toEqual([
      'LIMIT',
      'limit lookupSteps reached: at most 7 steps (work of one lookup: members and tuples looked at)',
    ]);
  });

  test('each check of a lookup has the limits of a check, and all count towards its own', async () => {
    const many = OTHERS.slice(0, 100);
    const world = await World.of(SCHEMA, many);
    // `without`, `reader` and `approved`.
    expect(found(world, 'doc#without@user:eve', { walkVisits: 3 }).split(' ')).toHaveLength(100);
    const error = errorOf(() => runWhole(lookup(world, 'doc#without@user:eve', { walkVisits: 2 })));
    expect(error.message).toMatch(/^limit walkVisits reached/);
    expect(found(world, 'doc#without@user:eve', { lookupSteps: 600 })).toBe('LIMIT');
  });

  test('no more than 256 neighbours are met, objects checked or ids read between two yields', async () => {
    const world = await World.of(SCHEMA, OTHERS);
    const counted = [
      vi.spyOn(Neighbours.prototype, 'next'),
      vi.spyOn(Walk.prototype, 'check'),
      vi.spyOn(View.prototype, 'idOf'),
    ];
    const work = lookup(world, 'doc#without@user:eve');
    const most = counted.map(() => 0);
    let yields = 0;
    for (let done = false; !done; yields++) {
      done = work.next().done === true;
      counted.forEach((spy, i) => {
        most[i] = Math.max(most[i], spy.mock.calls.length);
        spy.mockClear();
      });
    }
    for (const spy of counted) spy.mockRestore();
    expect(Math.min(...most)).toBeGreaterThan(10);
    expect(Math.max(...most)).toBeLessThanOrEqual(STEPS_A_YIELD);
    expect(yields).toBeGreaterThan((3 * 3_000) / STEPS_A_YIELD);
  });
});

test.each([
  ['unknown#view@user:ada', 'UNKNOWN_TYPE', 'resource_type'],
  ['no type#view@user:ada', 'MALFORMED_REFERENCE', 'resource_type'],
  ['doc#vieww@user:ada', 'UNKNOWN_RELATION', 'relation'],
  ['doc#@user:ada', 'MALFORMED_REFERENCE', 'relation'],
  ['doc#view@unknown:ada', 'UNKNOWN_TYPE', 'subject'],
  ['doc#view@team:t#unknown', 'UNKNOWN_RELATION', 'subject'],
  ['doc#view@ada', 'MALFORMED_REFERENCE', 'subject'],
])('%s is refused with %s, and the field to blame', async (question, reason, field) => {
  const world = await World.of(SCHEMA);
  const error = errorOf(() => runWhole(lookup(world, question)));
  expect([error.reason, error.field]).toEqual([reason, field]);
});
