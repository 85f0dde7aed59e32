/** An earlier revision of a store: its present revision, pinned, with what came since undone. */
import { PembaError } from '../base/errors.ts';
import { type Limits, limitReached } from '../base/limits.ts';
import { runSliced, type Sliced, STEPS_A_YIELD } from '../base/slices.ts';
import { type RevisionPoint, samePoint } from '../model/revision.ts';
import type { RevisionRecord } from '../tenant/revision-record.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { PinnedView } from '../view/pinned-view.ts';
import type { History } from './history.ts';

/**
 * @param deadline milliseconds since 1970
 * @returns a view of `point`, to be released by the caller
 * @throws PembaError LIMIT, NOT_READY, DEADLINE, CANCELLED
 */
export async function buildSnapshot(
  tenant: Tenant,
  point: RevisionPoint,
  history: History,
  limits: Limits,
  { deadline, signal }: { deadline: number; signal?: AbortSignal | undefined },
): Promise<PinnedView> {
  const loads = tenant.loadCount;
  const until = tenant.head;
  // What this node applies while the older changes are read and undone does not touch a pinned view.
  const view = tenant.pin();
  const assertSameHistory = (): void => {
    if (tenant.loadCount !== loads || !tenant.loaded) throw historyChanged();
  };
  try {
    const since = await readSince(tenant, point, until, history, limits);
    assertSameHistory();
    await runSliced(undo(view, since), { deadline, signal, resume: assertSameHistory });
    return view;
  } catch (error) {
    view.release();
    throw error;
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

/** The newest change first. */
function* undo(view: PinnedView, records: readonly RevisionRecord[]): Sliced<void> {
  let steps = 0;
  for (let i = records.length - 1; i >= 0; i--) {
    const { changes } = records[i];
    for (let j = changes.length - 1; j >= 0; j--) {
      if (changes[j].op === 'add') view.remove(changes[j].tuple);
      else view.add(changes[j].tuple);
      if (++steps % STEPS_A_YIELD === 0) yield;
    }
  }
}
