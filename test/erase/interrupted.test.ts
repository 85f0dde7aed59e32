/** Erasing while others write and follow, and what the end of a node in the middle leaves. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PembaError } from '../../src/base/errors.ts';
import type { AuditEvent } from '../../src/model/audit-event.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { insertAuditEvents } from '../../src/postgres/audit-events.ts';
import { finishErasures, PostgresErasures } from '../../src/postgres/erase.ts';
import { Maintenance } from '../../src/postgres/maintenance.ts';
import type { ErasureTable } from '../../src/service/erasure-table.ts';
import { SILENT } from '../postgres/workbench.ts';
import { commandOf, type EraseBench, eraseBench, placesOf, watched } from './workbench.ts';

let bench: EraseBench;
beforeEach(async () => {
  bench = await eraseBench();
});

const ADA = { type: 'user', id: 'ada-l' };
const MEMBER = 'team:a#member@user:ada-l';
const begin = (removed = 0, subject = ADA) =>
  bench.table.begin(bench.tenant.id, { subject, attribution: {}, removed, settleMs: 0 });
const events = () =>
  bench.rows<{ name: string; count: number }>(
    `select name, count from audit_event where store_id = $1 and kind = 'subject_erased' order by id`,
  );
const countsOfRows = async (): Promise<string[]> => {
  const rows = await bench.rows<{ rewritten: string }>(
    `select rewritten from audit_event where store_id = $1 and kind = 'subject_erased' order by id`,
  );
  return rows.map(({ rewritten }) => rewritten);
};
const underWay = () => bench.rows('select 1 from erasure where store_id = $1');
const subjects = async (): Promise<string[]> => {
  const rows = await bench.rows<{ id: string }>(
    'select subject_id as id from change where store_id = $1 order by revision, position',
  );
  return rows.map(({ id }) => id);
};

/** Records a refused write. @returns how many were recorded */
const record = (event: Omit<AuditEvent, 'kind' | 'revision'>): Promise<number> =>
  bench.database.withClient((client) =>
    insertAuditEvents(async (query) => (await client.query(query)).rowCount ?? 0, bench.tenant.id, [
      { kind: 'write_refused', revision: 1, ...event },
    ]),
  );

/** What the calls of a table gave, in order. */
function noting(states: string[], real: ErasureTable): ErasureTable {
  return {
    isNamed: (...of) => real.isNamed(...of),
    begin: async (...of) => {
      const begun = await real.begin(...of);
      states.push(begun.state);
      return begun;
    },
    finish: (...of) => real.finish(...of),
    rewritten: (...of) => real.rewritten(...of),
  };
}

describe('whatever statement the connection breaks at', () => {
  const broken = () => new PembaError('DATABASE_UNAVAILABLE', 'the connection broke');

  it.each(['before', 'after'])(
    '%s it: a second call or the maintenance finishes',
    async (when) => {
      let [byCall, byMaintenance] = [0, 0];
      for (let at = 1; ; at++) {
        const id = `who-${at}-is`;
        await bench.put([`team:a#member@user:${id}`, 'team:a#member@user:ben']);
        await bench.put(['team:a#member@user:joe'], { actor: `user:${id}` });
        await bench.put(['team:a#member@user:sue'], { metadata: { for: id } });
        await record({ actor: `user:${id}`, time: Date.now() + 60_000 });
        let statements = 0;
        const breaks = (): void => {
          if (++statements === at) throw broken();
        };
        const nothing = (): void => undefined;
        const [before, after] = when === 'before' ? [breaks, nothing] : [nothing, breaks];
        const table = new PostgresErasures(watched(bench.database, before, after));
        const failure = await bench.erase(`user:${id}`, undefined, table).catch((error) => error);
        if (!(failure instanceof Error)) break;
        expect(failure).toMatchObject({ reason: 'DATABASE_UNAVAILABLE' });
        if ((await underWay()).length > 0) {
          byMaintenance++;
          await finishErasures(bench.database, SILENT, () => false);
        } else if ((await placesOf(bench, id)).length > 0) {
          byCall++;
          await bench.erase(`user:${id}`);
        }
        expect(await placesOf(bench, id), `statement ${at}`).toEqual([]);
        expect(await underWay()).toEqual([]);
        expect(await events(), `statement ${at}`).toHaveLength(at);
        // The tuple added and removed, a revision of theirs, one whose metadata names them, and the refused write.
        expect(await countsOfRows(), `statement ${at}`).toEqual(Array.from({ length: at }, () => '5'));
      }
      expect([byCall > 5, byMaintenance > 10]).toEqual([true, true]);
    },
    120_000,
  );

  it('is finished by the maintenance of any node', async () => {
    await bench.put([MEMBER]);
    await bench.put([MEMBER], { operation: 'delete' });
    await begin(1);
    await bench.rows(
      `insert into erasure select id, 'user', 'gone', 'erased-x', 0, now(), null, null, null, 0 from store where id <> $1`,
    );
    await bench.rows('update store set deleted_at = now() where id <> $1');
    const maintenance = new Maintenance(bench.database, { historyDays: 7, auditDays: 7 }, SILENT);
    await maintenance.run();
    expect(await placesOf(bench, 'ada-l')).toEqual([]);
    expect(await events()).toEqual([{ name: expect.stringMatching(/^user:erased-/), count: 1 }]);
  });
});

