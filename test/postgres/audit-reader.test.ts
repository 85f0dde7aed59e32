/** The audit trail, read in pages, against a plain filter of all that happened. */
import { describe, expect, it } from 'vitest';
import {
  AUDIT_KINDS,
  type AuditEntry,
  type AuditFilter,
  type AuditKind,
  type AuditPlace,
} from '../../src/model/audit.ts';
import { formatSubject } from '../../src/model/reference.ts';
import { parseTuple, type Tuple } from '../../src/model/tuple.ts';
import { parseTupleFilter } from '../../src/model/write.ts';
import { PostgresAuditTrail, type Search } from '../../src/postgres/audit-reader.ts';
import { SOURCES } from '../../src/postgres/audit-sources.ts';
import type { Database } from '../../src/postgres/database.ts';
import { openDeployment } from '../../src/postgres/deployment.ts';
import { isSelected } from '../../src/service/selects.ts';
import { freshDatabase, query } from '../support/database.ts';
import { randomSeed, seeded } from '../support/random.ts';
import { openDatabase } from './workbench.ts';

const ANYTHING: AuditFilter = {
  tuple: {},
  actor: undefined,
  credentialId: undefined,
  kinds: [],
  since: undefined,
  until: undefined,
};
const DAY_MS = 86_400_000;
const EVENT_KINDS = AUDIT_KINDS.slice(5);

let url: string;
let database: Database;
async function open(): Promise<void> {
  url = await freshDatabase();
  database = await openDatabase(url);
  await openDeployment(database, ['default', 'other']);
}

async function storeOf(name: string): Promise<string> {
  return (await query<{ id: string }>(url, 'select id from store where name = $1', [name]))[0].id;
}

/** Puts rows, given by their columns, into a table. */
async function insert(table: string, rows: object[]): Promise<void> {
  const known = table === 'audit_event' ? 'overriding system value ' : '';
  await query(url, `insert into ${table} ${known}select * from json_populate_recordset(null::${table}, $1)`, [
    JSON.stringify(rows),
  ]);
}

/** A store that all kinds of things happen in, and all of them in order. */
class RandomStore {
  readonly entries: AuditEntry[] = [];
  private readonly random: () => number;
  private readonly id: string;
  private readonly name: string;
  private head = 0;
  private time: number;
  private events = 0;
  private readonly made: { id: string; level: 'read'; description: string }[] = [];

  constructor(id: string, name: string, random: () => number, begun: number) {
    this.id = id;
    this.name = name;
    this.random = random;
    this.time = begun;
  }

