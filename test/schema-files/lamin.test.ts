/** The example schema, sentence by sentence of the access model it was written from. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/base/limits.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Plan } from '../../src/engine/plan.ts';
import { Graph } from '../../src/graph/graph.ts';
import { parseTuple } from '../../src/model/tuple.ts';
import { parseTupleLines } from '../../src/model/tuple-lines.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import type { CompiledSchema } from '../../src/schema/compiled-schema.ts';
import type { Diagnostic } from '../../src/schema/diagnostic.ts';
import { View } from '../../src/view/view.ts';

const file = (name: string): string => readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8');

let schema: CompiledSchema | undefined;
let diagnostics: Diagnostic[];

beforeAll(async () => {
  ({ schema, diagnostics } = await compileSchema({ path: 'schema/lamin.pemba', text: file('lamin.pemba') }));
});

/** The answers over the example organization and some tuples more. */
function world(...more: string[]): (question: string) => string {
  if (schema === undefined) throw new Error(JSON.stringify(diagnostics));
  const graph = new Graph();
  const plan = new Plan(schema, graph.types, graph.relations);
  for (const tuple of parseTupleLines(file('lamin.tuples'), 'lamin.tuples')) graph.add(tuple);
  for (const tuple of more) graph.add(parseTuple(tuple));
  const view = new View(graph);
  const engine = new Engine(defaultLimits());
  return (question) => {
    const [, object = '', relation = '', subject = ''] = /^(\S+)#(\S+)@(\S+)$/.exec(question) ?? [];
    return engine.check(plan, view, { object, relation, subject });
  };
}

/** Everybody of `users` who may, of those the example names. */
function allowed(check: (question: string) => string, permission: string): string[] {
  return USERS.filter((user) => check(`${permission}@user:${user}`) === 'allowed');
}

const USERS = ['katherine', 'mary', 'barbara', 'ada', 'grace', 'alan', 'dorothy', 'guido', 'nobody'];
const CURATION_TEAM = ['barbara', 'ada'];

describe('the files', () => {
  it('compile without an error or a warning', () => {
    expect(diagnostics).toEqual([]);
  });

  it('declare what the documentation names', () => {
    const declared = Object.fromEntries(
      (schema?.types ?? []).map(({ name, members }) => [name, members.map((member) => member.name)]),
    );
    expect(declared).toEqual({
      user: [],
      organization: [
        ...['admin', 'manager', 'member', 'guest'],
        ...['manage_settings', 'manage_teams', 'manage_instances', 'manage_spaces'],
      ],
      team: ['organization', 'admin', 'member', 'manage_members'],
      instance: [
        ...['organization', 'admin', 'writer', 'reader'],
        ...['collaborate', 'manage_collaborators', 'manage_settings'],
      ],
      space: ['organization', 'instance', 'all_of', 'admin', 'writer', 'reader', 'read', 'write', 'manage'],
      record: ['instance', 'space', 'read', 'write'],
    });
  });

  it('store no tuple that the schema does not admit', () => {
    const admitted = new Set(
      (schema?.types ?? []).flatMap((type) =>
        type.members.flatMap((member) =>
          member.kind === 'relation'
            ? member.subjects.map(
                (form) =>
                  `${type.name}#${member.name}@${form.type}${form.relation === undefined ? '' : `#${form.relation}`}`,
              )
            : [],
        ),
      ),
    );
    const used = parseTupleLines(file('lamin.tuples'), 'lamin.tuples').map(
      ({ object, relation, subject }) =>
        `${object.type}#${relation}@${subject.type}${subject.relation === '' ? '' : `#${subject.relation}`}`,
    );
    expect(used.filter((form) => !admitted.has(form))).toEqual([]);
  });
});

describe('the Quickstart', () => {
  const check = (question: string): string => world()(question);

  it('gives all collaborators of the instance read access to "All"', () => {
    expect(allowed(world(), 'space:all#read')).toEqual([
      'katherine',
      ...CURATION_TEAM,
      'grace',
      'alan',
      'guido',
    ]);
  });

  it('gives the Curation Team write access to "Curation", and the ML Team read access', () => {
    expect(check('space:curation#write@user:ada')).toBe('allowed');
    expect(check('space:curation#read@user:grace')).toBe('allowed');
    expect(check('space:curation#write@user:grace')).toBe('denied');
  });

  it('gives nobody else access to "Curation", but who administers the organization', () => {
    expect(allowed(world(), 'space:curation#read')).toEqual(['katherine', ...CURATION_TEAM, 'grace']);
    expect(allowed(world(), 'space:curation#write')).toEqual(['katherine', ...CURATION_TEAM]);
  });

  it('keeps "ML" to the ML Team', () => {
    expect(allowed(world(), 'space:ml#read')).toEqual(['katherine', 'grace']);
    expect(allowed(world(), 'space:ml#write')).toEqual(['katherine', 'grace']);
  });

  it('opens "ML" to another team that is granted it explicitly', () => {
    const granted = world('space:ml#reader@team:curation#member');
    expect(allowed(granted, 'space:ml#read')).toEqual(['katherine', ...CURATION_TEAM, 'grace']);
    expect(allowed(granted, 'space:ml#write')).toEqual(['katherine', 'grace']);
  });
});

