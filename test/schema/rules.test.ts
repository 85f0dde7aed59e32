import { expect, test } from 'vitest';
import { diagnose } from './diagnose.ts';

/** The findings about members of a type `doc` that stand from line 4 on. */
async function inDoc(members: string): Promise<string[]> {
  return diagnose(`type user { relation key : token permission me = self permission keys = key }
type team { relation member : user permission view = member } type token
type doc { relation viewer : user relation parent : doc [0..1] relation many : doc relation open : user | user:* permission view = viewer or parent.view or many.view or open
${members}
}
condition c(x int) { x > 1 }`);
}

test.each<[string, string[]]>([
  [
    'relation a : user with cc permission p = a',
    ['4:24-4:26 error: unknown condition `cc`; did you mean `c`? [unknown-condition]'],
  ],
  [
    'relation a : user with d permission p = a',
    ['4:24-4:25 error: unknown condition `d`; did you mean `c`? [unknown-condition]'],
  ],
  [
    'relation a : user with c | user with c | user expires | user expires | user must expire within 1d | user must  expire within 1d permission p = a',
    [
      '4:28-4:39 error: `user with c` stands twice among the subjects; remove one [duplicate-subject]',
      '4:57-4:69 error: `user expires` stands twice among the subjects; remove one [duplicate-subject]',
      '4:101-4:128 error: `user must expire within 1d` stands twice among the subjects; remove one [duplicate-subject]',
    ],
  ],
  [
    'relation a : user must expire within 90 permission p = a',
    [
      '4:19-4:40 error: `90` is no period; write a number with `s`, `m`, `h` or `d`, such as `90d`, of at most 100 years [malformed-period]',
    ],
  ],
  [
    'relation a : user must expire within 0d permission p = a',
    [
      '4:19-4:40 error: `0d` is no period; write a number with `s`, `m`, `h` or `d`, such as `90d`, of at most 100 years [malformed-period]',
    ],
  ],
  [
    'relation a : user expires within 90d permission p = a',
    ['4:27-4:33 error: only `must expire` takes `within`; write such as `must expire within 90d` [syntax]'],
  ],
  [
    'relation a [1] : user [2] permission p = a',
    [
      '4:23-4:26 error: `a` has two multiplicities; keep one, behind the name or behind the subjects [duplicate-multiplicity]',
    ],
  ],
  [
    'relation a [0] : user permission p = a',
    [
      '4:12-4:15 error: `[0]` lets nothing be stored in `a`; remove the relation, or write at least `[0..1]` [malformed-multiplicity]',
    ],
  ],
  [
    'relation a [5..2] : user permission p = a',
    [
      '4:12-4:18 error: the minimum of `[5..2]` is above its maximum; write `[2..5]` [malformed-multiplicity]',
    ],
  ],
  ['relation a [x] : user permission p = a', ['4:13-4:14 error: expected a number, found `x` [syntax]']],
  [
    'relation a [1x..] : user permission p = a',
    [
      '4:12-4:18 error: `[1x..]` is no multiplicity; write one such as `[1]`, `[0..1]`, `[1..]` or `[2..5]`, with numbers up to 999999 [malformed-multiplicity]',
    ],
  ],
  [
    'relation a [1..] : user with c | user:* | team#member | user must expire permission p = a',
    [
      '4:12-4:17 error: no subject of `a` counts towards the minimum of `[1..]`: those with a condition, with `must expire`, sets and wildcards do not; admit plain objects, such as `user` [unattainable-minimum]',
    ],
  ],
  ['relation a [1..] : user expires permission p = a', []],
  [
    'created by viewer',
    [
      '4:12-4:18 warning: `created by` asks who is in `viewer` of the new object, and a creator can name himself there; ask an object that exists, with an arrow such as `workspace.manager` [created-by-itself]',
    ],
  ],
  [
    'created by many.view',
    [
      '4:12-4:21 warning: `many` may hold several objects, of which a creator needs only one; write `[1]` or `[0..1]` behind it [created-over-many]',
    ],
  ],
  ['created by parent.view', []],
  [
    'created by viewer.me and me of viewer',
    [
      '4:12-4:21 warning: `viewer` may hold several objects, of which a creator needs only one; write `[1]` or `[0..1]` behind it [created-over-many]',
      '4:26-4:38 warning: `created by` asks who is in `viewer` of the new object, and a creator can name himself there; ask an object that exists, with an arrow such as `workspace.manager` [created-by-itself]',
    ],
  ],
  [
    'created by direct deleted by subject.me',
    [
      '4:12-4:18 error: `direct` cannot stand in a clause, which asks who holds a relation; name the relation instead [direct-in-clause]',
      '4:30-4:40 error: `subject` is known in `granted by` and `revoked by` only; name a relation of this type [subject-outside-clause]',
    ],
  ],
  [
    'created by nobody created by nobody',
    [
      '4:19-4:36 error: type `doc` says `created by` already on line 4; join both with `or` [duplicate-clause]',
    ],
  ],
  [
    'relation a : user granted by subject.me permission p = a',
    [
      '4:30-4:40 warning: `granted by` looks at `subject` alone, so that its owner can attach it to any object, and `a` carries permissions; ask the object too, such as `manager and subject.me` [granted-by-subject-only]',
    ],
  ],
  [
    'relation a : user granted by direct revoked by subject.mee permission p = a',
    [
      '4:30-4:36 error: `direct` cannot stand in a clause, which asks who holds a relation; name the relation instead [direct-in-clause]',
      '4:56-4:59 error: type `user` has no relation or permission `mee`; did you mean `me`? [unknown-relation]',
    ],
  ],
  ['relation a : user granted by nobody permission p = a', []],
  [
    'relation a : user granted by viewr permission p = a',
    [
      '4:30-4:35 error: type `doc` has no relation or permission `viewr`; did you mean `viewer`? [unknown-relation]',
    ],
  ],
  [
    'relation a : team#member granted by open.view permission p = a',
    [
      '4:37-4:41 error: `open` admits `user:*`, which an arrow cannot follow; move the wildcard to a relation of its own [wildcard-behind-arrow]',
      '4:42-4:46 error: type `user` has no relation or permission `view`; declare it there, or write `key` or `me` or `keys` [unknown-relation]',
    ],
  ],
  [
    'require one of viewer',
    ['4:9-4:22 error: `require one of` takes two relations or more; add another [too-few-names]'],
  ],
  [
    'require unique viewer',
    [
      '4:9-4:22 error: `require unique` takes two relations or more; add another, or write `unique` behind the subjects of the relation [too-few-names]',
    ],
  ],
  [
    'require unique viewer, viewer',
    ['4:24-4:30 error: `viewer` is named twice; remove one of them [duplicate-name]'],
  ],
  [
    'require one of viewer, view',
    [
      '4:24-4:28 error: `view` is a permission and stores no tuples, and `one of` looks at stored tuples; write a relation [not-a-relation]',
    ],
  ],
  [
    'require one of viewer, nothing',
    [
      '4:24-4:31 error: type `doc` has no relation or permission `nothing`; declare it there, or write `viewer` or `parent` or `many` or `open` or `view` [unknown-relation]',
    ],
  ],
  [
    'require viewer excludes viewer',
    ['4:9-4:31 error: `viewer` cannot exclude itself; name another relation or permission [never-met]'],
  ],
  [
    'require viewer excludes view',
    [
      '4:9-4:29 error: whoever is in `viewer` is in `view` as well, so they cannot exclude each other; name what is apart [never-met]',
    ],
  ],
  ['require viewer excludes open', []],
  [
    'require view contains viewer',
    [
      '4:9-4:13 error: `view` is a permission and stores no tuples, and `contains` compares stored tuples; write a relation [not-a-relation]',
    ],
  ],
  [
    'require parent contains viewer',
    [
      '4:9-4:31 error: `parent` admits nothing that `viewer` holds; admit `user` there, without condition and `must expire` [never-met]',
    ],
  ],
  [
    'relation a : user with c permission p = a require a contains viewer',
    [
      '4:51-4:68 error: `a` admits nothing that `viewer` holds; admit `user` there, without condition and `must expire` [never-met]',
    ],
  ],
  [
    'require viewer contains viewer',
    ['4:9-4:31 error: `viewer` contains itself anyway; name another relation [duplicate-name]'],
  ],
  [
    'require parent.view contains viewer',
    [
      '4:16-4:20 error: `view` is a permission of `doc` and stores no tuples, and `contains` compares stored tuples; write a relation [not-a-relation]',
    ],
  ],
  [
    'require parent.viewr contains viewer',
    [
      '4:16-4:21 error: type `doc` has no relation or permission `viewr`; did you mean `viewer`? [unknown-relation]',
    ],
  ],
  [
    'require open.me contains viewer',
    [
      '4:9-4:13 error: `open` admits `user:*`, which `contains` cannot follow; move the wildcard to a relation of its own [wildcard-behind-arrow]',
      '4:14-4:16 error: `me` is a permission of `user` and stores no tuples, and `contains` compares stored tuples; write a relation [not-a-relation]',
    ],
  ],
  ['require parent.viewer contains viewer', []],
  [
    'require parent.many contains viewer',
    [
      '4:9-4:36 error: `many` admits nothing that `viewer` holds; admit `user` there, without condition and `must expire` [never-met]',
    ],
  ],
  [
    'require one of viewer, open require viewer contains open',
    [
      '4:37-4:57 error: what is stored in `open` may not be stored in `viewer`, says `one of` on line 4; remove one of the two [never-met]',
    ],
  ],
  [
    'relation a [1] : user permission p = a relation b : user [2..] permission q = b require a contains b',
    [
      '4:89-4:101 error: `b` holds at least 2 subjects and `a` at most 1; change one of the multiplicities [never-met]',
    ],
  ],
  [
    'require one of viewer, open require one of  viewer, open',
    [
      '4:29-4:57 error: `require one of viewer, open` is said already on line 4; remove one of them [duplicate-require]',
    ],
  ],
  ['permission p = key of view', []],
  [
    'permission p = me of parent',
    [
      '4:12-4:13 warning: `p` can never hold for anybody; write `nobody` if that is meant [never-holds]',
      '4:16-4:18 error: none of the types that can be in `parent` (`doc`) has a relation or permission `me`; declare it there [unknown-relation]',
    ],
  ],
  [
    'permission p = nothing of view',
    ['4:16-4:23 error: no type has a relation or permission `nothing`; declare it there [unknown-relation]'],
  ],
  [
    'permission p = key of nothing',
    [
      '4:23-4:30 error: type `doc` has no relation or permission `nothing`; declare it there, or write `viewer` or `parent` or `many` or `open` or `view` [unknown-relation]',
    ],
  ],
  ['permission p = key of (view)', ['4:23-4:24 error: expected a name, found `(` [syntax]']],
  [
    'permission p = view except (view of q) permission q = p or parent',
    [
      '4:37-4:38 warning: `p` can come to rest on its own negation: `doc.p` → except `doc.q` → `doc.p`; a check that does is an error [negation-over-objects]',
    ],
  ],
  ['roles a [1..] granted by a > b : user granted by viewer revoked by subject.me permission p = b', []],
  [
    'require viewer',
    [
      '4:9-4:15 error: expected a rule, such as `one of a, b`, `a excludes b` or `a contains b`, found `viewer` [syntax]',
    ],
  ],
  [
    'require viewer has viewer',
    [
      '4:9-4:15 error: expected a rule, such as `one of a, b`, `a excludes b` or `a contains b`, found `viewer` [syntax]',
    ],
  ],
])('%s', async (members, findings) => {
  expect(await inDoc(members)).toEqual(findings);
});

test('a clause that is said again in another file names that file', async () => {
  const text = `//# pemba-file: a.pemba
import "b.pemba"
extend type t { created by nobody }
//# pemba-file: b.pemba
type t { created by nobody }
`;
  expect(await diagnose(text)).toEqual([
    '2:17-2:34 error: type `t` says `created by` already on line 1 of `b.pemba`; join both with `or` [duplicate-clause]',
  ]);
});
