/** What a schema demands of writes, with its names resolved: made once for each plan. */
import { must } from '../base/assert.ts';
import type { Member, TypePlan } from '../engine/member.ts';
import type { Plan } from '../engine/plan.ts';
import type {
  Clause,
  CompiledMember,
  CompiledType,
  Invariant,
  Multiplicity,
  SourcePosition,
} from '../schema/compiled-schema.ts';

interface Placed {
  /** As written, for messages. */
  text: string;
  source: SourcePosition;
}

export interface Counted {
  member: Member;
  multiplicity: Multiplicity;
}

/** A subject is stored in these relations together on at most one object. */
export interface Unique extends Placed {
  members: readonly Member[];
}

/** `require one of` */
export interface OneOf extends Placed {
  kind: 'one of';
  members: readonly Member[];
}

/** `require unique` */
export interface RequiredUnique extends Unique {
  kind: 'unique';
}

/** `require x contains z` */
export interface Contains extends Placed {
  kind: 'contains';
  member: Member;
  contained: Member;
}

/** `require x.y contains z` */
export interface PathContains extends Placed {
  kind: 'path contains';
  over: Member;
  contained: Member;
  /** `y` by the number of the type behind `x`. */
  ofType: (Member | undefined)[];
  /** The relation numbers of nodes that name an object behind `x`: the object itself, and sets of it. */
  namedAs: readonly number[];
}

/** `require a excludes b` */
export interface Excludes extends Placed {
  kind: 'excludes';
  left: Member;
  right: Member;
}

export type Requirement = OneOf | RequiredUnique | Contains | PathContains | Excludes;

export interface TypeRules {
  plan: TypePlan;
  createdBy: Clause | undefined;
  deletedBy: Clause | undefined;
  counted: readonly Counted[];
  uniques: readonly Unique[];
  requires: readonly Requirement[];
}

export interface Rules {
  /** By type number. */
  types: (TypeRules | undefined)[];
  /** By member index. */
  members: readonly CompiledMember[];
  /** By member index: 1 if its tuples may carry a condition or an expiry. */
  carrying: Uint8Array;
  /** By member index: the requirements of other types too that a change of its tuples may break; `excludes` are not among them. */
  touching: readonly Requirement[][];
  excludes: readonly Excludes[];
}

const kept = new WeakMap<Plan, Rules>();

export function rulesOf(plan: Plan): Rules {
  let rules = kept.get(plan);
  if (rules === undefined) {
    rules = resolve(plan);
    kept.set(plan, rules);
  }
  return rules;
}

function resolve(plan: Plan): Rules {
  const rules = {
    types: [] as (TypeRules | undefined)[],
    members: [] as CompiledMember[],
    carrying: new Uint8Array(plan.members.length),
    touching: plan.members.map((): Requirement[] => []),
    excludes: [] as Excludes[],
  };
  for (const member of plan.members) if (member.admitsGrants) rules.carrying[member.index] = 1;
  for (const compiled of plan.schema.types) {
    const type = must(plan.types.get(compiled.name), compiled.name);
    for (const member of compiled.members) rules.members[memberOf(type, member.name).index] = member;
    const requires = compiled.requires.map((invariant) => requirementOf(plan, type, invariant));
    rules.types[type.number] = {
      plan: type,
      createdBy: compiled.createdBy,
      deletedBy: compiled.deletedBy,
      counted: countedOf(type, compiled),
      uniques: uniquesOf(type, compiled),
      requires,
    };
    for (const rule of requires) {
      if (rule.kind === 'excludes') rules.excludes.push(rule);
      else for (const member of touchedBy(rule)) rules.touching[member.index].push(rule);
    }
  }
  return rules;
}

function memberOf(type: TypePlan, name: string): Member {
  return must(type.members.get(name), name);
}

function countedOf(type: TypePlan, { members }: CompiledType): Counted[] {
  return members.flatMap(({ name, multiplicity }) =>
    multiplicity === undefined ? [] : [{ member: memberOf(type, name), multiplicity }],
  );
}

function uniquesOf(type: TypePlan, { members }: CompiledType): Unique[] {
  return members
    .filter(({ unique }) => unique)
    .map(({ name, source }) => ({ members: [memberOf(type, name)], text: `${name} … unique`, source }));
}

function requirementOf(plan: Plan, type: TypePlan, invariant: Invariant): Requirement {
  const { text, source } = invariant;
  const named = (name: string): Member => memberOf(type, name);
  switch (invariant.kind) {
    case 'one of':
    case 'unique':
      return { kind: invariant.kind, members: invariant.relations.map(named), text, source };
    case 'contains':
      return {
        kind: invariant.kind,
        member: named(invariant.relation),
        contained: named(invariant.contained),
        text,
        source,
      };
    case 'excludes':
      return {
        kind: invariant.kind,
        left: named(invariant.left),
        right: named(invariant.right),
        text,
        source,
      };
    case 'path contains': {
      const over = named(invariant.over);
      return {
        kind: invariant.kind,
        over,
        contained: named(invariant.contained),
        ...behind(plan, over, invariant.relation),
        text,
        source,
      };
    }
  }
}

/** The relations `name` of the objects stored in `over`, and how tuples there name those. */
function behind(plan: Plan, over: Member, name: string): Pick<PathContains, 'ofType' | 'namedAs'> {
  const ofType: (Member | undefined)[] = [];
  const namedAs = new Set<number>();
  for (const form of over.subjects) {
    const type = must(plan.types.get(form.type), form.type);
    const member = type.members.get(name);
    if (member === undefined || member.isPermission || form.wildcard) continue;
    ofType[type.number] = member;
    namedAs.add(form.relation === undefined ? 0 : memberOf(type, form.relation).relation);
  }
  return { ofType, namedAs: [...namedAs] };
}

function touchedBy(rule: Exclude<Requirement, Excludes>): Member[] {
  switch (rule.kind) {
    case 'one of':
    case 'unique':
      return [...rule.members];
    case 'contains':
      return [...new Set([rule.member, rule.contained])];
    case 'path contains':
      return [...new Set([rule.over, rule.contained, ...rule.ofType.filter((each) => each !== undefined)])];
  }
}
