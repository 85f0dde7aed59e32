/** Explanations as text, for tests to read. */
import { defaultLimits, type Limits } from '../../src/base/limits.ts';
import { runWhole } from '../../src/base/slices.ts';
import { type Circumstances, NO_CIRCUMSTANCES } from '../../src/engine/circumstances.ts';
import { type Explanation, explain, type Reason } from '../../src/engine/explain/explain.ts';
import type { QueryText } from '../../src/engine/query.ts';
import { formatTuple, formatTupleWhole } from '../../src/model/tuple.ts';
import { questionOf, type World } from './world.ts';

export function explanation(
  world: World,
  question: string,
  {
    maxMisses = 3,
    limits = {},
    view = world.view,
    circumstances = NO_CIRCUMSTANCES,
  }: {
    maxMisses?: number;
    limits?: Partial<Limits>;
    view?: World['view'];
    circumstances?: Circumstances;
  } = {},
): Explanation {
  const text: QueryText = questionOf(question);
  return runWhole(
    explain(world.plan, view, text, { maxMisses }, { ...defaultLimits(), ...limits }, circumstances),
  );
}

/** Each reason on a line: `set <- expression (tuple) because 1 2`. */
export function lines(reasons: readonly Reason[]): string[] {
  return reasons.map(({ set, isAbsent, expression, tuple, isMissing, because }) => {
    const parts = [
      `${isAbsent ? 'not ' : ''}${set === '' ? '…' : set} <- ${expression === '' ? 'itself' : expression}`,
    ];
    if (tuple !== undefined) parts.push(`${isMissing ? 'missing ' : ''}${formatTuple(tuple)}`);
    if (because.length > 0) parts.push(`because ${because.join(' ')}`);
    return parts.join(', ');
  });
}

/** Each miss on a line: `+added -removed`, with what they carry. */
export function misses({ misses: all }: Explanation): string[] {
  return all.map(({ add, remove }) =>
    [
      ...add.map((tuple) => `+${formatTupleWhole(tuple)}`),
      ...remove.map((tuple) => `-${formatTupleWhole(tuple)}`),
    ].join(' '),
  );
}
