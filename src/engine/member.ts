/** The members of a plan: relations and permissions with their names resolved. */
import type { SubjectForm } from '../schema/compiled-schema.ts';

/** A rewrite with its names resolved. */
export type Step =
  | { op: 'direct' }
  | { op: 'self' }
  | { op: 'nobody' }
  | { op: 'name'; member: Member }
  /** `targets[t]` is the member to ask of an object of type number `t`, if that type has it. */
  | { op: 'arrow'; relation: number; targets: (Member | undefined)[]; name: string }
  | { op: 'every'; relation: number; targets: (Member | undefined)[]; name: string }
  | { op: 'or'; of: Step[] }
  | { op: 'and'; of: Step[] }
  | { op: 'except'; from: Step; without: Step };

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
  /** Looks at no object but its own, so it needs neither memory nor a guard against cycles. */
  isLeaf: boolean;
  /** Made of stored tuples, `or` and subject sets alone, so membership is reachability in the graph. */
  isPure: boolean;
  /** Every subject set its tuples may hold is pure. */
  setsArePure: boolean;
  /** A subject set or arrow somewhere asks for it. */
  isAskedFor: boolean;
  /** The pure members, itself included, that hold everybody this member holds. */
  pureSupersets: Member[];
  /** The pure members that hold everybody stored directly in this one. */
  pureHoldersOfDirect: Member[];
}

export interface TypePlan {
  number: number;
  name: string;
  members: Map<string, Member>;
}
