import { describe, expect, it } from 'vitest';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

async function* messages(...all: object[]): AsyncGenerator<object> {
  yield* all;
}
const found = (id: string, answer = 'ALLOWED') => ({ id, answer: `ANSWER_${answer}` });

describe('lookup resources', () => {
  const QUESTION = 'space#write@user:ada';

  it('prints the ids of all messages, one a line', async () => {
    bench.service.streams = {
      LookupResources: () =>
        messages(
          { results: [found('all'), found('curation')], nextPageToken: 't1', zookie: 'z' },
          { results: [found('ml', 'CONDITIONAL')], nextPageToken: '', zookie: 'z' },
        ),
    };
    expect(await bench.ask(['lookup', 'resources', QUESTION])).toEqual({
      code: 0,
      out: 'all\ncuration\nml  conditional\n',
      err: '',
    });
    expect(bench.service.last.request).toMatchObject({
      resourceType: 'space',
      relation: 'write',
      subject: 'user:ada',
    });
  });

  it('prints nothing where nothing is found', async () => {
    bench.service.streams = { LookupResources: () => messages({ results: [], zookie: 'z' }) };
    expect(await bench.ask(['lookup', 'resources', QUESTION])).toEqual({ code: 0, out: '', err: '' });
  });

  it('stops at a limit, and says how to go on', async () => {
    bench.service.streams = {
      LookupResources: ({ pageToken }) =>
        pageToken === 't1'
          ? messages({ results: [found('ml')], nextPageToken: '', zookie: 'z' })
          : messages({ results: [found('all')], nextPageToken: 't1', zookie: 'z' }),
    };
    expect(await bench.ask(['lookup', 'resources', QUESTION, '--limit', '1'])).toEqual({
      code: 0,
      out: 'all\n',
      err: 'stopped at --limit 1; go on with --page-token t1\n',
    });
    expect(bench.service.last.request).toMatchObject({ pageSize: 1 });
    expect(await bench.ask(['lookup', 'resources', QUESTION, '--limit', '1', '--page-token', 't1'])).toEqual({
      code: 0,
      out: 'ml\n',
      err: '',
    });
  });

  it('prints JSON, a line for each, and the token and zookie last', async () => {
    bench.service.streams = {
      LookupResources: () => messages({ results: [found('all')], nextPageToken: 't1', zookie: 'z' }),
    };
    const { out, err } = await bench.ask(['lookup', 'resources', QUESTION, '--json', '--limit', '1']);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { id: 'all', answer: 'allowed' },
      { nextPageToken: 't1', zookie: 'z' },
    ]);
    expect(err).toBe('');
  });

  it('sends store, freshness and what counts as stored', async () => {
    bench.service.streams = { LookupResources: () => messages({ results: [], zookie: 'z' }) };
    const options = ['--store', 'main', '--at-exact-snapshot', 'z', '--with', 'a:b#c@d:e'];
    await bench.ask(['lookup', 'resources', 'space#read@team:ml#member', ...options]);
    expect(bench.service.last.request).toMatchObject({
      subject: 'team:ml#member',
      store: 'main',
      consistency: { atExactSnapshot: 'z' },
      contextualTuples: [{ object: 'a:b' }],
    });
  });

  it('fails after what it has found if the service fails', async () => {
    bench.service.streams = {
      async *LookupResources() {
        yield { results: [found('all')], nextPageToken: 't1', zookie: 'z' };
        throw Object.assign(new Error('too much work'), { code: 8 });
      },
    };
    const { code, out, err } = await bench.ask(['lookup', 'resources', QUESTION]);
    expect({ code, out }).toEqual({ code: 1, out: 'all\n' });
    expect(err).toContain('error: too much work');
  });

  it.each([
    ['space', 'there is no `#`; write `type#relation@type:id`'],
    ['space#write', 'there is no `@` after the relation; write `type#relation@type:id`'],
    ['space:ml#write@user:ada', 'before the `#` is an object; to find objects write their type alone'],
    ['#write@user:ada', 'the type is empty'],
    ['space#@user:ada', 'the relation is empty'],
    ['space#write@ada', 'subject `ada`: there is no `:`'],
  ])('refuses `%s` before it asks', async (question, message) => {
    const { code, out, err } = await bench.ask(['lookup', 'resources', question]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(message);
    expect(bench.service.asked).toEqual([]);
  });
});