describe('spaces', () => {
  it('need both memberships: of the instance and of the space', () => {
    expect(world()('space:ml#read@user:dorothy')).toBe('denied');
    expect(world('instance:lab#reader@user:dorothy')('space:ml#read@user:dorothy')).toBe('allowed');
    expect(world()('space:ml#read@user:guido')).toBe('denied');
    expect(world('space:ml#reader@user:guido')('space:ml#read@user:guido')).toBe('allowed');
  });

  it('have roles that are independent of the role in the instance', () => {
    const reader = world('space:curation#writer@user:guido');
    expect(reader('space:curation#write@user:guido'), 'reads the instance, writes the space').toBe('allowed');
    const writer = world('space:ml#reader@user:ada');
    expect(writer('space:ml#read@user:ada')).toBe('allowed');
    expect(writer('space:ml#write@user:ada'), 'writes the instance, reads the space').toBe('denied');
  });

  it('serve the instances they are attached to', () => {
    const other = ['instance:plant#writer@user:dorothy'];
    expect(world(...other)('space:ml#read@user:dorothy')).toBe('denied');
    expect(world(...other, 'space:ml#instance@instance:plant')('space:ml#read@user:dorothy')).toBe('allowed');
  });

  it('take users directly as well as through teams', () => {
    expect(world('space:ml#writer@user:ada')('space:ml#write@user:ada')).toBe('allowed');
    expect(world('team:ml#member@user:ada')('space:ml#write@user:ada')).toBe('allowed');
  });
});

describe('the space "All"', () => {
  it('is read by read collaborators and written by write collaborators and admins of the instance', () => {
    expect(allowed(world(), 'space:all#write')).toEqual(['katherine', ...CURATION_TEAM, 'alan']);
    expect(world()('space:all#read@user:guido')).toBe('allowed');
    expect(world()('space:all#write@user:guido')).toBe('denied');
  });

  it('is the only space that a role in the instance opens', () => {
    const role = (name: string): ((question: string) => string) => world(`instance:lab#${name}@user:nobody`);
    for (const name of ['admin', 'writer', 'reader']) {
      expect(role(name)('space:all#read@user:nobody'), name).toBe('allowed');
      for (const space of ['curation', 'ml']) {
        expect(role(name)(`space:${space}#read@user:nobody`), `${name} of the instance, ${space}`).toBe(
          'denied',
        );
        expect(role(name)(`space:${space}#write@user:nobody`), `${name} of the instance, ${space}`).toBe(
          'denied',
        );
      }
    }
  });

  it('opens nothing of another instance', () => {
    expect(world('instance:plant#admin@user:nobody')('space:all#read@user:nobody')).toBe('denied');
  });
});

