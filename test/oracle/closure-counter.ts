import { onTestFinished } from 'vitest';
import { SubjectClosure } from '../../src/engine/walk/closure.ts';

/** Counts, until the test ends, what walks do from the subject's side. */
export function countClosures(): { completed: number; asked: number } {
  const counts = { completed: 0, asked: 0 };
  const { advance, has } = SubjectClosure.prototype;
  SubjectClosure.prototype.advance = function (budget) {
    const was = this.complete;
    const complete = advance.call(this, budget);
    if (complete && !was) counts.completed++;
    return complete;
  };
  SubjectClosure.prototype.has = function (member, object) {
    counts.asked++;
    return has.call(this, member, object);
  };
  onTestFinished(() => {
    SubjectClosure.prototype.advance = advance;
    SubjectClosure.prototype.has = has;
  });
  return counts;
}