describe('whoever follows the log', () => {
  it('is refused before anything is rewritten, if the subject is in what they have not read', async () => {
    await bench.put(['team:a#member@user:ben']);
    const early = bench.tenant.head;
    await bench.put([MEMBER]);
    const between = bench.tenant.head;
    await bench.put([MEMBER], { operation: 'delete' });
    const last = bench.tenant.head;
    await bench.put(['team:a#member@user:joe']);
    await bench.rows(
      `update revision set actor = 'user:ada-l' where (store_id, revision) = (select id, revision from store where id = $1)`,
    );
    const { id } = bench.tenant;
    await begin(1);
    // What is in the log is what was written, still.
    expect(await subjects()).toEqual(['ben', 'ada-l', 'ada-l', 'joe']);
    for (const point of [early, between]) {
      expect(await bench.history.after(id, point)).toBeUndefined();
      expect(await bench.history.log(id, point)).toBeUndefined();
      expect(await bench.history.status(id, point)).toBe('pruned');
    }
    // From there on nothing names it, so nobody has to begin anew.
    for (const isDone of [false, true]) {
      expect(await bench.history.status(id, last)).toBe('kept');
      const rest = await bench.history.after(id, last);
      expect(rest?.map(({ changes }) => changes.map(({ tuple }) => tuple.subject.id))).toEqual([['joe']]);
      if (!isDone) await bench.table.finish(id, ADA, () => false);
    }
    const told = await bench.history.log(id, last);
    expect(told?.[0]?.actor).toMatch(/^user:erased-/);
  });

  it('gets time to follow the removal', async () => {
    const states: string[] = [];
    await bench.put([MEMBER]);
    await bench.service(noting(states, bench.table), {}, 50).erase(bench.tenant, commandOf('user:ada-l'));
    expect(states.slice(0, 2)).toEqual(['stored', 'settling']);
    expect(states.at(-1)).toBe('begun');
    expect(await placesOf(bench, 'ada-l')).toEqual([]);
  });

  it('has what is stored in the end, wherever it was when others wrote and erased', async () => {
    const other = await eraseBench(bench.url);
    const names = Array.from({ length: 12 }, (_, i) => `n${i}`);
    const writing = (async () => {
      for (const name of [...names, ...names])
        await other.put([`team:a#member@user:${name}`, `team:${name}#member@user:kept-${name}`]);
    })();
    for (const name of names) await bench.erase(`user:${name}`);
    await writing;
    for (const name of names) await bench.erase(`user:${name}`);
    await expect.poll(() => other.tenant.isAt(bench.tenant.head), { timeout: 10_000 }).toBe(true);
    // It was behind an erasure, as this one does not wait for it.
    expect(other.tenant.loadCount).toBeGreaterThan(1);
    const expected = await bench.rows('select 1 from tuple where store_id = $1');
    expect(expected).toHaveLength(names.length);
    for (const { tenant } of [bench, other]) {
      expect(tenant.tupleCount).toBe(names.length);
      for (const name of names) {
        const from = tenant.view.nodeOf('team', name, 'member');
        expect(tenant.view.hasEdge(from, tenant.view.nodeOf('user', `kept-${name}`, ''))).toBe(true);
      }
    }
    for (const name of names) expect(await placesOf(bench, `user:${name}`)).toEqual([]);
  }, 60_000);
});

