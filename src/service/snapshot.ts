/** An earlier revision of a store: its graph under an overlay that undoes what came since. */
import { PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
import { type RevisionPoint, samePoint } from '../model/revision.ts';
import type { RevisionRecord } from '../tenant/revision-record.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { OverlayView } from '../view/view.ts';
import type { History } from './history.ts';

/**
 * @returns a view of `point`, to be used before anything is awaited
 * @throws PembaError LIMIT, NOT_READY
 */
export async function buildSnapshot(
  tenant: Tenant,
  point: RevisionPoint,
  history: History,
  limits: Limits,
): Promise<OverlayView> {
  // What this node applies while the older changes are read has to be undone as well.
  const recording = tenant.record();
  const loads = tenant.loadCount;
  try {
    const since = await readSince(tenant, point, recording.from, history, limits);
    if (tenant.loadCount !== loads || !tenant.loaded) {
      throw historyChanged();
    }
    const view = tenant.overlayView();
    for (const record of [...since, ...recording.records].reverse()) undo(view, record);
    return view;
  } finally {
    recording.stop();
  }
}

/**
 * The revisions from `point` to `until`, both of which must lie on one history: what this node holds may have been
 * taken back by a restore that it has not noticed yet, and undoing another history's changes on it would mix the two.
 */
async function readSince(
  tenant: Tenant,
  point: RevisionPoint,
  until: RevisionPoint,
  history: History,
  limits: Limits,
): Promise<RevisionRecord[]> {
  const since: RevisionRecord[] = [];
  let changes = 0;
  let at = point;
  while (at.revision < until.revision) {
    const records = (await history.after(tenant.id, at)) ?? [];
    const wanted = records.filter((record) => record.revision <= until.revision);
    if (wanted.length === 0) throw historyChanged();
    since.push(...wanted);
    for (const record of wanted) changes += record.changes.length;
    if (changes > limits.snapshotChanges) throw limitReached('snapshotChanges', limits.snapshotChanges);
    at = wanted[wanted.length - 1];
  }
  if (!samePoint(at, until)) throw historyChanged();
  return since;
}

function historyChanged(): PembaError {
  return new PembaError('NOT_READY', 'the history of this store changed meanwhile; try again');
}

function undo(view: OverlayView, record: RevisionRecord): void {
  for (const { op, tuple } of [...record.changes].reverse()) {
    if (op === 'add') view.remove(tuple);
    else view.add(tuple);
  }
}
