/** One question, with its names turned into numbers of a view. */
import type { PembaError } from '../base/errors.ts';
import { NONE } from '../graph/graph.ts';
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
}

/** The question as callers write it; `field` names are for errors. */
export interface QueryText {
  object: string;
  relation: string;
  subject: string;
}

/**
 * Resolves a question. References that the graph knows need no further check of their form, which
 * keeps regular expressions off the path of nearly every check.
 * @param item its number in a batch, for the field names of errors; -1 if it is alone
 * @param hints whether an error may say what was probably meant
 * @throws PembaError MALFORMED_REFERENCE, UNKNOWN_TYPE, UNKNOWN_RELATION
 */
export function resolveQuery(plan: Plan, view: View, text: QueryText, item = -1, hints = true): Query {
  const { object: objectText, relation, subject: subjectText } = text;
  const objectColon = objectText.indexOf(':');
  const subjectColon = subjectText.indexOf(':');
  const objectType = plan.types.get(objectText.slice(0, objectColon));
  const subjectType = plan.types.get(subjectText.slice(0, subjectColon));
  if (objectColon < 0 || subjectColon < 0 || objectType === undefined || subjectType === undefined) {
    throw whatIsWrong(plan, text, item, hints);
  }
  const member = objectType.members.get(relation);
  if (member === undefined) throw whatIsWrong(plan, text, item, hints);

  const hash = subjectText.indexOf('#', subjectColon);
  const isSet = hash >= 0;
  const subjectRelation = isSet ? subjectType.members.get(subjectText.slice(hash + 1))?.relation : 0;
  if (subjectRelation === undefined) throw whatIsWrong(plan, text, item, hints);
  const subjectId = isSet ? subjectText.slice(0, hash) : subjectText;
  const isWildcard =
    subjectText.length === subjectColon + 2 && subjectText.charCodeAt(subjectColon + 1) === 0x2a;

  const { objectSearch, subjectSearch } = view.graph;
  objectSearch.begin(objectType.number, objectText, objectColon + 1);
  subjectSearch.begin(subjectType.number, subjectId, subjectColon + 1);
  let object = view.foundObject(objectSearch);
  let subject = view.foundObject(subjectSearch);
  if (object === NONE || subject === NONE) {
    checkForm(text, item);
    const same = objectType === subjectType && objectText === subjectId;
    if (object === NONE) object = UNMENTIONED_OBJECT;
    if (subject === NONE) subject = same ? object : UNMENTIONED_SUBJECT;
  } else if (isWildcardId(objectText, objectColon) || (isSet && isWildcardId(subjectId, subjectColon))) {
    checkForm(text, item);
  }
  return {
    member,
    object,
    subjectType: subjectType.number,
    subjectObject: subject,
    subjectRelation,
    isPlain: !isSet && !isWildcard,
  };
}

function isWildcardId(text: string, colon: number): boolean {
  return text.length === colon + 2 && text.charCodeAt(colon + 1) === 0x2a;
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
