/** Random schemas with rules for writes, and random writes to them. */
import type { OracleTuple, OracleWrite } from './judge-oracle.ts';

type Random = () => number;

const NOW = Date.parse('2029-06-01T00:00:00Z');
const DAY = 86_400_000;

function pick<T>(random: Random, of: readonly T[]): T {
  return of[Math.floor(random() * of.length)] as T;
}

/** Now and then `text`. */
function some(random: Random, share: number, text: string): string {
  return random() < share ? text : '';
}

const CREATED = [
  'root.boss',
  'root.boss or parent.a',
  'parent.view',
  'self',
  'a',
  'root.boss and a',
  'every team.lead',
  'me of a',
  'lead of team',
];
const DELETED = ['root.boss', 'a', 'view', 'nobody', 'me of view', 'lead of team'];
const GRANTED = [
  'root.boss',
  'a',
  'view',
  'root.boss or a',
  'a except barred',
  'parent.view',
  'every team.lead',
  'self',
  'nobody',
  'me of view',
  'lead of team',
  'me of a except barred',
];

/** A rule's clauses, `of` being what may stand in them. */
function clauses(random: Random, of: readonly string[]): string {
  const granted = some(random, 0.85, ` granted by ${pick(random, of)}`);
  return `${granted}${some(random, 0.3, ` revoked by ${pick(random, of)}`)}`;
}

export function randomRules(random: Random): string {
  const c = (share: number): string => some(random, share, ' | user with c');
  const expiring = (): string =>
    pick(random, ['', ' | user expires', ' | user expires', ' | user must expire within 10d']);
  const requires = [
    'require one of a, b',
    'require unique a, b',
    'require a contains b',
    'require parent.a contains a',
    'require parent.root contains root',
    'require team.lead contains b',
    'require view excludes barred',
    'require a excludes b',
    'require seen excludes b',
    // Twice as often.
    'require opened excludes lock',
    'require lock excludes opened',
    'require opened excludes keyed',
    'require led excludes barred',
  ].filter(() => random() < 0.3);
  const subject = [
    ...GRANTED,
    'subject.view',
    'a and subject.a',
    'subject.view or root.boss',
    'root.boss except subject.a',
  ];
  const group = ['lead', 'root.boss', 'lead or root.boss', 'root.boss and subject.me', 'me of lead'];
  return `
condition c(ok bool) { ok }
type user { relation key : key${some(random, 0.5, ' unique')} granted by self
  permission me = self }
type key
type root { relation boss : user | user:*${c(0.2)}${expiring()} granted by boss }
type team {
  ${some(random, 0.5, 'created by root.boss')}
  relation root   : root [0..1]${some(random, 0.5, ' granted by root.boss')}
  relation lead   : user ${some(random, 0.3, '[0..2]')}${some(random, 0.2, ' unique')} ${clauses(random, group)}
  relation member : user | team#member | user:*${c(0.6)}${expiring()} ${clauses(random, group)}
}
type doc {
  ${some(random, 0.7, `created by ${pick(random, CREATED)}`)}
  ${some(random, 0.5, `deleted by ${pick(random, DELETED)}`)}
  relation root   : root ${some(random, 0.3, '[1]')}${clauses(random, GRANTED)}
  relation parent : doc ${some(random, 0.5, '[0..1]')}${clauses(random, subject)}
  relation team   : team ${clauses(random, GRANTED)}
  relation a : user | team#member${some(random, 0.4, ' | user:*')}${c(0.6)}${expiring()} ${pick(random, ['', '', '[1..]', '[0..2]', '[1..3]'])}${some(random, 0.15, ' unique')}${clauses(random, GRANTED)}
  relation b : user | team#member${c(0.6)}${expiring()} ${some(random, 0.2, '[0..1]')}${clauses(random, GRANTED)}
  relation barred : user${c(0.6)}${expiring()} ${clauses(random, GRANTED)}
  relation lock : key ${clauses(random, GRANTED)}
  ${requires.join('\n  ')}
  permission view = (a or b or parent.view) except barred
  permission seen = a and team.member
  permission rest = every team.member
  permission opened = key of ${pick(random, ['a', 'view', 'seen', 'rest', 'barred'])}
  permission keyed = lock or key of b
  permission led = lead of team or me of seen
}`;
}