  below(count: number): number {
    return Math.floor(this.random() * count);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)];
  }

  async begin(): Promise<void> {
    await query(url, 'update revision set time = to_timestamp($2::float8 / 1000) where store_id = $1', [
      this.id,
      this.time,
    ]);
    const store = { id: this.id, name: this.name };
    this.tell('store_created', { ...this.whom(undefined, undefined), place: this.place(0, -1), store });
  }

  tuple(): Tuple {
    const object = this.pick(['team:a', 'team:b', 'space:a', 'space:a:b']);
    const subject = this.pick(['user:a', 'user:b@c', 'team:a', 'team:a#member', 'user:*']);
    return parseTuple(`${object}#${this.pick(['member', 'reader'])}@${subject}`);
  }

  /** So many things happen. */
  async go(steps: number): Promise<void> {
    const rows = { revision: [], change: [], schema_version: [], credential: [], audit_event: [] } as Record<
      string,
      object[]
    >;
    const revoked: [string, number][] = [];
    for (let i = 0; i < steps; i++) this.step(rows, revoked);
    for (const [table, each] of Object.entries(rows)) await insert(table, each);
    for (const [id, revision] of revoked)
      await query(url, 'update credential set revoked_at = now(), revoked_revision = $2 where id = $1', [
        id,
        revision,
      ]);
    await query(url, 'update store set revision = $2, schema_version = $2 where id = $1', [
      this.id,
      this.head,
    ]);
  }

  private step(rows: Record<string, object[]>, revoked: [string, number][]): void {
    // Often none passes: those who write together have the same time.
    this.time += this.below(2) * this.below(2_000);
    const common = {
      store_id: this.id,
      time: new Date(this.time).toISOString(),
      actor: this.pick([null, null, 'user:a', 'user:b@c']),
      credential_id: this.pick([null, 'aaa', 'bbb']),
      metadata: this.pick([null, null, '{"why":"x"}', JSON.stringify({ long: 'y'.repeat(30_000) })]),
    };
    const whom = this.whom(common.actor, common.credential_id, common.metadata);
    if (this.below(4) === 0) {
      this.happen(rows, common, whom);
      return;
    }
    const revision = ++this.head;
    const kind = this.below(8) === 0 ? 'schema' : this.below(8) === 0 ? 'credential' : 'tuples';
    rows.revision.push({ ...common, revision, tag: revision, kind });
    const place = this.place(0, -1);
    const at = { store_id: this.id, revision };
    if (kind === 'schema') {
      rows.schema_version.push({
        ...at,
        version: revision,
        text: '',
        compiled: '',
        format: 1,
        written_at: common.time,
      });
      this.tell('schema_written', { ...whom, place, schemaVersion: revision });
    } else if (kind === 'credential') {
      this.credential(rows, revoked, { ...whom, place });
    } else {
      for (let position = 0; position < this.pick([0, 1, 1, 3, 20]); position++) {
        const [tuple, added] = [this.tuple(), this.below(2) === 0];
        rows.change.push({ ...at, position, added, ...columnsOf(tuple) });
        const kind = added ? 'tuple_added' : 'tuple_removed';
        this.tell(kind, { ...whom, place: this.place(0, position), tuple });
      }
    }
  }

  private credential(
    rows: Record<string, object[]>,
    revoked: [string, number][],
    whom: Omit<AuditEntry, 'kind' | 'revision'>,
  ): void {
    const alive = this.made.pop();
    if (alive !== undefined && this.below(2) === 0) {
      revoked.push([alive.id, this.head]);
      this.tell('credential_revoked', { ...whom, credential: alive });
      return;
    }
    const made = {
      id: `${this.name}-${this.head}`,
      level: 'read' as const,
      description: `the ${this.head}.`,
    };
    this.made.push(made);
    rows.credential.push({
      ...made,
      store_id: this.id,
      secret_hash: '',
      created_at: new Date().toISOString(),
      created_revision: this.head,
    });
    this.tell('credential_created', { ...whom, credential: made });
  }

  private happen(
    rows: Record<string, object[]>,
    common: object,
    whom: Omit<AuditEntry, 'kind' | 'revision' | 'place'>,
  ): void {
    const kind = this.pick(EVENT_KINDS);
    const id = ++this.events;
    const row = { id, revision: this.head, ...common, kind, count: 7 };
    const told = { ...whom, place: this.place(1, id) };
    if (kind === 'write_refused') {
      const tuple = this.below(3) === 0 ? undefined : this.tuple();
      const refusal = { reason: 'NOT_GRANTED_BY', message: 'no' };
      const operation = tuple === undefined ? undefined : 'touch';
      rows.audit_event.push({ ...row, ...refusal, operation, ...(tuple && columnsOf(tuple)) });
      this.tell(kind, {
        ...told,
        ...(tuple && { tuple }),
        refusal: { ...refusal, operation, updates: 7 },
      });
      return;
    }
    const name = kind === 'subject_erased' ? 'user:erased-x' : 'a (b) (17)';
    rows.audit_event.push({ ...row, name });
    if (kind === 'refusals_not_recorded') this.tell(kind, { ...told, count: 7 });
    else if (kind === 'subject_erased') this.tell(kind, { ...told, count: 7, pseudonym: name });
    else this.tell(kind, { ...told, store: { id: '17', name: 'a (b)' } });
  }

  private place(rank: 0 | 1, number: number): AuditPlace {
    return { revision: this.head, rank, number };
  }

  private whom(
    actor: string | null | undefined,
    credentialId: string | null | undefined,
    metadata?: string | null,
  ) {
    return {
      time: this.time,
      actor: actor ?? undefined,
      credentialId: credentialId ?? undefined,
      metadata: metadata ?? undefined,
    };
  }

  private tell(kind: AuditKind, entry: Omit<AuditEntry, 'kind' | 'revision'>): void {
    this.entries.push({ kind, revision: entry.place.revision, ...entry });
  }

  filter(): AuditFilter {
    const some = <T>(value: T): T | undefined => (this.below(3) === 0 ? value : undefined);
    const { object, relation, subject } = this.tuple();
    const wanted = {
      object: some(this.pick([`${object.type}:${object.id}`, object.type])) ?? '',
      relation: some(relation) ?? '',
      subject: some(this.pick([formatSubject(subject), subject.type])) ?? '',
    };
    const times = [this.pick(this.entries).time, this.pick(this.entries).time + 1].sort((a, b) => a - b);
    return {
      tuple: parseTupleFilter(
        this.below(2) === 0 ? { object: '', relation: '', subject: '' } : wanted,
        'filter',
      ),
      actor: some(this.pick(['user:a', 'user:b@c'])),
      credentialId: some(this.pick(['aaa', 'bbb'])),
      kinds: some([this.pick(AUDIT_KINDS), this.pick(AUDIT_KINDS)]) ?? [],
      since: some(times[0]),
      until: some(times[1]),
    };
  }

  /** What agrees with the filter, newest first. */
  selected(filter: AuditFilter): AuditEntry[] {
    const { tuple, actor, credentialId, kinds, since = 0, until = Number.POSITIVE_INFINITY } = filter;
    return this.entries
      .filter(
        (entry) =>
          (kinds.length === 0 || kinds.includes(entry.kind)) &&
          (actor === undefined || actor === entry.actor) &&
          (credentialId === undefined || credentialId === entry.credentialId) &&
          entry.time >= since &&
          entry.time < until &&
          (Object.keys(tuple).length === 0 ||
            (entry.tuple !== undefined && isSelected(entry.tuple, [tuple]))),
      )
      .sort(
        (a, b) =>
          b.place.revision - a.place.revision ||
          b.place.rank - a.place.rank ||
          b.place.number - a.place.number,
      );
  }
}

