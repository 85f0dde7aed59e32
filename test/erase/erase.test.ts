/** What is gone once a subject is erased, and what is as it was. */
import { beforeEach, describe, expect, it } from 'vitest';
import { allTexts, commandOf, type EraseBench, eraseBench, placesOf } from './workbench.ts';

let bench: EraseBench;
beforeEach(async () => {
  bench = await eraseBench();
});

const PSEUDONYM = /^user:erased-[a-z2-7]{20}$/;
const stored = async (): Promise<string[]> => {
  const rows = await bench.rows<{ tuple: string }>(
    `select object_type || ':' || object_id || '#' || relation || '@' || subject_type || ':' || subject_id
            || case subject_relation when '' then '' else '#' || subject_relation end as tuple
       from tuple where store_id = $1 order by 1`,
  );
  return rows.map(({ tuple }) => tuple);
};
/** The log with `who` wherever it stands as `?`. */
const log = async (who: string): Promise<string[]> => {
  const rows = await bench.rows<{ line: string }>(
    `select case when added then '+' else '-' end || object_type || ':' || object_id || '#' || relation || '@'
            || subject_type || ':' || subject_id || ' by ' || coalesce(actor, '-') || ' ' || coalesce(metadata, '-') as line
       from change join revision using (store_id, revision) where store_id = $1 order by revision, position`,
  );
  return rows.map(({ line }) => line.replaceAll(who, '?'));
};