describe('a write of the subject meanwhile', () => {
  it('is removed if it comes before the log is rewritten', async () => {
    await bench.put([MEMBER]);
    const states: string[] = [];
    const table = noting(states, bench.table);
    let removals = 0;
    const { removed } = await bench.erase('user:ada-l', undefined, {
      ...table,
      begin: async (...of) => {
        if (++removals === 2) await bench.put(['team:b#member@user:ada-l']);
        return table.begin(...of);
      },
    });
    expect(removed).toBe(2);
    expect(states).toEqual(['stored', 'stored', 'begun']);
    expect(await placesOf(bench, 'ada-l')).toEqual([]);
  });

  it('stands if it comes later', async () => {
    await bench.put([MEMBER]);
    await bench.erase('user:ada-l', undefined, {
      ...noting([], bench.table),
      finish: async (...of) => {
        await bench.put(['team:b#member@user:ada-l'], { metadata: { for: 'ada-l' } });
        return bench.table.finish(...of);
      },
    });
    expect(await subjects()).toEqual([
      expect.stringMatching(/^erased-/),
      expect.stringMatching(/^erased-/),
      'ada-l',
    ]);
    expect((await placesOf(bench, 'ada-l')).sort()).toEqual([
      'change.subject_id',
      'revision.metadata',
      'tuple.subject_id',
    ]);
    // Beside the two rows of its tuple there is the one of the metadata.
    expect(await bench.erase('user:ada-l')).toMatchObject({ removed: 1, rewritten: 3 });
  });
});

describe('two at once', () => {
  it('are one', async () => {
    const other = await eraseBench(bench.url);
    await bench.put([MEMBER]);
    let begun = 0;
    let bothBegan = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      bothBegan = resolve;
    });
    const together = (real: ErasureTable): ErasureTable => ({
      ...noting([], real),
      finish: async (...of) => {
        if (++begun === 2) bothBegan();
        await both;
        return real.finish(...of);
      },
    });
    const [one, two] = await Promise.all([
      bench.erase('user:ada-l', undefined, together(bench.table)),
      other.erase('user:ada-l', undefined, together(other.table)),
    ]);
    expect(one.pseudonym).toBe(two.pseudonym);
    expect([one.rewritten, two.rewritten]).toEqual([2, 2]);
    expect(await events()).toEqual([{ name: one.pseudonym, count: 1 }]);
    expect(await placesOf(bench, 'ada-l')).toEqual([]);
  });

  it('the one that began earlier does not end the other too soon', async () => {
    await bench.put([MEMBER]);
    await bench.put([MEMBER], { operation: 'delete' });
    await begin(1);
    let hasExtended = false;
    const database = watched(bench.database, async (text) => {
      // All is rewritten up to where it began; what comes now is not.
      if (hasExtended || !text.includes('delete from erasure')) return;
      hasExtended = true;
      throw new PembaError('DATABASE_UNAVAILABLE', 'the connection broke');
    });
    const slow = new PostgresErasures(database);
    await expect(slow.finish(bench.tenant.id, ADA, () => false)).rejects.toThrow('broke');
    await bench.put(['team:b#member@user:ada-l']);
    await bench.put(['team:b#member@user:ada-l'], { operation: 'delete' });
    let isFirst = true;
    const late = watched(bench.database, async (text) => {
      if (!isFirst || !text.includes('from audit_event')) return;
      isFirst = false;
      await begin(1);
    });
    await new PostgresErasures(late).finish(bench.tenant.id, ADA, () => false);
    expect(isFirst).toBe(false);
    expect(await placesOf(bench, 'ada-l')).toEqual([]);
    expect(await events()).toEqual([{ name: expect.any(String), count: 2 }]);
  });
});

it('leaves out refused writes from before that are recorded only afterwards', async () => {
  await bench.put([MEMBER]);
  await bench.erase('user:ada-l');
  const [{ ms }] = await bench.rows<{ ms: string }>(
    'select floor(extract(epoch from erased_at) * 1000) as ms from store where id = $1',
  );
  expect(await record({ actor: 'user:ada-l', time: Number(ms) })).toBe(0);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await record({ actor: 'user:ada-l', time: Number(ms) + 1 })).toBe(1);
});

