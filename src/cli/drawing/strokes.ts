/** What trees are drawn with. */
import type { Io } from '../io.ts';

export interface Strokes {
  /** Before a branch that others follow. */
  branch: string;
  /** Before the last branch. */
  last: string;
  /** Below a branch that others follow. */
  beside: string;
  /** Below the last branch. */
  below: string;
}

const BOX: Strokes = { branch: '├─ ', last: '└─ ', beside: '│  ', below: '   ' };
const ASCII: Strokes = { branch: '|- ', last: '`- ', beside: '|  ', below: '   ' };

/** Box-drawing lines where the locale is one of UTF-8, ASCII elsewhere. */
export function strokesFor(env: Io['env']): Strokes {
  // The first that is set and not empty decides, as in POSIX.
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return /utf-?8/i.test(locale) ? BOX : ASCII;
}
