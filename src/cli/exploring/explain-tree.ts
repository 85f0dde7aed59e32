/** A derivation as a tree of text. */
import { visible } from '../../base/visible.ts';
import type { ExplainReason } from '../../client/explore-requests.ts';
import type { Painter } from '../colors.ts';
import type { Tree } from '../drawing/tree.ts';
import { formatTupleText } from '../tuple-text.ts';

/**
 * @param reasons each before those it follows from
 * @param removed tuples in text form that would have to be deleted
 */
export function explainTree(
  reasons: readonly ExplainReason[],
  removed: ReadonlySet<string>,
  paint: Painter,
): Tree {
  const shown = new Set<number>();
  const treeAt = (place: number): Tree => {
    const reason = reasons[place];
    if (reason === undefined) throw new TypeError(`the derivation names step ${place}, which is not there`);
    const text = labelOf(reason, paint);
    // A step that others follow from as well is told once; this ends what leads back to itself, too.
    if (shown.has(place))
      return {
        text: hasMore(reason) ? `${text} (as above)` : text,
        children: leavesOf(reason, removed, paint),
      };
    shown.add(place);
    return { text, children: [...leavesOf(reason, removed, paint), ...reason.because.map(treeAt)] };
  };
  return reasons.length === 0 ? { text: '', children: [] } : treeAt(0);
}

function hasMore({ because }: ExplainReason): boolean {
  return because.length > 0;
}

function leavesOf(reason: ExplainReason, removed: ReadonlySet<string>, paint: Painter): Tree[] {
  if (reason.tuple === undefined) return [];
  const tuple = formatTupleText(reason.tuple);
  const text = visible(tuple);
  if (removed.has(tuple)) return [{ text: `${paint('red', `- ${text}`)} (to be deleted)`, children: [] }];
  if (reason.isMissing) return [{ text: `${paint('green', `+ ${text}`)} (to be written)`, children: [] }];
  return [{ text, children: [] }];
}

function labelOf(reason: ExplainReason, paint: Painter): string {
  const set = visible(reason.set);
  const place = placeOf(reason);
  // What stands beside a set says how it was come by; without one it is the part of the expression itself.
  const expression = isTold(reason) ? '' : visible(reason.expression);
  const named =
    set === '' ? expression : `${paint('blue', set)}${expression === '' ? '' : ` = ${expression}`}`;
  return `${reason.isAbsent ? `${paint('yellow', 'not in')} ` : ''}${named}${place === '' ? '' : `  [${visible(place)}]`}`;
}

/** True if set and tuple say all that the expression could. */
export function isTold({ set, expression, tuple }: ExplainReason): boolean {
  return (tuple !== undefined && expression === 'direct' && set !== '') || set.endsWith(`#${expression}`);
}

/** `file:line:column`, or nothing. */
export function placeOf({ position }: ExplainReason): string {
  if (position === undefined) return '';
  return `${position.file === '' ? 'schema' : position.file}:${position.line}:${position.column}`;
}