describe('organization roles', () => {
  const over = ['manage_settings', 'manage_teams', 'manage_instances', 'manage_spaces'];

  it('admins have complete access and control', () => {
    const check = world();
    const all = [
      ...over.map((permission) => `organization:acme#${permission}`),
      ...['team:ml#manage_members', 'instance:lab#manage_collaborators', 'instance:lab#manage_settings'],
      ...['all', 'curation', 'ml'].flatMap((id) =>
        ['read', 'write', 'manage'].map((name) => `space:${id}#${name}`),
      ),
      ...['cell-types', 'patient-samples', 'classifier'].flatMap((id) => [
        `record:${id}#read`,
        `record:${id}#write`,
      ]),
    ];
    for (const permission of all) expect(check(`${permission}@user:katherine`), permission).toBe('allowed');
  });

  it('admins of another organization have none', () => {
    const check = world('organization:other#admin@user:nobody');
    for (const name of ['read', 'write', 'manage'])
      expect(check(`space:ml#${name}@user:nobody`)).toBe('denied');
  });

  it('managers manage teams, instances and spaces, but not the settings of the organization', () => {
    const check = world();
    const managed = [
      ...over.slice(1).map((permission) => `organization:acme#${permission}`),
      ...['team:ml#manage_members', 'instance:lab#manage_collaborators', 'instance:lab#manage_settings'],
      ...['all', 'curation', 'ml'].map((id) => `space:${id}#manage`),
    ];
    for (const permission of managed) expect(check(`${permission}@user:mary`), permission).toBe('allowed');
    expect(check('organization:acme#manage_settings@user:mary')).toBe('denied');
  });

  it('managers read no data by managing', () => {
    const check = world();
    for (const id of ['all', 'curation', 'ml']) {
      expect(check(`space:${id}#read@user:mary`), id).toBe('denied');
      expect(check(`space:${id}#write@user:mary`), id).toBe('denied');
    }
    expect(check('record:cell-types#read@user:mary')).toBe('denied');
  });

  it('members and guests have nothing but what they were granted', () => {
    const check = world('organization:acme#member@user:nobody');
    for (const question of [
      'space:all#read',
      'instance:lab#collaborate',
      'team:ml#member',
      'space:ml#manage',
    ]) {
      expect(check(`${question}@user:nobody`), question).toBe('denied');
    }
    for (const permission of over) {
      expect(check(`organization:acme#${permission}@user:nobody`), permission).toBe('denied');
      expect(check(`organization:acme#${permission}@user:guido`), permission).toBe('denied');
    }
  });

  it('guests reach what they were invited to', () => {
    const check = world();
    expect(check('space:all#read@user:guido')).toBe('allowed');
    expect(check('space:curation#read@user:guido')).toBe('denied');
    expect(world('organization:acme#guest@user:nobody')('space:all#read@user:nobody')).toBe('denied');
  });
});

describe('team roles', () => {
  it('admins manage the members', () => {
    expect(allowed(world(), 'team:curation#manage_members')).toEqual(['katherine', 'mary', 'barbara']);
  });

  it('admins can do what a member can', () => {
    expect(world()('space:curation#write@user:barbara')).toBe('allowed');
  });

  it('members reach what the team was granted, and others do not', () => {
    expect(world()('space:curation#write@user:ada')).toBe('allowed');
    expect(world()('space:curation#write@user:alan')).toBe('denied');
  });
});

describe('instance roles', () => {
  it('admins manage collaborators and settings', () => {
    expect(allowed(world(), 'instance:lab#manage_collaborators')).toEqual(['katherine', 'mary', 'alan']);
    expect(allowed(world(), 'instance:lab#manage_settings')).toEqual(['katherine', 'mary', 'alan']);
  });

  it('all of them are collaborators', () => {
    const collaborators = ['katherine', ...CURATION_TEAM, 'grace', 'alan', 'guido'];
    expect(allowed(world(), 'instance:lab#collaborate')).toEqual(collaborators);
  });
});

describe('space roles', () => {
  const admin = world.bind(undefined, 'space:ml#admin@user:guido');

  it('admins have full control over the space and no other', () => {
    for (const name of ['read', 'write', 'manage']) {
      expect(admin()(`space:ml#${name}@user:guido`), name).toBe('allowed');
      expect(admin()(`space:curation#${name}@user:guido`), name).toBe('denied');
    }
  });

  it('writers read too, and neither they nor readers manage', () => {
    const check = world();
    expect(check('space:curation#read@user:ada')).toBe('allowed');
    expect(check('space:curation#manage@user:ada')).toBe('denied');
    expect(check('space:curation#manage@user:grace')).toBe('denied');
  });
});

describe('records', () => {
  it('follow the space they lie in', () => {
    expect(allowed(world(), 'record:patient-samples#read')).toEqual(['katherine', ...CURATION_TEAM, 'grace']);
    expect(allowed(world(), 'record:patient-samples#write')).toEqual(['katherine', ...CURATION_TEAM]);
    expect(allowed(world(), 'record:classifier#read')).toEqual(['katherine', 'grace']);
    expect(allowed(world(), 'record:cell-types#write')).toEqual(['katherine', ...CURATION_TEAM, 'alan']);
  });

  it('of an instance are not seen from another that shares the space', () => {
    const check = world(
      'space:ml#instance@instance:plant',
      'instance:plant#reader@user:dorothy',
      'record:growth#instance@instance:plant',
      'record:growth#space@space:ml',
    );
    expect(check('space:ml#read@user:dorothy')).toBe('allowed');
    expect(check('record:growth#read@user:dorothy')).toBe('allowed');
    expect(check('record:classifier#read@user:dorothy')).toBe('denied');
    expect(check('record:growth#read@user:grace')).toBe('denied');
  });
});
