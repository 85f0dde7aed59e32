/** What is stored already of that which a miss adds. */
import { visible } from '../../base/visible.ts';
import type { ExplainMiss } from '../../client/explore-requests.ts';
import { formatTupleText } from '../tuple-text.ts';

/** One line each: why it does not hold, and what of it the miss takes away. */
export function storedLines({ ineffective = [] }: Pick<ExplainMiss, 'ineffective'>): string[] {
  return ineffective.map(({ tuple, why }) => visible(`${formatTupleText(tuple)} is stored: ${why}`));
}