function columnsOf({ object, relation, subject }: Tuple): object {
  return {
    object_type: object.type,
    object_id: object.id,
    relation,
    subject_type: subject.type,
    subject_id: subject.id,
    subject_relation: subject.relation,
  };
}

async function readAll(
  storeId: string,
  filter: AuditFilter,
  limit: () => number,
  search?: Search,
  betweenPages: () => Promise<void> = async () => undefined,
): Promise<AuditEntry[]> {
  const trail = new PostgresAuditTrail(database, 365, search);
  const all: AuditEntry[] = [];
  for (let after: AuditPlace | undefined; ; ) {
    const most = limit();
    const page = await trail.read(storeId, filter, after, most);
    if (page === undefined) expect.fail('there is no such store');
    expect(page.entries.length).toBeLessThanOrEqual(most);
    all.push(...page.entries);
    if (page.next === undefined) return all;
    after = page.next;
    await betweenPages();
  }
}

it('tells in pages of any size what agrees with any filter, whatever happens between them', async () => {
  const seed = randomSeed();
  await open();
  const random = seeded(seed);
  // What happens in another store is none of its business.
  const other = new RandomStore(await storeOf('other'), 'other', random, Date.now() - DAY_MS);
  // So that events of two stores never have one number.
  Object.assign(other, { events: 100_000 });
  await other.begin();
  await other.go(50);
  const store = new RandomStore(await storeOf('default'), 'default', random, Date.now() - DAY_MS);
  // Nor are they greater than positions, so that places are not told apart by numbers alone.
  Object.assign(store, { events: -10_000 });
  await store.begin();
  await store.go(200);
  let told = 0;
  for (let round = 0; round < 40; round++) {
    const filter = store.filter();
    const expected = store.selected(filter);
    let busyPages = store.below(4) === 0 ? 5 : 0;
    const found = await readAll(
      await storeOf('default'),
      filter,
      // A few pages of each; of some, one entry or all of them.
      () => 1 + Math.floor(expected.length / 8) + store.pick([0, 3, 1_000]),
      { firstPortion: store.pick([1, 30, 10_000]), patienceMs: store.pick([0, 1_000, 1_000]) },
      async () => {
        if (busyPages-- > 0) await store.go(store.below(4));
      },
    );
    expect(found, `SEED=${seed}, round ${round}: ${JSON.stringify(filter)}`).toEqual(expected);
    told += found.length;
  }
  expect(told).toBeGreaterThan(100);
});

