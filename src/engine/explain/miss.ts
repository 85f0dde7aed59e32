/** What would turn a denial into "allowed". */
import type { Tuple } from '../../model/tuple.ts';
import type { Reason } from './derivation.ts';
import type { Edge } from './names.ts';
import type { Question } from './question.ts';

export interface Ineffective {
  tuple: Tuple;
  /**
   * `expired at T`, `condition C is false`, `condition C depends on …`; and after a semicolon what of it the one to be
   * added takes away, if anything.
   */
  why: string;
}

/** A set of changes after which the question is allowed. */
export interface Miss {
  /** Sorted by their text, as those removed. */
  add: Tuple[];
  remove: Tuple[];
  /** The derivation there would be then; empty where the search ended before one was found. */
  reasons: Reason[];
  /** Of those to be added, the ones that are stored and do not hold, as they are stored, and why; absent if there are none. */
  ineffective?: Ineffective[];
}

/** What is stored with the ends of tuples that are to be added. */
export function replacedBy(question: Question, added: readonly Edge[]): Pick<Miss, 'ineffective'> {
  const ineffective = added.flatMap((edge) => ineffectiveAt(question, edge));
  return ineffective.length === 0 ? {} : { ineffective };
}

/** One at most. */
function ineffectiveAt({ names, proposals }: Question, edge: Edge): Ineffective[] {
  const why = names.whyNot(edge);
  if (why === undefined) return [];
  const loss = proposals.lossOf(edge);
  const told = loss === undefined ? why : `${why}; writing it so takes ${loss} away`;
  return [{ tuple: names.storedTuple(edge), why: told }];
}
