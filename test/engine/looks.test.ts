/** What a member looks at first, which is what is fetched before a batch is walked. */
import { expect, test } from 'vitest';
import { looksOf as computeLooks } from '../../src/engine/looks.ts';
import type { Member, Step } from '../../src/engine/member.ts';
import { World } from './world.ts';

const names = (count: number): string =>
  Array.from({ length: count }, (_, i) => `relation r${i} : user`).join('\n');

const world = await World.of(`
  type user
  type folder {
    relation viewer : user
    permission view = viewer
  }
  type doc {
    relation parent : folder
    relation banned : user
    roles owner > reader : user
    permission view = (reader or parent.view or every parent.view) except banned
    permission self-only = self
  }
  type wide {
    ${names(20)}
    permission any = ${Array.from({ length: 20 }, (_, i) => `r${i}`).join(' or ')}
  }
  type ring {
    relation a : user = direct or b
    relation b : user = direct or a
  }
  type chain {
    relation link0 : user
    ${Array.from({ length: 80 }, (_, i) => `permission link${i + 1} = link${i}`).join('\n')}
  }
`);

/** The relations of the looks; those with an arrow behind them end in a dot. */
function looksOf(type: string, member: string): string[] {
  const looks = world.plan.types.get(type)?.members.get(member)?.looks ?? [];
  return looks.map(({ relation, goesOn }) => `${world.graph.relations.name(relation)}${goesOn ? '.' : ''}`);
}

test('they are the relations of its own object, through names and operators, once each and in order', () => {
  expect(looksOf('doc', 'view')).toEqual(['reader', 'owner', 'parent.', 'banned']);
  expect(looksOf('doc', 'owner')).toEqual(['owner']);
  expect(looksOf('doc', 'self-only')).toEqual([]);
  expect(looksOf('ring', 'a')).toEqual(['a', 'b']);
});

test('they are found without going through all of a long expression, or of a long chain of them', () => {
  let read = 0;
  const long = (parts: Step[]): Step => {
    const of = new Proxy(parts, {
      get: (target, key) => {
        if (key !== 'length') read++;
        return Reflect.get(target, key);
      },
    });
    return { op: 'or', of, isLong: true };
  };
  const member = world.plan.types.get('wide')?.members.get('any');
  if (member === undefined) throw new Error('there is no wide#any');
  let chained: Member = { ...member, step: { op: 'nobody' } };
  for (let i = 0; i < 30; i++) {
    const parts = Array.from({ length: 990 }, (): Step => ({ op: 'self' }));
    chained = { ...member, step: long([...parts, { op: 'name', member: chained }]) };
  }
  expect(computeLooks(chained)).toEqual([]);
  expect(read).toBeLessThan(200);
});

test('they are few, however much a member is made of', () => {
  expect(looksOf('wide', 'any')).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7']);
  expect(looksOf('chain', 'link20')).toEqual(['link0']);
  expect(looksOf('chain', 'link80')).toEqual([]);
});
