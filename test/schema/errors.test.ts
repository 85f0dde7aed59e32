import { describe, expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';

/** The findings about members of a type `doc` that stand from line 4 on. */
async function inDoc(members: string): Promise<string[]> {
  return diagnose(`type user
type team { relation member : user permission view = member }
type doc { relation viewer : user relation parent : doc | team relation open : user | user:* permission view = viewer or parent.view or open
${members}
}`);
}

describe('names that mean nothing', () => {
  test.each([
    [
      'relation r : usr permission p = r',
      '4:14-4:17 error: unknown type `usr`; did you mean `user`? [unknown-type]',
    ],
    [
      'relation r : organisation permission p = r',
      '4:14-4:26 error: unknown type `organisation`; declare it with `type`, or write `user` or `team` or `doc` [unknown-type]',
    ],
    [
      'relation r : team#membr permission p = r',
      '4:19-4:24 error: type `team` has no relation or permission `membr`; did you mean `member`? [unknown-relation]',
    ],
    [
      'permission p = wiewer',
      '4:16-4:22 error: type `doc` has no relation or permission `wiewer`; did you mean `viewer`? [unknown-relation]',
    ],
    [
      'permission p = something_else',
      '4:16-4:30 error: type `doc` has no relation or permission `something_else`; declare it there, or write `viewer` or `parent` or `open` or `view` [unknown-relation]',
    ],
    [
      'permission p = parnt.view',
      '4:16-4:21 error: type `doc` has no relation or permission `parnt`; did you mean `parent`? [unknown-relation]',
    ],
    [
      'permission p = viewer.view',
      '4:23-4:27 error: type `user` has no relation or permission `view`; declare it there [unknown-relation]',
    ],
    [
      'permission p = every parent.vew',
      '4:29-4:32 error: none of the types that `parent` leads to (`doc`, `team`) has a relation or permission `vew`; did you mean `view`? [unknown-relation]',
    ],
  ])('%s', async (members, finding) => {
    expect(await inDoc(members)).toEqual([finding]);
  });

  test('a condition where there is none', async () => {
    expect(await inDoc('relation r : user with weekday permission p = r')).toEqual([
      '4:24-4:31 error: unknown condition `weekday`; declare it with `condition` [unknown-condition]',
    ]);
  });

  test('an arrow needs the name in one of the types only', async () => {
    expect(await inDoc('permission p = parent.member')).toEqual([]);
  });

  test('an unknown relation before a dot is reported once', async () => {
    expect(await inDoc('permission p = nothing_here.nothing_there')).toHaveLength(1);
  });

  test('nothing is said about what an unknown type may have', async () => {
    expect(await inDoc('relation r : usr | usr#foo permission p = r.bar')).toEqual([
      '4:14-4:17 error: unknown type `usr`; did you mean `user`? [unknown-type]',
      '4:20-4:23 error: unknown type `usr`; did you mean `user`? [unknown-type]',
    ]);
  });
});

describe('duplicates', () => {
  test('of types', async () => {
    expect(await diagnose('type user\ntype a\ntype user')).toEqual([
      '3:6-3:10 error: type `user` is already declared on line 1; rename or remove one of them [duplicate-type]',
    ]);
  });

  test('of members, whatever their kinds', async () => {
    expect(await inDoc('permission viewer = self\nroles view > x : user permission p = x')).toEqual([
      '4:12-4:18 error: `viewer` is already declared in type `doc` on line 3; rename or remove one of them [duplicate-member]',
      '5:7-5:11 error: `view` is already declared in type `doc` on line 3; rename or remove one of them [duplicate-member]',
    ]);
  });

  test('of subject forms', async () => {
    expect(
      await inDoc('relation r : user | user:* | team#member | user | team#member permission p = r'),
    ).toEqual([
      '4:44-4:48 error: `user` stands twice among the subjects; remove one [duplicate-subject]',
      '4:51-4:62 error: `team#member` stands twice among the subjects; remove one [duplicate-subject]',
    ]);
  });

  test('of the schema line, which stands first', async () => {
    expect(await diagnose('schema a\nschema b\ntype user')).toEqual([
      '2:1-2:9 error: there is a `schema` line already; remove one of them [misplaced-schema-line]',
    ]);
    expect(await diagnose('type user\nschema b')).toEqual([
      '2:1-2:9 error: the `schema` line stands behind other declarations; move it to the top of the file [misplaced-schema-line]',
    ]);
  });
});

describe('what stands in the wrong place', () => {
  test.each([
    [
      'permission p = view.view',
      '4:16-4:20 error: `view` is a permission and stores no tuples, and an arrow goes over tuples; write a relation [not-a-relation]',
    ],
    [
      'permission p = every view.view',
      '4:22-4:26 error: `view` is a permission and stores no tuples, and `every` goes over tuples; write a relation [not-a-relation]',
    ],
    [
      'permission p = direct or viewer',
      '4:16-4:22 error: `direct` cannot stand in a permission, which stores no tuples; name a relation instead [direct-in-permission]',
    ],
    [
      'permission p = subject.view',
      '4:16-4:28 error: `subject` is known in `granted by` and `revoked by` only; name a relation of this type [subject-outside-clause]',
    ],
    [
      'permission p = parent.self',
      '4:23-4:27 error: `self` is a reserved word; write another name, or put it in backticks [reserved-word]',
    ],
  ])('%s', async (members, finding) => {
    expect(await inDoc(members)).toEqual([finding]);
  });

  test('a wildcard behind an arrow', async () => {
    const text =
      'type bot { permission view = self }\ntype doc { relation r : bot:* permission p = r.view or every r.view }';
    expect(await diagnose(text)).toEqual([
      '2:46-2:47 error: `r` admits `bot:*`, which an arrow cannot follow; move the wildcard to a relation of its own [wildcard-behind-arrow]',
      '2:62-2:63 error: `r` admits `bot:*`, which `every` cannot follow; move the wildcard to a relation of its own [wildcard-behind-arrow]',
    ]);
  });
});

describe('a relation without subjects', () => {
  test.each([
    [
      'relation r',
      '4:10-4:11 error: relation `r` has no subjects; write what it can hold, such as `: user` [no-subjects]',
    ],
    [
      'relation r :',
      '4:10-4:11 error: relation `r` has no subjects; write what it can hold, such as `: user` [no-subjects]',
    ],
    [
      'relation r :\nrelation s : user permission p = s',
      '4:10-4:11 error: relation `r` has no subjects; write what it can hold, such as `: user` [no-subjects]',
    ],
    [
      'relation r = viewer',
      '4:10-4:11 error: relation `r` has no subjects; write what it can hold, such as `: user`, or `permission` if nothing is stored in it [no-subjects]',
    ],
    [
      'roles r > s permission p = s',
      '4:7-4:8 error: the ladder of `r` has no subjects; write what it can hold, such as `: user` [no-subjects]',
    ],
  ])('%s', async (members, finding) => {
    expect(await inDoc(members)).toEqual([finding]);
  });
});

describe('operators', () => {
  test.each([
    [
      'viewer or open and view',
      '4:16-4:39 error: `or` and `and` are mixed without parentheses; write `(viewer or open) and view` or `viewer or (open and view)` [mixed-operators]',
    ],
    [
      'viewer except open or (view\n  or viewer) // why',
      '4:16-5:13 error: `except` and `or` are mixed without parentheses; write `(viewer except open) or (view or viewer)` or `viewer except (open or (view or viewer))` [mixed-operators]',
    ],
    [
      'viewer except open except view',
      '4:16-4:46 error: `except` takes two sides only; write `viewer except (open or view)` [chained-except]',
    ],
  ])('%s', async (expression, finding) => {
    expect(await inDoc(`permission p = ${expression}`)).toEqual([finding]);
  });
});

describe('recursion through a negative position on one object', () => {
  test('names the cycle', async () => {
    expect(
      await inDoc('permission a = viewer except (open or b)\npermission b = viewer and c\npermission c = a'),
    ).toEqual([
      '4:39-4:40 error: `a` rests on its own negation: `a` → except `b` → `c` → `a`; name there only what does not lead back [negation-cycle]',
    ]);
  });

  test('is one of a name with itself', async () => {
    expect(await inDoc('relation r : user = direct except r')).toEqual([
      '4:35-4:36 error: `r` rests on its own negation: `r` → except `r`; name there only what does not lead back [negation-cycle]',
    ]);
  });

  test('counts the relation of every', async () => {
    expect(await inDoc('relation r : team = direct or p permission p = every r.view')).toEqual([
      '4:54-4:55 error: `p` rests on its own negation: `p` → every `r` → `p`; name there only what does not lead back [negation-cycle]',
    ]);
  });

  test('goes through the rungs of a ladder', async () => {
    expect(await inDoc('roles a > b : user relation c : user = direct except b permission p = c')).toEqual(
      [],
    );
  });

  test('is reported once for what one name says twice', async () => {
    expect(await inDoc('permission a = viewer except (a or (open and a))')).toHaveLength(1);
  });

  test('is reported once, however many negations are in it', async () => {
    const findings = await inDoc('permission a = viewer except b\npermission b = viewer except a');
    expect(findings.map((finding) => finding.slice(0, 20))).toEqual(['4:30-4:31 error: `a`']);
  });
});

describe('declared names', () => {
  test.each([
    [
      'relation or : user',
      '4:10-4:12 error: `or` is a reserved word; write another name, or put it in backticks [reserved-word]',
    ],
    [
      'relation 2nd : user',
      '4:10-4:13 error: `2nd` is no name; names are letters, digits and `_`, in segments joined by `-` or `/`, and start with no digit [malformed-name]',
    ],
    [
      'relation `x y` : user',
      '4:10-4:15 error: `x y` is no name; names are letters, digits and `_`, in segments joined by `-` or `/`, and start with no digit [malformed-name]',
    ],
    [
      'relation `` : user',
      '4:10-4:12 error: an empty name is no name; names are letters, digits and `_`, in segments joined by `-` or `/`, and start with no digit [malformed-name]',
    ],
    [
      `relation ${'n'.repeat(129)} : user`,
      `4:10-4:139 error: the name \`${'n'.repeat(77)}…\` (129 characters) is too long; at most 128 characters are allowed [name-too-long]`,
    ],
  ])('%s', async (members, finding) => {
    expect(await inDoc(members)).toEqual([finding]);
  });
});

describe('a schema', () => {
  test.each(['', '// nothing', 'schema empty'])('without types is empty: %s', async (text) => {
    expect(await diagnose(text)).toEqual([
      '1:1-1:1 error: the schema declares no type; write at least one, such as `type user` [empty-schema]',
    ]);
  });

  test('has all its problems reported, by position', async () => {
    const text = `type user\r
type doc {\r
  relation viewer : usr | team\r
  permission a = viewr except b // ä\r
  permission b = direct\r
  permission viewer = a or b and a\r
}\r
type doc`;
    expect((await diagnose(text)).map((finding) => finding.replace(/ error: .*\[/, ' ['))).toEqual([
      '3:21-3:24 [unknown-type]',
      '3:27-3:31 [unknown-type]',
      '4:18-4:23 [unknown-relation]',
      '5:18-5:24 [direct-in-permission]',
      '6:14-6:20 [duplicate-member]',
      '6:23-6:35 [mixed-operators]',
      '8:6-8:9 [duplicate-type]',
    ]);
  });
});