const USERS = ['user:0', 'user:1', 'user:2', 'user:3'];
const DOCS = ['doc:0', 'doc:1', 'doc:2', 'doc:3'];
const TEAMS = ['team:0', 'team:1', 'team:2'];
const SETS = TEAMS.map((team) => `${team}#member`);
const MANY = [...USERS, ...USERS, ...USERS, ...SETS, 'user:*'];

function carriedBy(random: Random): Pick<OracleTuple, 'condition' | 'expiresAt'> {
  const roll = random();
  if (roll < 0.65) return {};
  if (roll < 0.8) return { condition: pick(random, [{}, { ok: true }, { ok: false }]) };
  return { expiresAt: NOW + pick(random, [-1, 1, 5, 20]) * DAY };
}

function randomTuple(random: Random): OracleTuple {
  const tuple = (object: string, relation: string, subject: string): OracleTuple => ({
    object,
    relation,
    subject,
    ...(isPlainUser(subject) && relation !== 'key' && relation !== 'lead' ? carriedBy(random) : {}),
  });
  const doc = pick(random, DOCS);
  switch (Math.floor(random() * 14)) {
    case 0:
    case 10:
      return tuple(pick(random, USERS), 'key', pick(random, ['key:0', 'key:1']));
    case 1:
      return tuple('root:0', 'boss', pick(random, [...USERS, 'user:*']));
    case 2:
      return tuple(pick(random, TEAMS), 'root', 'root:0');
    case 3:
      return tuple(pick(random, TEAMS), 'lead', pick(random, USERS));
    case 4:
      return tuple(pick(random, TEAMS), 'member', pick(random, MANY));
    case 5:
      return tuple(doc, 'root', pick(random, ['root:0', 'root:1']));
    case 6:
      return tuple(doc, 'parent', pick(random, DOCS));
    case 7:
      return tuple(doc, 'team', pick(random, TEAMS));
    case 8:
      return tuple(doc, 'barred', pick(random, USERS));
    case 9:
    case 11:
      return { object: doc, relation: 'lock', subject: pick(random, ['key:0', 'key:1']) };
    default:
      return tuple(doc, random() < 0.6 ? 'a' : 'b', pick(random, MANY));
  }
}

function isPlainUser(subject: string): boolean {
  return USERS.includes(subject);
}

/** Mostly about one object, so that several of its tuples come together. */
export function randomWrite(random: Random, stored: readonly OracleTuple[]): OracleWrite {
  const updates = new Map<string, { tuple: OracleTuple; adds: boolean }>();
  const count = 1 + Math.floor(random() * random() * 7);
  let focus: string | undefined;
  for (let tries = 0; updates.size < count && tries < 200; tries++) {
    const isOld = stored.length > 0 && random() < 0.4;
    const tuple = isOld ? pick(random, stored) : randomTuple(random);
    if (focus !== undefined && tuple.object !== focus && random() < 0.6) continue;
    focus ??= tuple.object;
    const adds = isOld ? random() < 0.3 : random() < 0.93;
    const changed =
      isOld && adds && isPlainUser(tuple.subject) ? { ...bare(tuple), ...carriedBy(random) } : tuple;
    updates.set(`${tuple.object}#${tuple.relation}@${tuple.subject}`, { tuple: changed, adds });
  }
  const all = [...updates.values()];
  const write: OracleWrite = {
    now: NOW,
    add: all.filter(({ adds }) => adds).map(({ tuple }) => tuple),
    remove: all.filter(({ adds }) => !adds).map(({ tuple }) => bare(tuple)),
  };
  if (random() < 0.45) write.actor = pick(random, USERS);
  if (random() < 0.3) write.ok = random() < 0.5;
  return write;
}

function bare({ object, relation, subject }: OracleTuple): OracleTuple {
  return { object, relation, subject };
}
