import { describe, expect, it } from 'vitest';
import { Refusal } from '../client/fake-service.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

describe('delete', () => {
  it('goes on until it is done, and says how many went', async () => {
    const answers = [
      { zookie: 'z1', deleted: 1_000, done: false },
      { zookie: 'z2', deleted: 7, done: true },
    ];
    bench.service.handlers = { DeleteTuples: () => answers.shift() ?? {} };
    expect(await bench.ask(['delete', 'space:ml#reader', '--actor', 'user:ada'])).toEqual({
      code: 0,
      out: 'z2\n',
      err: '1007 tuples removed\n',
    });
    expect(bench.service.last.request).toMatchObject({
      filter: { object: 'space:ml', relation: 'reader', subject: '' },
      limit: 1_000,
      actor: 'user:ada',
    });
  });

  it('stops at its limit', async () => {
    const limits: number[] = [];
    bench.service.handlers = {
      DeleteTuples: ({ limit }) => {
        limits.push(limit);
        return { zookie: 'z', deleted: limit, done: false };
      },
    };
    const { out } = await bench.ask(['delete', 'space', '--limit', '1500', '--json']);
    expect(JSON.parse(out)).toEqual({ deleted: 1_500, zookie: 'z', done: false });
    expect(limits).toEqual([1_000, 500]);
  });

  it('says how many went before it failed', async () => {
    let calls = 0;
    bench.service.handlers = {
      DeleteTuples: () => {
        if (++calls === 2) throw new Refusal('FAILED_PRECONDITION', 'no', { reason: 'INVARIANT_REQUIRE' });
        return { zookie: 'z', deleted: 1, done: false };
      },
    };
    const { code, err } = await bench.ask(['delete', 'space']);
    expect(code).toBe(1);
    expect(err).toMatch(/^1 tuple removed before this:\nerror: no\n/);
  });

  it('counts one as one', async () => {
    bench.service.handlers = {
      DeleteTuples: () => ({ zookie: 'z', deleted: 1, done: true }),
      DeleteObject: () => ({ zookie: 'z', deleted: 1 }),
    };
    for (const command of [
      ['delete', 'space'],
      ['delete-object', 'space:ml'],
    ])
      expect((await bench.ask(command)).err).toBe('1 tuple removed\n');
  });
});

it('replaces what a relation holds, with what the tuples carry', async () => {
  bench.service.handlers = { ReplaceRelation: () => ({ zookie: 'z', added: 2, removed: 1 }) };
  const { code, out, err } = await bench.ask([
    'replace',
    'space:ml#reader',
    'user:ada',
    'user:vic [expires 2030-01-01T00:00:00Z]',
  ]);
  expect({ code, out, err }).toEqual({ code: 0, out: 'z\n', err: '2 added, 1 removed\n' });
  expect(bench.service.last.request).toMatchObject({
    object: 'space:ml',
    relation: 'reader',
    subjects: [{ subject: 'user:ada' }, { subject: 'user:vic', expiresAt: { seconds: 1_893_456_000 } }],
  });
  expect((await bench.ask(['replace', 'space:ml', 'user:ada'])).err).toContain('write `type:id#relation`');
});

it('removes an object', async () => {
  bench.service.handlers = { DeleteObject: () => ({ zookie: 'z', deleted: 3 }) };
  const context = ['--context', '{"day": "monday"}'];
  expect(await bench.ask(['delete-object', 'team:ml', '--actor', 'user:ada', ...context])).toEqual({
    code: 0,
    out: 'z\n',
    err: '3 tuples removed\n',
  });
  expect(bench.service.last.request).toMatchObject({
    object: 'team:ml',
    actor: 'user:ada',
    context: { fields: { day: { stringValue: 'monday' } } },
  });
});