describe('lookup subjects', () => {
  it('prints exceptions from everybody as such', async () => {
    bench.service.streams = {
      LookupSubjects: () =>
        messages({ results: [found('*'), found('ada'), found('eve\u202e', 'DENIED')], zookie: 'z' }),
    };
    expect(await bench.ask(['lookup', 'subjects', 'space:ml#read@user'], { isTTY: true })).toEqual({
      code: 0,
      out: '*\nada\neve\\u202e  \u001b[31mdenied\u001b[39m\n',
      err: '',
    });
    expect(bench.service.last.request).toMatchObject({
      object: 'space:ml',
      relation: 'read',
      subjectType: 'user',
    });
  });

  it('finds subject sets', async () => {
    bench.service.streams = { LookupSubjects: () => messages({ results: [found('ml')], zookie: 'z' }) };
    expect((await bench.ask(['lookup', 'subjects', 'space:ml#read@team#member'])).out).toBe('ml\n');
    expect(bench.service.last.request).toMatchObject({ subjectType: 'team#member' });
  });

  it.each([
    ['space:ml#read', 'there is no `@` after the relation; write `type:id#relation@type`'],
    ['space#read@user', 'object `space`: there is no `:`'],
    ['space:ml#read@user:ada', 'after the `@` is a subject; to find subjects write their type alone'],
    ['space:ml#read@', 'the type is empty'],
    ['space:ml#read@team#', 'the relation is empty'],
    ['space:ml#read@1', '`1` is not a type'],
  ])('refuses `%s` before it asks', async (question, message) => {
    const { code, err } = await bench.ask(['lookup', 'subjects', question]);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(bench.service.asked).toEqual([]);
  });
});

describe('lookup permissions', () => {
  const answering = (permissions: object[]): void => {
    bench.service.handlers = { ListPermissions: () => ({ permissions, zookie: 'z' }) };
  };
  const READ = { name: 'read', isPermission: true, answer: 'ANSWER_ALLOWED' };
  const WRITER = { name: 'writer', isPermission: false, answer: 'ANSWER_CONDITIONAL' };

  it('prints a table', async () => {
    answering([WRITER, READ]);
    expect(await bench.ask(['lookup', 'permissions', 'space:ml@user:ada'])).toEqual({
      code: 0,
      out: 'NAME    KIND        ANSWER\nwriter  relation    conditional\nread    permission  allowed\n',
      err: '',
    });
  });

  it('says so where there is nothing', async () => {
    answering([]);
    expect(await bench.ask(['lookup', 'permissions', 'space:ml@user:ada'])).toEqual({
      code: 0,
      out: '',
      err: 'user:ada has nothing on space:ml\n',
    });
  });

  it('prints JSON', async () => {
    answering([READ]);
    expect(
      JSON.parse((await bench.ask(['lookup', 'permissions', 'space:ml@user:ada', '--json'])).out),
    ).toEqual({
      permissions: [{ name: 'read', isPermission: true, answer: 'allowed' }],
      zookie: 'z',
    });
  });

  it.each([
    ['space:ml@user:ada', 'space:ml', 'user:ada'],
    ['space:ml@team:a#member', 'space:ml', 'team:a#member'],
    ['space:ml@user:*', 'space:ml', 'user:*'],
    ['mail:ada@example.com@user:bob', 'mail:ada@example.com', 'user:bob'],
    ['space:ml@user:ada@example.com', 'space:ml', 'user:ada@example.com'],
    ['mail:a@b:c#@user:d@e:f', 'mail:a@b:c', 'user:d@e:f'],
  ])('reads `%s`', async (question, object, subject) => {
    answering([]);
    await bench.ask(['lookup', 'permissions', question]);
    expect(bench.service.last.request).toMatchObject({ object, subject });
  });

  it.each([
    ['mail:a@b:c@d:e', 'which `@` ends the object? write `#@` there, such as `mail:a#@b:c@d:e`'],
    ['space:ml', 'this is no object and subject; write `type:id@type:id`'],
    ['space:ml@ada', 'this is no object and subject'],
    ['space:ml#@ada', 'subject `ada`: there is no `:`'],
  ])('refuses `%s` before it asks', async (question, message) => {
    const { code, err } = await bench.ask(['lookup', 'permissions', question]);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(bench.service.asked).toEqual([]);
  });
});