it('ends a page early where its entries are large, but never before the first', async () => {
  await open();
  const id = await storeOf('default');
  const at = { store_id: id, time: new Date().toISOString() };
  const metadata = JSON.stringify({ text: 'm'.repeat(100_000) });
  await insert(
    'revision',
    Array.from({ length: 20 }, (_, i) => ({ ...at, revision: i + 1, tag: 1, kind: 'tuples', metadata })),
  );
  await insert(
    'change',
    Array.from({ length: 20 }, (_, i) => ({
      ...at,
      revision: i + 1,
      position: 0,
      added: true,
      ...columnsOf(parseTuple('team:a#member@user:a')),
    })),
  );
  const trail = new PostgresAuditTrail(database, 365);
  const page = await trail.read(id, ANYTHING, undefined, 1_000);
  expect(page?.entries).toHaveLength(5);
  expect(page?.next).toEqual(page?.entries.at(-1)?.place);
  await query(url, `update revision set metadata = '"' || repeat('m', 900000) || '"' where revision > 0`);
  expect((await trail.read(id, ANYTHING, undefined, 1_000))?.entries).toHaveLength(1);
  expect(await readAll(id, ANYTHING, () => 1_000)).toHaveLength(21);
});

it('tells nothing that is older than the retention, though it is there', async () => {
  await open();
  const id = await storeOf('default');
  const at = (days: number) => ({ store_id: id, time: new Date(Date.now() - days * DAY_MS).toISOString() });
  await query(url, "update revision set time = now() - interval '30 days'");
  await insert(
    'revision',
    [20, 11, 9, 1].map((days, i) => ({ ...at(days), revision: i + 1, tag: 1, kind: 'tuples' })),
  );
  const tuple = columnsOf(parseTuple('team:a#member@user:a'));
  await insert(
    'change',
    [1, 2, 3, 4].map((revision) => ({ store_id: id, revision, position: 0, added: true, ...tuple })),
  );
  await insert(
    'audit_event',
    [19, 10.5, 8, 2].map((days, i) => ({ ...at(days), id: i + 1, revision: i + 1, kind: 'write_refused' })),
  );
  const told = async (days: number, filter: Partial<AuditFilter> = {}) => {
    const trail = new PostgresAuditTrail(database, days);
    const page = await trail.read(id, { ...ANYTHING, ...filter }, undefined, 1_000);
    return page?.entries.map(({ place }) => `${place.rank === 1 ? 'event' : 'revision'} ${place.revision}`);
  };
  expect(await told(365)).toHaveLength(9);
  expect(await told(10)).toEqual(['revision 4', 'event 3', 'revision 3'].toSpliced(0, 0, 'event 4'));
  expect(await told(10, { since: Date.now() - 100 * DAY_MS })).toHaveLength(4);
  expect(await told(10, { until: Date.now() - 3 * DAY_MS })).toEqual(['event 3', 'revision 3']);
  expect(await told(10, { until: Date.now() - 10 * DAY_MS })).toEqual([]);
  expect(await told(10, { since: Date.now() + DAY_MS })).toEqual([]);
});

it('knows no store that is not there, or is being deleted', async () => {
  await open();
  const trail = new PostgresAuditTrail(database, 365);
  expect(await trail.read('17', ANYTHING, undefined, 10)).toBeUndefined();
  const id = await storeOf('default');
  await query(url, 'update store set deleted_at = now() where id = $1', [id]);
  expect(await trail.read(id, ANYTHING, undefined, 10)).toBeUndefined();
});

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** Tables that are read as fast without an index. */
const SMALL = ['store', 'schema_version'];

/** The indexes that are read, and the tables that are read without. */
function scansOf(node: PlanNode): string[] {
  const below = (node.Plans ?? []).flatMap(scansOf);
  const { 'Index Name': index, 'Relation Name': table = '' } = node;
  if (index !== undefined) return [index, ...below];
  return node['Node Type'] === 'Seq Scan' && !SMALL.includes(table) ? [table, ...below] : below;
}