it('removes what names it, and leaves the log with a name that leads nowhere', async () => {
  await bench.put(['team:a#member@user:ada-l', 'team:a#member@user:ben']);
  await bench.put(['space:s#admin@user:ben', 'space:s#guest@user:ada-l [office_hours {"owner":"Ada L."}]']);
  await bench.put(['team:a#member@user:eve'], { actor: 'user:ada-l', metadata: { why: 'mine' } });
  await bench.put(['team:a#member@user:joe'], { actor: 'user:ben', metadata: { why: 'ask user:ada-l' } });
  await bench.put(['team:a#member@user:sue'], { actor: 'user:ben', metadata: { why: 'new' } });
  const { pseudonym, removed, rewritten, zookie } = await bench.erase('user:ada-l', { ticket: 'GDPR-1' });
  expect(pseudonym).toMatch(PSEUDONYM);
  // Two tuples added and removed, one revision of hers, one whose metadata named her.
  expect(rewritten).toBe(6);
  expect(removed).toBe(2);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await placesOf(bench, 'Ada L.')).toEqual([]);
  expect(await stored()).toEqual(
    ['ben', 'eve', 'joe', 'sue']
      .map((who) => `team:a#member@user:${who}`)
      .concat('space:s#admin@user:ben')
      .sort(),
  );
  expect(await log(pseudonym)).toEqual([
    '+team:a#member@? by - -',
    '+team:a#member@user:ben by - -',
    '+space:s#admin@user:ben by - -',
    '+space:s#guest@? by - -',
    '+team:a#member@user:eve by ? -',
    '+team:a#member@user:joe by user:ben -',
    '+team:a#member@user:sue by user:ben {"why":"new"}',
    expect.stringMatching(/^-(team:a#member|space:s#guest)@\? by - \{"ticket":"GDPR-1"\}$/),
    expect.stringMatching(/^-(team:a#member|space:s#guest)@\? by - \{"ticket":"GDPR-1"\}$/),
  ]);
  const events = await bench.rows(
    `select kind, audit_event.name, count, rewritten, credential_id, metadata, audit_event.revision = store.revision as is_at_head
       from audit_event join store on store.id = store_id where store_id = $1`,
  );
  expect(events).toEqual([
    {
      kind: 'subject_erased',
      name: pseudonym,
      count: 2,
      rewritten: '6',
      credential_id: 'efgh',
      metadata: '{"ticket":"GDPR-1"}',
      is_at_head: true,
    },
  ]);
  expect(bench.zookies.decode(zookie, bench.tenant.id, 'zookie')).toEqual(bench.tenant.head);
  expect(await bench.rows('select 1 from erasure where store_id = $1')).toEqual([]);
});

it('removes an object with all that is on it, and the sets of it', async () => {
  await bench.put(['team:x#member@user:ada-l', 'team:x#friend@team:x', 'team:y#friend@team:x']);
  await bench.put([
    'space:s#admin@user:ada-l',
    'space:s#reader@team:x#member',
    'team:y#member@team:x#member',
  ]);
  const { removed, pseudonym } = await bench.erase('team:x');
  expect(removed).toBe(5);
  expect(pseudonym).toMatch(/^team:erased-/);
  expect(await stored()).toEqual(['space:s#admin@user:ada-l']);
  // A tuple that names it twice.
  expect(await log(pseudonym)).toContain('+?#friend@? by - -');
  const texts = await allTexts(bench);
  expect(texts.filter(({ text }) => text === 'x')).toEqual([]);
});

it('needs no tuples, and ends no history that does not name the subject', async () => {
  await bench.put(['team:a#member@user:ben']);
  const before = bench.tenant.head;
  await bench.put(['team:a#member@user:joe'], { actor: 'user:ben', metadata: { for: 'ada-l' } });
  await bench.schema(`${SCHEMA_WITH_COMMENT}`);
  for (const table of ['schema_version', 'revision']) await bench.rows(byAda(table));
  const { removed, rewritten, zookie } = await bench.erase('user:ada-l');
  expect({ removed, rewritten }).toEqual({ removed: 0, rewritten: 2 });
  expect(bench.zookies.decode(zookie, bench.tenant.id, 'zookie')).toEqual(bench.tenant.head);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await bench.history.after(bench.tenant.id, before)).toHaveLength(2);
  const [{ actor }] = await bench.rows<{ actor: string }>(
    'select actor from schema_version where store_id = $1 and version = 2',
  );
  expect(actor).toMatch(PSEUDONYM);
});

it('tells nothing of one whom nothing names', async () => {
  await bench.put(['team:a#member@user:ben'], { metadata: { why: 'user:nobody-else' } });
  const before = bench.tenant.head;
  const { zookie, ...rest } = await bench.erase('user:nobody', { ticket: 1 });
  expect(rest).toEqual({ removed: 0, pseudonym: '', rewritten: 0 });
  expect(bench.zookies.decode(zookie, bench.tenant.id, 'zookie')).toEqual(before);
  for (const table of ['audit_event', 'erasure'])
    expect(await bench.rows(`select 1 from ${table} where store_id = $1`)).toEqual([]);
});

it.each([
  ['metadata', () => bench.put(['team:a#member@user:ben'], { metadata: { for: 'ada-l' } })],
  [
    'a schema whose revision is forgotten',
    async () => {
      await bench.rows(byAda('schema_version'));
      await bench.put(['team:a#member@user:ben']);
      await bench.rows(`delete from revision where store_id = $1 and revision = 1`);
    },
  ],
  ['an actor', () => bench.put(['team:a#member@user:ben'], { actor: 'user:ada-l' })],
  [
    'a write that was refused',
    () =>
      bench.rows(`insert into audit_event (store_id, revision, time, kind, actor, message)
                  values ($1, 1, now() - interval '1 hour', 'write_refused', 'user:ben', '\`user:ada-l\` is not known')`),
  ],
])('tells of one whom %s names', async (_, name) => {
  await name().catch(() => undefined);
  await expect
    .poll(async () => (await placesOf(bench, 'ada-l')).length, { timeout: 10_000 })
    .toBeGreaterThan(0);
  const { pseudonym, removed, rewritten } = await bench.erase('user:ada-l');
  expect({ removed, rewritten }).toEqual({ removed: 0, rewritten: 1 });
  const told = `select name from audit_event where store_id = $1 and kind = 'subject_erased'`;
  expect(await bench.rows(told)).toEqual([{ name: pseudonym }]);
});

it('finds an id that is a number, where it is one', async () => {
  const kept = ['{"n":90210.5}', '{"n":190210}', '{"n":902101}', '{"why":"90210 of them"}'];
  const named = [{ user_id: 90210 }, { ids: [1, 90210, 2] }, { deep: [{ list: [90210] }] }, { 90210: true }];
  const big = { user_id: 2 ** 60 };
  for (const metadata of [...named, big, ...kept.map((json) => JSON.parse(json))])
    await bench.put([`team:a#member@user:x${JSON.stringify(metadata).length}`], { metadata });
  await bench.rows(
    `insert into audit_event (store_id, revision, time, kind, actor, metadata)
     select $1, 1, now(), 'write_refused', 'user:ben', json from unnest(array['{"n":90210}', '{"n":90211}']) as json`,
  );
  expect(await bench.erase('user:90210')).toMatchObject({ rewritten: 5 });
  expect(await bench.erase('user:1152921504606846977')).toMatchObject({ rewritten: 1 });
  const left = await bench.rows<{ metadata: string }>(
    'select metadata from revision where store_id = $1 and metadata is not null order by revision',
  );
  expect(left.map(({ metadata }) => metadata)).toEqual(kept);
  const events = await bench.rows(
    `select metadata from audit_event where store_id = $1 and kind = 'write_refused' order by id`,
  );
  expect(events).toEqual([{ metadata: null }, { metadata: '{"n":90211}' }]);
});

it.each(['1.5', '1e+21', '-7', '0'])('finds the number %s', async (id) => {
  await bench.put(['team:a#member@user:x'], { metadata: { n: Number(id) } });
  await bench.put(['team:a#member@user:y'], { metadata: { n: Number(`${id}1`) } });
  expect(await bench.erase(`user:${id}`)).toMatchObject({ rewritten: 1 });
});
/** Who wrote the last schema. */
const byAda = (table: string): string =>
  `update ${table} set actor = 'user:ada-l'
    where store_id = $1 and revision = (select max(revision) from schema_version where store_id = $1)`;
const SCHEMA_WITH_COMMENT = 'type user\ntype team { relation member : user granted by member }\n';

describe('another one', () => {
  const NEIGHBOURS = [
    'user:al',
    'user:alice',
    'user:al.smith',
    'user:a',
    'user:Al',
    'team:al',
    "user:o'al",
    'user:a%',
    'user:a_',
  ];

  it.each([
    ['user:al', 'al'],
    ['user:a%', 'a%'],
    ['user:a_', 'a_'],
    ["user:o'al", "o'al"],
  ])('is left alone when %s is erased', async (erased, id) => {
    const others = NEIGHBOURS.filter((each) => each !== erased);
    for (const each of NEIGHBOURS) {
      const subject = each.startsWith('team:') ? `${each}#member` : each;
      await bench.put([`team:t#member@${subject}`], { metadata: { for: each } });
      if (each.startsWith('user:')) await bench.put(['team:t#member@user:joe'], { actor: each });
    }
    const { pseudonym } = await bench.erase(erased);
    expect(await stored()).toHaveLength(others.length + 1);
    const told = await log(pseudonym);
    for (const each of others) {
      expect(told).toContainEqual(`+team:t#member@${each} by - {"for":"${each}"}`);
    }
    const actors = await bench.rows<{ actor: string }>(
      'select actor from revision where store_id = $1 and actor is not null',
    );
    const users = NEIGHBOURS.filter((each) => each.startsWith('user:'));
    expect(actors.map(({ actor }) => actor).sort()).toEqual(
      users.map((each) => (each === erased ? pseudonym : each)).sort(),
    );
    expect((await allTexts(bench)).filter(({ text }) => text === id && id !== 'al')).toEqual([]);
  });
});

it.each([
  'quote\'s"',
  'back\\slash\\u0041',
  '100%_',
  '日本語-é-😀',
  'a@b.example:8080/x?y=z',
  '$1',
  '{x}',
  'x'.repeat(1024),
])('takes the id %s as it is', async (id) => {
  await bench.put([`team:a#member@user:${id}`, 'team:a#member@user:other']);
  await bench.put(['team:a#member@user:joe'], { actor: `user:${id}`, metadata: { who: 'x' } });
  await bench.put(['team:a#member@user:sue'], { metadata: { [id]: 1 } });
  await bench.put(['team:a#member@user:sam'], { metadata: { why: [`for user:${id}, please`] } });
  await bench.put(['team:a#member@user:kim'], { metadata: { why: 'other' } });
  expect(await placesOf(bench, id)).not.toEqual([]);
  const { removed, pseudonym } = await bench.erase(`user:${id}`);
  expect(removed).toBe(1);
  expect(await placesOf(bench, id)).toEqual([]);
  expect(await placesOf(bench, id.slice(0, 60))).toEqual([]);
  expect(await log(pseudonym)).toEqual([
    '+team:a#member@? by - -',
    '+team:a#member@user:other by - -',
    '+team:a#member@user:joe by ? -',
    '+team:a#member@user:sue by - -',
    '+team:a#member@user:sam by - -',
    '+team:a#member@user:kim by - {"why":"other"}',
    '-team:a#member@? by - -',
  ]);
});

it('forgets writes that were refused, with their words', async () => {
  await bench.put(['team:a#member@user:ben', 'space:s#admin@user:ben']);
  const long = 'l'.repeat(100);
  const refuse = async (tuple: string, actor: string, metadata: object): Promise<void> => {
    await expect(bench.put([tuple], { actor, metadata })).rejects.toThrow(/./);
  };
  await refuse('team:a#member@user:ada-l', 'user:eve', { n: 1 });
  await refuse('team:a#member@user:eve', 'user:ada-l', { n: 2 });
  await refuse('team:a#member@user:eve', 'user:eve', { n: 3, for: 'ada-l' });
  await refuse('team:a#member@user:eve', 'user:eve', { n: 4 });
  await refuse(`team:a#member@user:${long}`, 'user:eve', { n: 5 });
  await expect.poll(() => bench.rows('select 1 from audit_event where store_id = $1')).toHaveLength(5);
  await bench.rows(
    `update audit_event set message = 'what \`user:ada-l\` and \`user:eve\` do' where store_id = $1 and metadata = '{"n":4}'`,
  );
  await bench.erase('user:ada-l');
  await bench.erase(`user:${long}`);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await placesOf(bench, 'lllll')).toEqual([]);
  const events = await bench.rows<{ actor: string; subject_id: string; metadata: string; message: string }>(
    `select actor, subject_id, metadata, message from audit_event where store_id = $1 and kind = 'write_refused' order by id`,
  );
  const instead = 'it named a subject that has been erased';
  const someone = expect.stringMatching(/erased-/);
  expect(events).toEqual([
    { actor: 'user:eve', subject_id: someone, metadata: '{"n":1}', message: instead },
    { actor: someone, subject_id: 'eve', metadata: null, message: instead },
    { actor: 'user:eve', subject_id: 'eve', metadata: null, message: expect.stringContaining('user:eve') },
    { actor: 'user:eve', subject_id: 'eve', metadata: '{"n":4}', message: instead },
    { actor: 'user:eve', subject_id: someone, metadata: '{"n":5}', message: instead },
  ]);
});

it('takes as many revisions as it needs, on either side', async () => {
  const many = Array.from({ length: 1300 }, (_, i) => `t${i}`);
  for (let i = 0; i < many.length; i += 650) {
    await bench.put(many.slice(i, i + 650).map((team) => `team:${team}#member@team:big#member`));
    await bench.put(many.slice(i, i + 650).map((who) => `team:big#member@user:${who}`));
  }
  await bench.put(['team:t1#member@user:other']);
  const { removed } = await bench.erase('team:big');
  expect(removed).toBe(2600);
  expect(await stored()).toEqual(['team:t1#member@user:other']);
  expect(await placesOf(bench, 'big')).toEqual([]);
  const [{ count, most }] = await bench.rows<{ count: string; most: string }>(
    `select count(*), max(changes) as most from (
       select count(*) as changes from change where store_id = $1 and not added group by revision) as revisions`,
  );
  expect([Number(count), Number(most)]).toEqual([4, 1000]);
});

it('rewrites a log that is larger than a portion', async () => {
  await bench.rows(
    `insert into revision (store_id, revision, tag, time, kind, actor, metadata)
     select $1, r, r, now(), 'tuples', case when r > 12000 then 'user:ada-l' end,
            case when r % 100 = 0 then '{"for":"ada-l"}' when r % 10 = 0 then '{"for":"ada-l lovelace"}' end
       from generate_series(10, 24999) as r`,
  );
  await bench.rows(
    `insert into change (store_id, revision, position, added, object_type, object_id, relation, subject_type, subject_id, subject_relation)
     select $1, r, 0, r % 2 = 0, 'team', 'a', 'member', 'user', 'ada-l', '' from generate_series(10, 24999) as r`,
  );
  await bench.rows('update store set revision = 24999, tag = 24999 where id = $1');
  await bench.table.begin(bench.tenant.id, {
    subject: { type: 'user', id: 'ada-l' },
    attribution: {},
    removed: 7,
    settleMs: 0,
  });
  await bench.table.finish(bench.tenant.id, { type: 'user', id: 'ada-l' }, () => false);
  const [{ rewritten }] = await bench.rows<{ rewritten: string }>(
    'select rewritten from audit_event where store_id = $1',
  );
  // The changes, the revisions of hers, and the metadata of others.
  expect(Number(rewritten)).toBe(24_990 + 12_999 + 120);
  const texts = (await allTexts(bench)).filter(({ text }) => text.includes('ada-l'));
  expect(texts.filter(({ text }) => text !== '{"for":"ada-l lovelace"}')).toEqual([]);
  // Those of her own are dropped whatever they say.
  expect(texts).toHaveLength((12_000 - 10) / 10 + 1 - 120);
  const [{ count }] = await bench.rows<{ count: string }>(
    `select count(*) from change where store_id = $1 and subject_id like 'erased-%'`,
  );
  expect(Number(count)).toBe(24_990);
}, 60_000);

describe('refuses', () => {
  it('a type that neither the schema nor the log knows', async () => {
    await expect(bench.erase('usr:ada-l')).rejects.toMatchObject({
      reason: 'UNKNOWN_TYPE',
      field: 'subject',
    });
    await bench.put(['team:a#member@user:ada-l']);
    await bench.put(['team:a#member@user:ada-l'], { operation: 'delete' });
    await bench.schema('type person\ntype team { relation member : person }\n');
    await expect(bench.erase('user:ben')).rejects.toMatchObject({ reason: 'UNKNOWN_TYPE' });
    expect(await bench.erase('user:ada-l')).toMatchObject({ removed: 0 });
    expect(await placesOf(bench, 'ada-l')).toEqual([]);
  });

  it('to break an invariant, and says what was removed nevertheless', async () => {
    await bench.put(['space:s#admin@user:ada-l', 'space:s#reader@user:x']);
    await expect(bench.erase('user:ada-l')).rejects.toMatchObject({
      reason: 'INVARIANT_MULTIPLICITY',
      message: expect.stringMatching(/\(the subject is not erased; nothing was removed\)$/),
    });
    expect(await bench.rows('select 1 from erasure where store_id = $1')).toEqual([]);
    const teams = Array.from({ length: 1000 }, (_, i) => `space:a${i}#reader@user:ada-l`);
    await bench.put(['space:z#admin@user:ada-l', 'space:z#reader@user:x']);
    for (let i = 0; i < 2; i++)
      await bench.put(
        teams
          .slice(i * 500, i * 500 + 500)
          .flatMap((each) => [each, `${each.replace('reader@user:ada-l', 'admin@user:x')}`]),
      );
    const before = bench.tenant.head.revision;
    await expect(bench.erase('user:ada-l')).rejects.toMatchObject({
      reason: 'INVARIANT_MULTIPLICITY',
      message: expect.stringMatching(/\(the subject is not erased; 1000 tuples were removed before this\)$/),
    });
    expect(bench.tenant.head.revision).toBe(before + 1);
    expect((await stored()).filter((tuple) => tuple.includes('ada-l'))).toEqual([
      'space:s#admin@user:ada-l',
      'space:z#admin@user:ada-l',
    ]);
    await bench.put(['space:s#admin@user:x', 'space:z#admin@user:x']);
    expect(await bench.erase('user:ada-l')).toMatchObject({ removed: 2 });
    expect(await placesOf(bench, 'ada-l')).toEqual([]);
  });

  it('metadata beyond the limit, or that names the subject', async () => {
    await expect(
      bench
        .service(bench.table, { metadataBytes: 20 })
        .erase(bench.tenant, commandOf('user:ada-l', { why: 'x'.repeat(20) })),
    ).rejects.toMatchObject({ reason: 'LIMIT', field: 'metadata' });
    await bench.put(['team:a#member@user:ada-l']);
    const refusal = {
      reason: 'MALFORMED_REQUEST',
      field: 'metadata',
      message: 'metadata: it names the subject; say why without naming who is erased',
    };
    for (const metadata of [{ why: 'asked by user:ada-l' }, { for: 'ada-l' }, { list: ['user:ada-l'] }])
      await expect(bench.erase('user:ada-l', metadata)).rejects.toMatchObject(refusal);
    await expect(bench.erase('user:4711', { ticket: 4711 })).rejects.toMatchObject(refusal);
    expect(await stored()).toEqual(['team:a#member@user:ada-l']);
    expect(await bench.erase('user:ada-l', { why: 'asked by ada' })).toMatchObject({ removed: 1 });
  });
});

it('answers at the deadline, and goes on', async () => {
  await bench.put(['team:a#member@user:ada-l']);
  const service = bench.service();
  await expect(
    service.erase(bench.tenant, commandOf('user:ada-l', undefined, Date.now() - 1)),
  ).rejects.toMatchObject({ reason: 'DEADLINE', message: expect.stringContaining('which goes on') });
  // Who asks again meanwhile joins in.
  expect(await service.erase(bench.tenant, commandOf('user:ada-l'))).toMatchObject({ removed: 1 });
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await bench.rows('select 1 from audit_event where store_id = $1')).toHaveLength(1);
});

