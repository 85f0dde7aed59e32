import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../client/fake-service.ts';
import { useWorkbench } from './workbench.ts';

const ADA = { object: 'space:ml', relation: 'writer', subject: 'user:ada' };
const GRACE = { object: 'space:ml', relation: 'writer', subject: 'user:grace' };
const QUESTION = 'space:ml#writer@user:ada';

const bench = useWorkbench();

describe('write', () => {
  const accepting = (): void => {
    bench.service.handlers = { Write: () => ({ zookie: 'z2' }) };
  };
  const updates = (): unknown =>
    bench.service.last.request.updates.map((each: { operation: string; tuple: typeof ADA }) => [
      each.operation.replace('OPERATION_', ''),
      each.tuple.subject,
    ]);

  it('touches tuples and prints the zookie', async () => {
    accepting();
    expect(await bench.ask(['write', QUESTION, 'space:ml#writer@user:grace'])).toEqual({
      code: 0,
      out: 'z2\n',
      err: '',
    });
    expect(updates()).toEqual([
      ['TOUCH', 'user:ada'],
      ['TOUCH', 'user:grace'],
    ]);
    expect((await bench.ask(['write', QUESTION, '--json'])).out).toBe('{"zookie":"z2"}\n');
  });

  it('creates, touches and deletes in one write', async () => {
    accepting();
    const tuple = (user: string): string => `space:ml#writer@user:${user}`;
    await bench.ask([
      'write',
      '--create',
      tuple('a'),
      '--delete',
      tuple('b'),
      '--touch',
      tuple('c'),
      '--delete',
      tuple('d'),
    ]);
    expect(updates()).toEqual([
      ['DELETE', 'user:b'],
      ['DELETE', 'user:d'],
      ['CREATE', 'user:a'],
      ['TOUCH', 'user:c'],
    ]);
  });

  it('does not take a second tuple after --delete for one to add', async () => {
    accepting();
    const { code, err } = await bench.ask(['write', '--delete', QUESTION, 'space:ml#writer@user:grace']);
    expect(code).toBe(1);
    expect(err).toContain(
      '`space:ml#writer@user:grace`: beside --create or --delete, say for each tuple what to do',
    );
    expect(bench.service.asked).toEqual([]);
  });

  it('loads a file, or what is piped in', async () => {
    accepting();
    const text = `# people\n${QUESTION}\n\nspace:ml#writer@user:grace\n`;
    await bench.ask(['write', '--file', bench.file('a.tuples', text)]);
    expect(bench.service.last.request.updates.map((each: { tuple: object }) => each.tuple)).toEqual([
      ADA,
      GRACE,
    ]);
    await bench.ask(['write', '--file', '-'], { stdin: text });
    expect(bench.service.last.request.updates).toHaveLength(2);
  });

  it('sends preconditions and what is to be recorded', async () => {
    accepting();
    await bench.ask([
      ...['write', QUESTION, '--must-exist', 'team:ml', '--must-not-exist', 'space#admin@user:ada'],
      ...['--actor', 'user:root', '--metadata', '{"ticket": "OPS-1"}', '--idempotency-key', 'k'],
    ]);
    expect(bench.service.last.request).toMatchObject({
      preconditions: [
        { condition: 'CONDITION_MUST_EXIST', filter: { object: 'team:ml', relation: '', subject: '' } },
        {
          condition: 'CONDITION_MUST_NOT_EXIST',
          filter: { object: 'space', relation: 'admin', subject: 'user:ada' },
        },
      ],
      actor: 'user:root',
      metadata: { fields: { ticket: { stringValue: 'OPS-1' } } },
      idempotencyKey: 'k',
    });
  });

  it('names the tuple that was refused', async () => {
    bench.service.handlers = {
      Write: () => {
        throw new Refusal('FAILED_PRECONDITION', 'no such relation', {
          reason: 'X',
          field: 'updates[1].tuple',
        });
      },
    };
    const { code, err } = await bench.ask(['write', QUESTION, 'space:ml#writer@user:grace']);
    expect(code).toBe(1);
    expect(err).toBe(
      'error: no such relation\n  update: touch space:ml#writer@user:grace\n  reason: X\n  field: updates[1].tuple\n',
    );
  });

  it('is refused without a tuple', async () => {
    expect((await bench.ask(['write'])).err).toContain('there is nothing to write');
    expect((await bench.ask(['write', '--file', bench.file('empty', '# nothing\n')])).err).toContain(
      'there is nothing to write',
    );
  });

  it('names the line of a file that is no tuple', async () => {
    const path = bench.file('bad.tuples', `${QUESTION}\nspace:ml#writer\n`);
    expect((await bench.ask(['write', '--file', path])).err).toContain(
      `error: ${path}:2: tuple \`space:ml#writer\``,
    );
  });

  it('says why a file cannot be read', async () => {
    const path = join(bench.folder, 'absent');
    expect((await bench.ask(['write', '--file', path])).err).toContain(
      `cannot read \`${path}\`: there is no such file`,
    );
    expect((await bench.ask(['write', '--file', bench.folder])).err).toContain('it is a directory');
  });
});
