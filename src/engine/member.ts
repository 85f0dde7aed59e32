/** The members of a plan: relations and permissions with their names resolved. */

import type { SubjectForm } from '../schema/compiled-schema.ts';

/** A rewrite with its names resolved. */
export type Step =
  | { op: 'direct' }
  | { op: 'self' }
  | { op: 'nobody' }
  | { op: 'name'; member: Member }
  /** `isGranted`: the tuples stored in the relation may carry conditions or expiries. */
  | { op: 'arrow' | 'every'; relation: number; targets: Targets; isGranted: boolean }
  /** `name of set`: `set` of the same object, and the members called `name`. */
  | { op: 'of'; set: Member; targets: Targets }
  /** `isLong`: the expression it is part of is so long that its operands count as work. */
  | { op: 'or' | 'and'; of: Step[]; isLong: boolean }
  | { op: 'except'; from: Step; without: Step; isLong: boolean };

/** The members of one name in all types: what every arrow to that name, and every `name of`, asks for. */
export interface Targets {
  /** `ofType[t]` is the member to ask of an object of type number `t`, if that type has it. */
  ofType: (Member | undefined)[];
  /** Those of {@link ofType} that are there. */
  members: Member[];
  /** All of them are pure. */
  arePure: boolean;
}

/** What deciding a member looks at: the subjects stored in a relation of its own object. */
export interface Look {
  relation: number;
  /** They are objects of which something is asked. */
  goesOn: boolean;
}

/** A relation or permission of one type. */
export interface Member {
  /** Counts through all members of the plan. */
  index: number;
  type: number;
  typeName: string;
  relation: number;
  name: string;
  isPermission: boolean;
  subjects: readonly SubjectForm[];
  step: Step;
  /** Its tuples may hold subject sets. */
  admitsSets: boolean;
  /** Its tuples may hold wildcards. */
  admitsWildcards: boolean;
  /** Its tuples may carry conditions or expiries; of others nobody looks at what they carry. */
  admitsGrants: boolean;
  /** Looks at no object but its own, so it needs no guard against cycles. */
  isLeaf: boolean;
  /** A leaf that takes so many steps that it has memory. */
  isRemembered: boolean;
  /** Made of stored tuples, `or` and subject sets alone, so membership is reachability in the graph. */
  isPure: boolean;
  /** Every subject set its tuples may hold is pure. */
  setsArePure: boolean;
  /** A subject set or arrow somewhere asks for it. */
  isAskedFor: boolean;
  /** Pure, and holds everybody stored directly in it. */
  isPureDirect: boolean;
  /** Pure, and asked for, or named by a pure member that is sought through. */
  isSoughtThrough: boolean;
  /** The pure members sought through that name this one, and so hold everybody it holds. */
  namedBy: Member[];
  /** What deciding it looks at first. */
  looks: readonly Look[];
}

export interface TypePlan {
  number: number;
  name: string;
  /** What references to its objects begin with: the name and a colon. */
  prefix: string;
  members: Map<string, Member>;
}

/** A member as its declaration has it; what a plan finds out of it by looking at others is still to be set. */
export function newMember(
  declared: Pick<
    Member,
    'index' | 'type' | 'typeName' | 'relation' | 'name' | 'isPermission' | 'subjects' | 'step'
  >,
): Member {
  const { index, type, typeName, relation, name, isPermission, subjects, step } = declared;
  return {
    index,
    type,
    typeName,
    relation,
    name,
    isPermission,
    subjects,
    step,
    admitsSets: subjects.some((form) => form.relation !== undefined),
    admitsWildcards: subjects.some((form) => form.wildcard),
    admitsGrants: subjects.some((form) => form.condition !== undefined || form.expiry !== undefined),
    isLeaf: false,
    isRemembered: false,
    isPure: false,
    setsArePure: false,
    isAskedFor: false,
    isPureDirect: false,
    isSoughtThrough: false,
    namedBy: [],
    looks: [],
  };
}