it('says what it said when it is asked again, unless there is more to erase', async () => {
  await bench.put(['team:a#member@user:ada-l']);
  const service = bench.service();
  const late = service.erase(bench.tenant, commandOf('user:ada-l', undefined, Date.now() - 1));
  await expect(late).rejects.toMatchObject({ reason: 'DEADLINE' });
  const events = `select name from audit_event where store_id = $1 order by id`;
  await expect.poll(() => bench.rows(events), { timeout: 10_000 }).toHaveLength(1);
  const first = await service.erase(bench.tenant, commandOf('user:ada-l'));
  expect(first).toMatchObject({ removed: 1, rewritten: 2, pseudonym: expect.stringMatching(PSEUDONYM) });
  expect(await bench.rows(events)).toEqual([{ name: first.pseudonym }]);
  expect(await service.erase(bench.tenant, commandOf('user:ben'))).toMatchObject({ pseudonym: '' });
  await bench.put(['team:b#member@user:ada-l', 'team:c#member@user:ada-l']);
  const second = await service.erase(bench.tenant, commandOf('user:ada-l'));
  expect(second).toMatchObject({ removed: 2, rewritten: 4 });
  expect(second.pseudonym).not.toBe(first.pseudonym);
  expect(await service.erase(bench.tenant, commandOf('user:ada-l'))).toEqual(second);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  // Another node knows nothing of it.
  expect(await bench.erase('user:ada-l')).toMatchObject({ rewritten: 0, pseudonym: '' });
});

it('is another subject when it comes back', async () => {
  await bench.put(['team:a#member@user:ada-l']);
  const first = await bench.erase('user:ada-l');
  await bench.put(['team:a#member@user:ada-l']);
  expect(await stored()).toEqual(['team:a#member@user:ada-l']);
  const second = await bench.erase('user:ada-l');
  expect(second.pseudonym).not.toBe(first.pseudonym);
  expect(second.removed).toBe(1);
});
