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

  test.each([
    'relation a : user granted by a',
    'relation a : user revoked by a or self',
    'created by up.a relation up : doc [1] relation a : user',
    'deleted by a relation a : user',
    'relation a : user relation b : user require one of a, b',
    'relation a : user relation b : user require unique a, b',
    'relation a : user relation b : user require a excludes b',
    'relation a : user relation b : user require a contains b',
    'relation up : doc relation a : user relation b : user require up.a contains b',
  ])('clauses and `require` read, as in %s', async (members) => {
    expect((await inDoc(members)).filter((finding) => finding.includes('unread-relation'))).toEqual([]);
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

describe('every warning is silenced by its name', () => {
  test.each([
    ['unread-relation', 'relation viewer : user'],
    ['name-repeats-type', 'relation doc : doc permission p = doc.p or self'],
    ['never-holds', 'permission p = p'],
    ['negation-over-objects', 'relation up : doc permission p = self except up.p'],
    ['created-by-itself', 'created by p permission p = self'],
    ['created-over-many', 'created by up.p relation up : doc permission p = self or up.p'],
    ['granted-by-subject-only', 'relation up : doc granted by subject.p permission p = self or up.p'],
  ])('%s', async (name, member) => {
    const inType = (comment: string): Promise<string[]> =>
      diagnose(`type user\n${comment}\ntype doc {\n${member}\n}`);
    const [finding, ...others] = await inType('');
    expect(finding).toContain(`[${name}]`);
    expect(others).toEqual([]);
    expect(await inType(`// pemba-ignore: ${name}`)).toEqual([]);
  });

  test('unused-parameter', async () => {
    const text = (comment: string): string => `${comment}
condition c(x int, y int) { x > 1 }
type user type doc { relation a : user with c permission p = a }`;
    expect(await diagnose(text(''))).toEqual([
      '2:20-2:21 warning: condition `c` does not look at its parameter `y`; remove it [unused-parameter]',
    ]);
    expect(await diagnose(text('// pemba-ignore: unused-parameter'))).toEqual([]);
  });
});

describe('granted-by-subject-only', () => {
  const warning = (place: string, clause: string): string =>
    `${place} warning: \`granted by\` looks at \`subject\` alone, so that its owner can attach it to any object, and \`up\` carries permissions; ask the object too, such as \`manager and ${clause}\` [granted-by-subject-only]`;

  test.each([
    ['relation up : doc granted by subject.p permission p = self or up.p', 'subject.p', '4:30-4:39'],
    [
      'relation up : doc granted by subject.p or subject.q permission p = self or up.p permission q = p',
      'subject.p or subject.q',
      '4:30-4:52',
    ],
    ['roles up > low : doc granted by subject.p permission p = self or low', 'subject.p', '4:33-4:42'],
  ])('warns of %s', async (members, clause, place) => {
    expect(await inDoc(members)).toEqual([warning(place, clause)]);
  });

  test.each([
    'relation up : doc granted by subject.p and p permission p = self or up.p',
    // What only clauses read carries no permissions.
    'relation up : doc granted by subject.p relation low : user granted by up.p permission p = self or low',
    'relation up : doc granted by nobody permission p = self or up.p',
  ])('does not warn of %s', async (members) => {
    expect(await inDoc(members)).toEqual([]);
  });
});

describe('created by', () => {
  test.each([
    'created by up.p relation up : doc [1] permission p = self or up.p',
    'created by up.p relation up : doc [0..1] permission p = self or up.p',
    'created by every up.p relation up : doc permission p = self or up.p',
    'deleted by p permission p = self',
  ])('has nothing doubtful in %s', async (members) => {
    expect(await inDoc(members)).toEqual([]);
  });
});