it('stops with the node, and says so', async () => {
  await bench.put([MEMBER]);
  const waiting = bench.service(bench.table, {}, 60_000);
  const erasing = waiting.erase(bench.tenant, commandOf('user:ada-l'));
  await expect.poll(() => bench.tenant.tupleCount).toBe(0);
  await expect.poll(underWay).toHaveLength(1);
  await Promise.all([waiting.stop(), expect(erasing).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' })]);
  await begin(1);
  await expect(bench.table.finish(bench.tenant.id, ADA, () => true)).rejects.toMatchObject({
    reason: 'SHUTTING_DOWN',
  });
  await finishErasures(bench.database, SILENT, () => false);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
});

it('is on record before it waits for other nodes, so that the end of the node does not end it', async () => {
  await bench.put([MEMBER], { metadata: { why: 'user:ada-l joined' } });
  const waiting = bench.service(bench.table, {}, 60_000);
  const erasing = waiting.erase(bench.tenant, commandOf('user:ada-l', { why: 'asked for' }));
  await expect.poll(underWay).toHaveLength(1);
  await Promise.all([waiting.stop(), expect(erasing).rejects.toMatchObject({ reason: 'SHUTTING_DOWN' })]);
  await finishErasures(bench.database, SILENT, () => false);
  expect(await underWay(), 'nodes may still have to follow').toHaveLength(1);
  await bench.rows("update revision set time = time - interval '1 hour' where store_id = $1");
  await finishErasures(bench.database, SILENT, () => false);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await events()).toEqual([{ name: expect.stringMatching(/^user:erased-/), count: 1 }]);
});

it('is not held off by who goes on writing about the subject', async () => {
  let attempts = 0;
  const busy: ErasureTable = {
    ...noting([], bench.table),
    begin: async (...of) => {
      // Just before each attempt but the last, and again after the wait for other nodes.
      attempts++;
      if (attempts === 1 || attempts === 3) await bench.put([MEMBER]);
      return bench.table.begin(...of);
    },
  };
  const { removed } = await bench.service(busy, {}, 300).erase(bench.tenant, commandOf('user:ada-l'));
  expect(removed).toBe(2);
  expect(attempts).toBe(4);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
});

it('leaves no name where two erasures rewrite the same events', async () => {
  const ids = ['ada-l', 'bob-m'];
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 5; i++) {
      await record({
        actor: 'user:ada-l',
        tuple: parseTuple('team:a#member@user:bob-m'),
        message: '`user:ada-l` may not add `user:bob-m`',
        time: Date.now() + 60_000,
      });
    }
    await Promise.all(ids.map((id) => bench.erase(`user:${id}`)));
    for (const id of ids) expect(await placesOf(bench, id), `round ${round}`).toEqual([]);
  }
});

it.each([
  ['a tuple', `update change set object_id = 'erased-x' where store_id = $1 and subject_id = 'ada-l'`],
  [
    'a revision',
    `update revision set credential_id = 'other' where store_id = $1 and (actor is not null or metadata is not null)`,
  ],
])('leaves no name where somebody else is rewriting the row of %s', async (_, update) => {
  await bench.put([MEMBER]);
  await bench.put([MEMBER], { operation: 'delete' });
  await bench.put(['team:a#member@user:ben'], { metadata: { for: 'ada-l' } });
  await bench.rows(
    `update revision set actor = 'user:ada-l' where (store_id, revision) = (select id, revision - 1 from store where id = $1)`,
  );
  await begin(2);
  let finished: Promise<void> | undefined;
  await bench.database.withClient(async (client) => {
    await client.query('begin');
    await client.query(update, [bench.tenant.id]);
    finished = bench.table.finish(bench.tenant.id, ADA, () => false);
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await expect.poll(async () => (await client.query(waiting)).rowCount, { timeout: 10_000 }).toBe(1);
    await client.query('commit');
  });
  await finished;
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await countsOfRows()).toEqual(['4']);
});

it('one that cannot be finished does not keep others from being', async () => {
  await bench.put([MEMBER, 'team:a#member@user:ben']);
  await bench.put([MEMBER, 'team:a#member@user:ben'], { operation: 'delete' });
  for (const id of ['ben', 'ada-l']) {
    const erasure = { subject: { type: 'user', id }, attribution: {}, removed: 1, settleMs: 0 };
    expect(await bench.table.begin(bench.tenant.id, erasure)).toMatchObject({ state: 'begun' });
  }
  let failed = 0;
  const database = watched(bench.database, (text) => {
    // The first of all statements about the log, which is about the one that began earlier.
    if (text.includes('update change') && failed++ === 0)
      throw new PembaError('DATABASE_UNAVAILABLE', 'it takes too long');
  });
  await finishErasures(database, SILENT, () => false);
  expect(await placesOf(bench, 'ada-l')).toEqual([]);
  expect(await underWay()).toHaveLength(1);
});

it('ends with a store that is deleted', async () => {
  await bench.put([MEMBER]);
  await bench.put([MEMBER], { operation: 'delete' });
  await begin(1);
  await bench.rows('update store set deleted_at = now() where id = $1');
  await bench.table.finish(bench.tenant.id, ADA, () => false);
  await expect(begin()).rejects.toMatchObject({ reason: 'UNKNOWN_STORE' });
});
