/** One question, with its names turned into numbers of a view. */
import { must } from '../base/assert.ts';
import type { PembaError } from '../base/errors.ts';
import { NONE } from '../graph/graph.ts';
import { NameSearch } from '../graph/name-search.ts';
import { NO_RELATION, parseObject, parseRelation, parseSubject } from '../model/reference.ts';
import type { View } from '../view/view.ts';
import type { Member, TypePlan } from './member.ts';
import type { Plan } from './plan.ts';

/** What stands for an object that no tuple mentions, so that it equals itself and nothing else. */
export const UNMENTIONED_OBJECT = 0xffff_fffe;
export const UNMENTIONED_SUBJECT = 0xffff_fffd;

export interface Query {
  member: Member;
  object: number;
  subjectType: number;
  subjectObject: number;
  /** 0 unless the subject is a subject set. */
  subjectRelation: number;
  /** The subject is an object: neither a set nor a wildcard. */
  isPlain: boolean;
  /** The subject's node, or {@link NONE}, where that is known already. */
  subjectNode?: number | undefined;
}

/** The node of the question's subject, or {@link NONE}. */
export function nodeOfSubject(view: View, query: Query): number {
  return query.subjectNode ?? view.findNode(query.subjectObject, query.subjectRelation);
}

/** The question as callers write it; `field` names are for errors. */
export interface QueryText {
  object: string;
  relation: string;
  subject: string;
}

const NO_TEXT: QueryText = { object: '', relation: '', subject: '' };

/**
 * A question on its way to a {@link Query}, step by step, so that those of a batch go side by side. References that the
 * graph knows need no further check of their form, which keeps regular expressions off the path of nearly every check.
 */
export class Question {
  /** The searches of its names: both are to be located between {@link begin} and {@link end}. */
  readonly object = new NameSearch();
  readonly subject = new NameSearch();
  private text = NO_TEXT;
  private item = -1;
  private member: Member | undefined;
  private subjectType = 0;
  private subjectRelation = 0;
  /** Where the ids start. */
  private objectStart = 0;
  private subjectStart = 0;
  /** The place of the `#` in the subject, or -1. */
  private relationMark = -1;

  /**
   * @param item its number in a batch, for the field names of errors; -1 if it is alone
   * @param hints whether an error may say what was probably meant
   * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION
   */
  begin(plan: Plan, text: QueryText, item: number, hints: boolean): void {
    const { object, relation, subject } = text;
    const objectType = plan.objectTypes.find(object);
    const subjectType = plan.subjectTypes.find(subject);
    if (objectType === undefined || subjectType === undefined) throw whatIsWrong(plan, text, item, hints);
    const member = objectType.members.get(relation);
    if (member === undefined) throw whatIsWrong(plan, text, item, hints);
    const objectStart = objectType.prefix.length;
    const subjectStart = subjectType.prefix.length;
    const hash = subject.indexOf('#', subjectStart);
    const subjectRelation = hash < 0 ? 0 : subjectType.members.get(subject.slice(hash + 1))?.relation;
    if (subjectRelation === undefined) throw whatIsWrong(plan, text, item, hints);

    this.text = text;
    this.item = item;
    this.member = member;
    this.subjectType = subjectType.number;
    this.subjectRelation = subjectRelation;
    this.objectStart = objectStart;
    this.subjectStart = subjectStart;
    this.relationMark = hash;
    this.object.begin(objectType.number, object, objectStart);
    this.subject.begin(subjectType.number, withoutRelation(subject, hash), subjectStart);
  }

  /** @throws PembaError MALFORMED_REFERENCE */
  end(view: View): Query {
    const { text, objectStart, subjectStart } = this;
    const member = must(this.member, 'a question that was begun');
    // It is kept for later questions: a text may be part of a whole request, and a member leads to all of its plan.
    this.text = NO_TEXT;
    this.member = undefined;
    let object = view.foundObject(this.object);
    let subject = view.foundObject(this.subject);
    const isSet = this.relationMark >= 0;
    if (object === NONE || subject === NONE) {
      checkForm(text, this.item);
      const same =
        member.type === this.subjectType && text.object === withoutRelation(text.subject, this.relationMark);
      if (object === NONE) object = UNMENTIONED_OBJECT;
      if (subject === NONE) subject = same ? object : UNMENTIONED_SUBJECT;
    } else if (
      isWildcardId(text.object, objectStart) ||
      (isSet && isWildcardId(withoutRelation(text.subject, this.relationMark), subjectStart))
    ) {
      checkForm(text, this.item);
    }
    return {
      member,
      object,
      subjectType: this.subjectType,
      subjectObject: subject,
      subjectRelation: this.subjectRelation,
      isPlain: !isSet && !isWildcardId(text.subject, subjectStart),
      // An overlay may give the object a node of its own.
      subjectNode: isSet || view.overlay !== null ? undefined : this.subject.ownNode,
    };
  }
}

/** @param hash the place of the `#` in the subject, or -1 */
function withoutRelation(subject: string, hash: number): string {
  return hash < 0 ? subject : subject.slice(0, hash);
}

/** For those that are resolved alone. */
const QUESTION = new Question();

/** Resolves one question: see {@link Question}. @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION */
export function resolveQuery(plan: Plan, view: View, text: QueryText): Query {
  QUESTION.begin(plan, text, -1, true);
  QUESTION.object.locate(view.graph.objects);
  QUESTION.subject.locate(view.graph.objects);
  return QUESTION.end(view);
}

/** @param start of the id */
function isWildcardId(text: string, start: number): boolean {
  return text.length === start + 1 && text.charCodeAt(start) === 0x2a;
}

function prefixOf(item: number): string {
  return item < 0 ? '' : `items[${item}].`;
}

/** @throws PembaError MALFORMED_REFERENCE */
function checkForm(text: QueryText, item: number): void {
  const prefix = prefixOf(item);
  parseObject(text.object, `${prefix}object`);
  parseRelation(text.relation, `${prefix}relation`);
  parseSubject(text.subject, `${prefix}subject`);
}

/** Finds the first thing wrong with a question that did not resolve. */
function whatIsWrong(plan: Plan, text: QueryText, item: number, hints: boolean): PembaError {
  const prefix = prefixOf(item);
  checkForm(text, item);
  const object = parseObject(text.object, `${prefix}object`);
  const subject = parseSubject(text.subject, `${prefix}subject`);
  const objectType = plan.type(object.type, `${prefix}object`, hints);
  plan.memberOf(objectType, text.relation, `${prefix}relation`, hints);
  const subjectType: TypePlan = plan.type(subject.type, `${prefix}subject`, hints);
  if (subject.relation !== NO_RELATION) {
    plan.memberOf(subjectType, subject.relation, `${prefix}subject`, hints);
  }
  throw new Error('a question that is right in every part did not resolve');
}