describe('by an index', () => {
  /** A million rows would do no better: what counts is that reading all would cost far more. */
  async function fill(id: string): Promise<void> {
    await query(
      url,
      `insert into revision (store_id, revision, tag, time, kind, actor, credential_id)
       select $1, r, r, now() - (20000 - r) * interval '1 second', 'tuples', 'user:' || r % 500, 'c' || r % 500
         from generate_series(1, 20000) as r`,
      [id],
    );
    await query(
      url,
      `insert into change (store_id, revision, position, added, object_type, object_id, relation, subject_type,
                           subject_id, subject_relation)
       select $1, r, p, true, 'team', (r * 7 + p) % 3000, 'member', 'user', (r * 11 + p) % 3000, ''
         from generate_series(1, 20000) as r, generate_series(0, 1) as p`,
      [id],
    );
    await query(
      url,
      `insert into audit_event (store_id, revision, time, kind, actor, credential_id, object_type, object_id,
                                relation, subject_type, subject_id, subject_relation)
       select $1, r, now() - (20000 - r) * interval '1 second', 'write_refused', 'user:' || r % 500, 'c' || r % 500,
              'team', r % 3000, 'member', 'user', r % 2000, '' from generate_series(1, 20000) as r`,
      [id],
    );
    await query(
      url,
      `insert into credential (id, store_id, secret_hash, level, description, created_at, created_revision, revoked_revision)
       select 'c' || c, $1, '', 'read', '', now(), c * 4, c * 4 + 2 from generate_series(1, 4000) as c`,
      [id],
    );
    await query(url, 'update store set revision = 20000 where id = $1', [id]);
  }

  const CASES: [asked: string, filter: Partial<AuditFilter>, indexes: string[]][] = [
    [
      'everything',
      {},
      ['change_pkey', 'audit_event_by_place', 'credential_by_creation', 'credential_by_revocation'],
    ],
    [
      'an object',
      { tuple: { objectType: 'team', objectId: '7' } },
      ['change_by_object', 'audit_event_by_object'],
    ],
    [
      'a subject',
      { tuple: { subjectType: 'user', subjectId: '7' } },
      ['change_by_subject', 'audit_event_by_subject'],
    ],
    ['an actor', { actor: 'user:7' }, ['revision_by_actor', 'audit_event_by_actor']],
    ['nobody', { actor: 'user:none' }, ['revision_by_actor', 'audit_event_by_actor']],
    ['a credential', { credentialId: 'c7' }, ['revision_by_credential', 'audit_event_by_credential']],
  ];

  it.each([false, true])('reads what is asked for, with statistics: %s', async (isAnalyzed) => {
    await open();
    const id = await storeOf('default');
    await fill(id);
    if (isAnalyzed) await query(url, 'analyze');
    for (const [asked, filter, indexes] of CASES) {
      const extent = {
        storeId: id,
        filter: { ...ANYTHING, ...filter },
        first: 0,
        last: 19_000,
        events: { first: 0, last: 19_000, since: 0, until: undefined },
        after: { revision: 19_000, rank: 0, number: 1 } as const,
      };
      const plans: string[] = [];
      let buffers = 0;
      for (const source of SOURCES) {
        const statement = source.statement(extent, 101);
        if (statement === undefined) continue;
        const [{ 'QUERY PLAN': plan }] = await query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          url,
          `explain (analyze, buffers, format json) ${statement.text}`,
          statement.values,
        );
        plans.push(...scansOf(plan[0].Plan));
        const { 'Shared Hit Blocks': hit, 'Shared Read Blocks': read } = plan[0].Plan;
        // There are never as many credentials as changes, so those are looked through for somebody.
        if (!statement.text.includes('from (select * from credential')) buffers += hit + read;
      }
      expect(plans, asked).toEqual(expect.arrayContaining(indexes));
      expect(
        plans.filter((each) => !each.includes('_')),
        asked,
      ).toEqual([]);
      // Of some sources 101 rows, each in a page of its own, with the revision of each; of all rows it would be ten times as many.
      expect(buffers, `${asked}: ${plans}`).toBeLessThan(5_000);
    }
  });
});
