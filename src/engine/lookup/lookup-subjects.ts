/**
 * Which subjects of a kind are in a set: from the object down the graph to all that may be (`subject-flood.ts`), and
 * where that is not certain, a check of each.
 *
 * No subject that the search does not meet can be in the set, unless all that no tuple mentions are: a check would
 * meet it, too. So a wildcard in the result says the rest of the type in one word.
 */
import { PembaError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import type { Sliced } from '../../base/slices.ts';
import { parseObject, parseRelation, WILDCARD } from '../../model/reference.ts';
import type { View } from '../../view/view.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../circumstances.ts';
import type { Member } from '../member.ts';
import { NO, type Value, YES } from '../memo.ts';
import { missingParameters } from '../missing.ts';
import type { Plan } from '../plan.ts';
import { type Query, UNMENTIONED_OBJECT, UNMENTIONED_SUBJECT } from '../query.ts';
import { Walk } from '../walk/walk.ts';
import { bytesOf, type Found, HOLD_ANYTHING, type Hold } from './found.ts';
import { HELD, NEW } from './pairs.ts';
import { sortFound } from './sorted.ts';
import { SubjectFlood } from './subject-flood.ts';
import { resolveSubjectType, type SubjectType } from './subject-type.ts';
import { SubjectWork } from './subject-work.ts';

export interface SubjectsQuery {
  /** `type:id` */
  object: string;
  relation: string;
  /** `type` for objects of the type, `type#relation` for subject sets. */
  subjectType: string;
}

/**
 * The subjects, in the order of their ids, each once. The id `*` stands for every object of the type, those included
 * that no tuple mentions, but for those that are listed as denied; nothing else is.
 * @param hold told what is held, as soon as it is
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION with the fields of the query; LIMIT,
 *   NEGATION_CYCLE if it cannot be said of one of the subjects whether it is in the set
 */
export function* lookupSubjects(
  plan: Plan,
  view: View,
  query: SubjectsQuery,
  limits: Limits,
  circumstances: Circumstances = NO_CIRCUMSTANCES,
  hold: Hold = HOLD_ANYTHING,
): Sliced<Found[]> {
  const lookup = new SubjectLookup(plan, view, query, limits, circumstances);
  return yield* sortFound(yield* lookup.run(hold));
}

interface Pair {
  readonly member: Member;
  readonly object: number;
}

class SubjectLookup implements Pair {
  private readonly plan: Plan;
  private readonly view: View;
  readonly member: Member;
  readonly object: number;
  private readonly objectId: string;
  private readonly wanted: SubjectType;
  private readonly work: SubjectWork;
  private readonly walk: Walk;
  private readonly circumstances: Circumstances;

  constructor(plan: Plan, view: View, query: SubjectsQuery, limits: Limits, circumstances: Circumstances) {
    this.circumstances = circumstances;
    const object = parseObject(query.object, 'object');
    const type = plan.type(object.type, 'object');
    this.plan = plan;
    this.view = view;
    this.member = plan.memberOf(type, parseRelation(query.relation, 'relation'), 'relation');
    this.wanted = resolveSubjectType(plan, query.subjectType, 'subject_type');
    this.object = view.findObject(type.number, object.id) || UNMENTIONED_OBJECT;
    this.objectId = object.id;
    this.work = new SubjectWork(limits);
    this.walk = new Walk(limits);
  }

  *run(hold: Hold): Sliced<Found[]> {
    const { work } = this;
    this.walk.begin(this.plan, this.view, this.circumstances);
    const flood = new SubjectFlood(this.plan, this.view, this.wanted, work, this.walk.grants);
    yield* flood.run(this.member, this.object);
    const { met } = flood;
    const isOpenToAll = met.wildcardState === HELD;
    // Only a wildcard can let in what no tuple mentions.
    const rest = isOpenToAll ? YES : met.wildcardState === NEW ? NO : this.check(UNMENTIONED_SUBJECT, this);
    const found: Found[] = [];
    if (rest !== NO) found.push(this.foundOf(WILDCARD, UNMENTIONED_SUBJECT, rest));
    for (let i = 0; i < met.size; i++) {
      const object = met.objectAt(i);
      const value = isOpenToAll || met.isCertain(i) ? YES : this.check(object, flood.originOf(i) ?? this);
      if (value !== NO || rest !== NO) {
        const each = this.foundOf(this.idOf(object), object, value);
        hold(bytesOf(each));
        found.push(each);
      }
      work.count(1);
      if (work.isSliceOver()) yield;
    }
    return found;
  }

  /** @param origin a pair whose subjects all are in the set, and where this one may be found sooner */
  private check(subject: number, origin: Pair): Value {
    const { walk } = this;
    walk.begin(this.plan, this.view, this.circumstances);
    if (origin.member !== this.member || origin.object !== this.object) {
      const isIn = this.isSurelyIn(origin, subject);
      this.work.count(walk.work);
      if (isIn) return YES;
      walk.goOn();
    }
    const value = walk.check(this.queryOf(this, subject));
    this.work.count(walk.work);
    return value;
  }

  /** @throws PembaError CONDITION_FAILED, MALFORMED_CONTEXT, LIMIT */
  private foundOf(id: string, subject: number, value: Value): Found {
    if (value === YES || value === NO) return { id, answer: value === YES ? 'allowed' : 'denied' };
    const { walk } = this;
    walk.begin(this.plan, this.view, this.circumstances);
    const query = this.queryOf(this, subject);
    walk.check(query);
    const missing = missingParameters(this.plan, this.view, walk, query);
    this.work.count(walk.work);
    return { id, answer: 'conditional', missing };
  }

  private isSurelyIn(origin: Pair, subject: number): boolean {
    try {
      return this.walk.check(this.queryOf(origin, subject)) === YES;
    } catch (error) {
      // What cannot be said of this pair alone may be plain for the whole set.
      if (error instanceof PembaError) return false;
      throw error;
    }
  }

  private queryOf({ member, object }: Pair, subject: number): Query {
    const { type, relation } = this.wanted;
    return {
      member,
      object,
      subjectType: type,
      subjectObject: subject,
      subjectRelation: relation,
      isPlain: relation === 0,
    };
  }

  private idOf(object: number): string {
    return object === UNMENTIONED_OBJECT ? this.objectId : this.view.idOf(object);
  }
}
