/**
 * The layer of a walk that goes from sub-problem to sub-problem, each a member of an object, and remembers them.
 *
 * A sub-problem met again while it is still open adds nothing (a cycle in the data), so it counts as "no" there; but a "no"
 * found that way is provisional: it holds only if the open ancestor ends as "no" too, and is not remembered as final
 * before. This is Tarjan's algorithm for strongly connected components with values instead of numbers. If an open ancestor
 * is met through the right side of an `except`, nothing can be said on the way, and {@link THROUGH_NEGATION} is thrown.
 *
 * All subjects share the memory and the components, each member being counted anew for each of them.
 */
import type { PembaError } from '../../base/errors.ts';
import { limitReached } from '../../base/limits.ts';
import { truncate } from '../../base/truncate.ts';
import type { Member, Step } from '../member.ts';
import { FORGOTTEN, Memo, NO, OPEN, PROVISIONAL, type Value, YES } from '../memo.ts';
import { SubjectSide } from './subject-side.ts';

/** "Touched no open ancestor". */
const NO_ANCESTOR = 0x7fff_ffff;

/** More are forgotten by {@link SubProblems.forgetIfMany}: to make the memory wider takes a pause that grows with it. */
const KEPT_SUB_PROBLEMS = 1 << 14;

/** Thrown to leave the walk at once; never leaves this folder. */
export const THROUGH_NEGATION = Symbol('an open ancestor was met through a negation');

export abstract class SubProblems extends SubjectSide {
  private memo = new Memo();
  /** Entries that are provisional, in the order in which they were opened. */
  private readonly provisional: number[] = [];
  private depth = 0;
  /** Sub-problems opened so far; its value at the opening is a sub-problem's order. */
  protected opened = 0;
  /** Order of the earliest sub-problem without a final answer that the current one touched. */
  private low = NO_ANCESTOR;
  /** What was opened up to here lies beyond a negation. */
  protected negationOrder = 0;

  /** Decides a part of what a member of an object is made of; asks for members by {@link member}. */
  protected abstract step(step: Step, member: Member, object: number): Value;

  /** Before each question: nothing is open. */
  protected start(): void {
    this.depth = 0;
    this.opened = 0;
    this.low = NO_ANCESTOR;
    this.negationOrder = 0;
    truncate(this.provisional, 0);
  }

  /** What is in `member` of `object` of the present subject is known from elsewhere. */
  protected put(member: Member, object: number, value: Value): void {
    this.memo.states[this.memo.entry(member.index + this.offset, object)] = value;
  }

  /** Forgets the sub-problems of all subjects. */
  protected forget(): void {
    this.memo.clear();
    this.forgetSubjects();
  }

  /** What to throw once the stack has ended: maybe in the midst of a change, so nothing that was begun is kept. */
  protected stackEnded(): PembaError {
    this.memo = new Memo();
    this.dropClosure();
    return limitReached('walkDepth', this.depth);
  }

  protected forgetIfMany(): void {
    if (this.memo.size > KEPT_SUB_PROBLEMS) this.forget();
  }

  protected member(member: Member, object: number): Value {
    const query = this.query;
    if (member.relation === query.subjectRelation && object === query.subjectObject) return YES;
    this.visit();
    if (member.isLeaf) return this.leaf(member, object);
    if (member.isPure && member.isAskedFor && this.closureIsComplete()) {
      return this.closure?.has(member, object) ? YES : NO;
    }
    const entry = this.memo.entry(member.index + this.offset, object);
    const state = this.memo.states[entry];
    if (state <= YES) return state as Value;
    if (state === OPEN || state === PROVISIONAL) return this.touch(entry, state);
    return this.open(entry, member, object);
  }

  /** Leaves name only leaves and never in a ring, so that what is remembered of one is final. */
  private leaf(member: Member, object: number): Value {
    if (!member.isRemembered) return this.step(member.step, member, object);
    const entry = this.memo.entry(member.index + this.offset, object);
    const state = this.memo.states[entry];
    if (state <= YES) return state as Value;
    const value = this.step(member.step, member, object);
    this.memo.states[entry] = value;
    return value;
  }

  /** Meets a sub-problem whose answer hangs on an open ancestor. */
  private touch(entry: number, state: number): Value {
    const low = this.memo.lows[entry];
    if (low <= this.negationOrder) throw THROUGH_NEGATION;
    if (low < this.low) this.low = low;
    return state === OPEN ? NO : this.memo.values[entry];
  }

  private open(entry: number, member: Member, object: number): Value {
    const { memo, provisional } = this;
    const outerLow = this.low;
    if (++this.depth > this.limits.walkDepth) throw limitReached('walkDepth', this.limits.walkDepth);
    // The order and not the depth: a provisional entry is touched later, too, when its ancestor's
    // depth may be that of another.
    const order = ++this.opened;
    memo.states[entry] = OPEN;
    memo.lows[entry] = order;
    const firstInside = provisional.length;
    this.low = NO_ANCESTOR;

    const value = this.step(member.step, member, object);

    const low = this.low;
    this.depth--;
    if (value === YES || low >= order) {
      // Nothing above matters to the answer: it is final. What was provisional inside becomes
      // final with a "no", for it was computed under that; otherwise it must be asked again.
      for (let i = firstInside; i < provisional.length; i++) {
        const inside = provisional[i];
        memo.states[inside] = value === NO ? memo.values[inside] : FORGOTTEN;
      }
      truncate(provisional, firstInside);
      memo.states[entry] = value;
      this.low = outerLow;
    } else {
      if (value !== NO) {
        // What is inside was computed under a "no" of this one.
        for (let i = firstInside; i < provisional.length; i++) memo.states[provisional[i]] = FORGOTTEN;
        truncate(provisional, firstInside);
      }
      memo.states[entry] = PROVISIONAL;
      memo.values[entry] = value;
      memo.lows[entry] = low;
      provisional.push(entry);
      this.low = Math.min(outerLow, low);
    }
    return value;
  }
}
