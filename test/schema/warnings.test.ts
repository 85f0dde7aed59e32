import { describe, expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';

async function inDoc(members: string): Promise<string[]> {
  return diagnose(`type user
type team { relation member : user | team#member }
type doc {
${members}
}`);
}

describe('unread-relation', () => {
  test('warns of a relation that no name means', async () => {
    expect(await inDoc('relation viewer : user\nroles a > b : user')).toEqual([
      '4:10-4:16 warning: nothing reads relation `viewer`; name it in a permission, or remove it [unread-relation]',
      '5:11-5:12 warning: nothing reads relation `b`; name it in a permission, or remove it [unread-relation]',
    ]);
  });

  test('names, arrows, every and subject sets read', async () => {
    expect(
      await inDoc(`relation parent : doc relation all : doc relation viewer : user
      permission p = parent.viewer or every all.viewer or own relation own : user relation s : team#member permission q = s`),
    ).toEqual([]);
  });

  test('a misspelt name is no second finding', async () => {
    expect(await inDoc('relation viewer : user permission p = veiwer')).toEqual([
      '4:39-4:45 error: type `doc` has no relation or permission `veiwer`; did you mean `viewer`? [unknown-relation]',
    ]);
  });
});

describe('name-repeats-type', () => {
  test('warns of a relation called like its type', async () => {
    expect(await inDoc('relation doc : doc permission p = doc.p or self')).toEqual([
      '4:10-4:13 warning: relation `doc` repeats the name of its type; name it for what it holds, such as `parent` [name-repeats-type]',
    ]);
    expect(await inDoc('relation user : user permission doc = user')).toEqual([]);
  });
});

describe('never-holds', () => {
  const warning = (place: string, name: string): string =>
    `${place} warning: \`${name}\` can never hold for anybody; write \`nobody\` if that is meant [never-holds]`;

  test.each([
    ['permission p = p', '4:12-4:13'],
    ['relation parent : doc permission p = parent.p', '4:34-4:35'],
    ['relation parent : doc permission p = every parent.p', '4:34-4:35'],
    ['relation x : user permission p = x and self', '4:30-4:31'],
    ['relation x : user permission p = x except x', '4:30-4:31'],
    ['relation x : user permission p = x except (self or (x))', '4:30-4:31'],
    ['permission p = r relation r : doc#p', '4:12-4:13'],
  ])('warns of %s', async (members, place) => {
    expect(await inDoc(members)).toContain(warning(place, 'p'));
  });

  test('does not warn where nobody is written, but of what follows from it', async () => {
    expect(await inDoc('permission p = nobody permission q = p')).toEqual([warning('4:34-4:35', 'q')]);
  });

  test('looks through recursion for a way to hold', async () => {
    expect(await inDoc('relation parent : doc relation x : user permission p = x or parent.p')).toEqual([]);
  });
});

describe('negation-over-objects', () => {
  test('warns of recursion through except over an arrow', async () => {
    expect(await inDoc('relation parent : doc relation x : user permission p = x except parent.p')).toEqual([
      '4:72-4:73 warning: `p` can come to rest on its own negation: `doc.p` → except `doc.p`; a check that does is an error [negation-over-objects]',
    ]);
  });

  test('warns of recursion through except over a subject set', async () => {
    expect(await inDoc('relation x : user relation y : user | doc#p permission p = x except y')).toEqual([
      '4:69-4:70 warning: `p` can come to rest on its own negation: `doc.p` → except `doc.y` → `doc.p`; a check that does is an error [negation-over-objects]',
    ]);
  });

  test('does not warn of recursion beside the negation', async () => {
    expect(
      await inDoc(
        'relation parent : doc relation x : user relation y : team#member permission p = (x or parent.p) except y',
      ),
    ).toEqual([]);
  });
});

describe('pemba-ignore', () => {
  test('silences a warning on the next declaration only', async () => {
    expect(await inDoc('// pemba-ignore: unread-relation\nrelation a : user\nrelation b : user')).toEqual([
      '6:10-6:11 warning: nothing reads relation `b`; name it in a permission, or remove it [unread-relation]',
    ]);
  });

  test('silences several, beside documentation', async () => {
    expect(
      await inDoc(
        '/// One.\n// pemba-ignore: unread-relation, name-repeats-type\n/// Two.\nrelation doc : user',
      ),
    ).toEqual([]);
  });

  test('on a type or a ladder covers what is in it', async () => {
    expect(await inDoc('// pemba-ignore: unread-relation\nroles a > b : user')).toEqual([]);
    expect(await diagnose('type u\n//pemba-ignore:unread-relation\ntype t { relation r : u }')).toEqual([]);
  });

  test('silences no error', async () => {
    expect(await inDoc('// pemba-ignore: unknown-relation\npermission p = q')).toEqual(
      [
        '5:16-5:17 error: type `doc` has no relation or permission `q`; declare it there [unknown-relation]',
        '4:18-4:34 warning: there is no warning `unknown-relation`; did you mean `unread-relation`? [unknown-warning]',
      ].toReversed(),
    );
  });

  test('with an unknown name is a warning itself', async () => {
    expect(await inDoc('// pemba-ignore: never-hold\n// pemba-ignore\npermission p = self')).toEqual([
      '4:18-4:28 warning: there is no warning `never-hold`; did you mean `never-holds`? [unknown-warning]',
      '5:1-5:16 warning: no warning is named; write `// pemba-ignore: ` and the name of one [unknown-warning]',
    ]);
    expect(await inDoc('// pemba-ignore: unknown-warning, of-tomorrow\npermission p = self')).toEqual([]);
  });
});
