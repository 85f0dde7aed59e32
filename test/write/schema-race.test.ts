/**
 * A rule is put in force over one node while writes over another break it and mend it again: whoever comes first wins, and
 * at every revision of the log what is stored obeys the schema in force.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { newStore, shareNodes, storeId } from '../service/shared.ts';
import { query } from '../support/database.ts';
import { type Outcome, outcome } from '../support/outcomes-of-writes.ts';
import { randomSeed, seeded } from '../support/random.ts';

const shared = shareNodes(2);
/** Times that a schema is written. */
const ROUNDS = 24;

type Update = [operation: 'touch' | 'delete', tuple: string];
type Has = (tuple: string) => boolean;

/** Each is told of several objects, by their numbers. */
interface Rule {
  reason: string;
  /** Makes the schema one that has the rule. */
  add: (schema: string) => string;
  stored: (i: number) => string[];
  breaks: (i: number) => Update;
  isBroken: (has: Has, i: number) => boolean;
}

const SCHEMA = `
type user { relation key : key
  relation old : key
}
type key
type team { relation member : user }
type house { relation owner : user }
type desk {
  relation house : house
  relation lead  : user
  relation clerk : user | team#member
  relation guest : user | team#member
}`;

const withRequire = (rule: string) => (schema: string) => schema.replace(/}$/, `  require ${rule}\n}`);
const withPart = (name: string, part: string) => (schema: string) =>
  schema.replace(new RegExp(`relation ${name} +: \\w+`), `$& ${part}`);

const RULES: Record<string, Rule> = {
  'a minimum': {
    reason: 'INVARIANT_MULTIPLICITY',
    add: withPart('lead', '[1..]'),
    stored: (i) => [`desk:${i}#lead@user:a`, `desk:${i}#clerk@user:b`],
    breaks: (i) => ['delete', `desk:${i}#lead@user:a`],
    isBroken: (has, i) => !has(`desk:${i}#lead@user:a`),
  },
  'a maximum': {
    reason: 'INVARIANT_MULTIPLICITY',
    add: withPart('lead', '[0..1]'),
    stored: (i) => [`desk:${i}#lead@user:a`],
    breaks: (i) => ['touch', `desk:${i}#lead@user:b`],
    isBroken: (has, i) => has(`desk:${i}#lead@user:b`),
  },
  unique: {
    reason: 'INVARIANT_UNIQUE',
    add: withPart('key', 'unique'),
    stored: (i) => [`user:a#key@key:${i}`],
    breaks: (i) => ['touch', `user:b#key@key:${i}`],
    isBroken: (has, i) => has(`user:b#key@key:${i}`),
  },
  'require unique': {
    reason: 'INVARIANT_REQUIRE',
    add: (schema) => schema.replace('relation old : key', '$&\n  require unique key, old'),
    stored: (i) => [`user:a#key@key:${i}`],
    breaks: (i) => ['touch', `user:b#old@key:${i}`],
    isBroken: (has, i) => has(`user:b#old@key:${i}`),
  },
  'one of': {
    reason: 'INVARIANT_REQUIRE',
    add: withRequire('one of clerk, guest'),
    stored: (i) => [`desk:${i}#clerk@user:a`],
    breaks: (i) => ['touch', `desk:${i}#guest@user:a`],
    isBroken: (has, i) => has(`desk:${i}#guest@user:a`),
  },
  contains: {
    reason: 'INVARIANT_REQUIRE',
    add: withRequire('clerk contains guest'),
    stored: (i) => [`desk:${i}#clerk@user:a`, `desk:${i}#guest@user:a`],
    breaks: (i) => ['delete', `desk:${i}#clerk@user:a`],
    isBroken: (has, i) => !has(`desk:${i}#clerk@user:a`),
  },
  'contains, over another object': {
    reason: 'INVARIANT_REQUIRE',
    add: withRequire('house.owner contains guest'),
    stored: (i) => [`desk:${i}#house@house:${i}`, `desk:${i}#guest@user:a`, `house:${i}#owner@user:a`],
    breaks: (i) => ['delete', `house:${i}#owner@user:a`],
    isBroken: (has, i) => !has(`house:${i}#owner@user:a`),
  },
  excludes: {
    reason: 'INVARIANT_REQUIRE',
    add: withRequire('clerk excludes guest'),
    stored: (i) => [`desk:${i}#clerk@user:a`, `desk:${i}#guest@team:${i}#member`],
    breaks: (i) => ['touch', `team:${i}#member@user:a`],
    isBroken: (has, i) => has(`team:${i}#member@user:a`),
  },
};

const undo = ([operation, tuple]: Update): Update => [operation === 'touch' ? 'delete' : 'touch', tuple];

it.each(Object.entries(RULES))('%s: never both', { timeout: 60_000 }, async (_, rule) => {
  const seed = randomSeed();
  const random = seeded(seed);
  const strict = rule.add(SCHEMA);
  expect(strict).not.toBe(SCHEMA);
  const store = await newStore(shared, SCHEMA);
  await shared.client.write([0, 1].flatMap(rule.stored), { store });

  let isOver = false;
  const written: Outcome[] = [];
  const breakAndMend = async (i: number): Promise<void> => {
    const { client } = shared.nodes[i];
    for (let isBroken = false; !isOver; ) {
      const update = isBroken ? undo(rule.breaks(i)) : rule.breaks(i);
      const told = await outcome(() => client.write([update], { store }));
      written.push(told);
      if (told === 'written') isBroken = !isBroken;
      await sleep(random() * (isBroken ? 3 : 15));
    }
  };
  const schemas: Outcome[] = [];
  const tighten = async (): Promise<void> => {
    for (let round = 0; round < ROUNDS; round++) {
      const { client } = shared.nodes[round % 2];
      schemas.push(await outcome(() => client.writeSchema(strict, { store })));
      await sleep(random() * 15);
      await client.writeSchema(SCHEMA, { store });
    }
    isOver = true;
  };
  await Promise.all([breakAndMend(0), breakAndMend(1), tighten()]);

  expect(await brokenAt(store, rule, strict), `SEED=${seed}`).toEqual([]);
  expect(new Set(written), `SEED=${seed}`).toEqual(new Set(['written', rule.reason]));
  expect(new Set(schemas), `SEED=${seed}`).toEqual(new Set(['written', 'SCHEMA_IN_USE']));
});

/** The revisions at which the rule is in force and broken. */
async function brokenAt(store: string, rule: Rule, strict: string): Promise<number[]> {
  const id = await storeId(shared, store);
  const events = await query<{ revision: string; text: string | null; added: boolean; tuple: string }>(
    shared.database,
    `select revision, text, null as added, null as tuple from schema_version where store_id = $1
     union all
     select revision, null, added, object_type || ':' || object_id || '#' || relation || '@' || subject_type || ':' ||
       subject_id || case subject_relation when '' then '' else '#' || subject_relation end
     from change where store_id = $1
     order by 1`,
    [id],
  );
  const stored = new Set<string>();
  const broken: number[] = [];
  let isInForce = false;
  for (const [at, { revision, text, added, tuple }] of events.entries()) {
    if (text !== null) isInForce = text === strict;
    else if (added) stored.add(tuple);
    else stored.delete(tuple);
    if (events[at + 1]?.revision === revision || !isInForce) continue;
    if ([0, 1].some((i) => rule.isBroken((each) => stored.has(each), i))) broken.push(Number(revision));
  }
  return broken;
}
