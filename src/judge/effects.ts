/** What the updates of a write come to, on the state before it. */
import { sameGrant } from '../model/grant.ts';
import type { Change, Tuple } from '../model/tuple.ts';
import type { Update } from '../model/write.ts';
import type { OverlayView } from '../view/view.ts';

/** One update, and the tuple it finds. */
export interface Effect {
  update: Update;
  /** Its place in the write. */
  index: number;
  /** What is stored, with what it carries; undefined if it is not. */
  stored: Tuple | undefined;
  /** It is to be there afterwards. */
  adds: boolean;
  /** What is stored is to go: removed, or put in the place of with another condition or expiry. */
  removes: boolean;
}

export function effectsOf(view: OverlayView, updates: readonly Update[]): Effect[] {
  return updates.map((update, index) => {
    const stored = view.stored(update.tuple);
    const adds = update.operation !== 'delete';
    const removes = adds ? stored !== undefined && !sameGrant(stored, update.tuple) : true;
    return { update, index, stored, adds, removes };
  });
}

/** In order; what changes nothing is not among them. */
export function changesOf(effects: readonly Effect[]): Change[] {
  return effects.flatMap(({ update, stored, adds, removes }) => {
    const changes: Change[] = [];
    if (removes && stored !== undefined) changes.push({ op: 'remove', tuple: stored });
    if (adds && (stored === undefined || removes)) changes.push({ op: 'add', tuple: update.tuple });
    return changes;
  });
}

export function applyChanges(view: OverlayView, changes: readonly Change[]): void {
  for (const { op, tuple } of changes) {
    if (op === 'add') view.add(tuple);
    else view.remove(tuple);
  }
}

export function undoChanges(view: OverlayView, changes: readonly Change[]): void {
  for (let i = changes.length - 1; i >= 0; i--) {
    const { op, tuple } = changes[i];
    if (op === 'add') view.remove(tuple);
    else view.add(tuple);
  }
}
