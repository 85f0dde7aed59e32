/** Writes whose updates are found only under the lock: they say what is to be, not how to get there. */
import { must } from '../base/assert.ts';
import { type Limits, withinLimit } from '../base/limits.ts';
import type { Plan } from '../engine/plan.ts';
import { ITSELF, NONE } from '../graph/graph.ts';
import { assertNamesKnown } from '../judge/filter-names.ts';
import { judgeWrite, type TupleWrite } from '../judge/judge.ts';
import { rulesOf } from '../judge/rules.ts';
import { sameGrant } from '../model/grant.ts';
import type { ObjectRef } from '../model/reference.ts';
import { formatTuple, type Tuple } from '../model/tuple.ts';
import type { TupleFilter, Update } from '../model/write.ts';
import { Neighbours } from '../view/neighbours.ts';
import type { View } from '../view/view.ts';
import type { Attribution, LedgerTransaction } from './ledger.ts';
import type { DecisionState, GovernedWrite, Proposal, RevisionBody } from './proposal.ts';
import { inWordsOfRequest } from './words-of-request.ts';

/** On whose behalf, and what with. */
export type OnBehalf = Pick<TupleWrite, 'actor' | 'context'>;

export abstract class SelectedProposal implements Proposal {
  readonly kind = 'tuples';
  readonly size: number;
  /** Once it is decided. */
  added = 0;
  removed = 0;
  private readonly onBehalf: OnBehalf;
  private readonly attribution: Attribution;
  private updates: readonly Update[] = [];

  /** @param size the most changes it can make */
  constructor(onBehalf: OnBehalf, attribution: Attribution, size: number) {
    this.onBehalf = onBehalf;
    this.attribution = attribution;
    this.size = size;
  }

  get governed(): GovernedWrite | undefined {
    const { attribution, onBehalf, updates } = this;
    return onBehalf.actor === undefined ? undefined : { attribution, updates };
  }

  async decide(state: DecisionState): Promise<RevisionBody> {
    const plan = state.tenant.currentPlan;
    this.updates = [];
    this.updates = await this.select(plan, state);
    const write = { updates: this.updates, preconditions: [], ...this.onBehalf };
    const changes = judgeWrite(plan, state.view, write, state.transaction.time, state.limits);
    this.added = changes.filter(({ op }) => op === 'add').length;
    this.removed = changes.length - this.added;
    return { kind: this.kind, changes, ...this.attribution };
  }

  /** What it was refused with, saying which part of the request that is about. */
  told(error: unknown): unknown {
    return inWordsOfRequest(error, (index, part) => this.placeOf(this.updates[index]?.tuple, part));
  }

  protected abstract select(plan: Plan, state: DecisionState): Update[] | Promise<Update[]>;

  /** @param _part of the tuple of an update, such as `subject`; empty for all of it */
  protected placeOf(_tuple: Tuple | undefined, _part: string): string {
    return 'object';
  }
}

/** Makes a relation of an object hold exactly these subjects. */
export class ReplaceProposal extends SelectedProposal {
  private readonly object: ObjectRef;
  private readonly relation: string;
  private readonly wanted: readonly Tuple[];

  /** @param wanted tuples of this object and relation, none twice */
  constructor(
    { object, relation, wanted }: { object: ObjectRef; relation: string; wanted: readonly Tuple[] },
    onBehalf: OnBehalf,
    attribution: Attribution,
    limits: Limits,
  ) {
    super(onBehalf, attribution, limits.writeUpdates);
    this.object = object;
    this.relation = relation;
    this.wanted = wanted;
  }

  protected select(plan: Plan, { view, limits }: DecisionState): Update[] {
    const { object, relation } = this;
    assertNamesKnown(plan, { objectType: object.type, objectId: object.id, relation }, 'request');
    const wanted = new Map(this.wanted.map((tuple) => [formatTuple(tuple), tuple]));
    const updates: Update[] = [];
    for (const tuple of storedAt(view, object, relation)) {
      const kept = wanted.get(formatTuple(tuple));
      if (kept === undefined) updates.push({ operation: 'delete', tuple });
      else if (sameGrant(kept, tuple)) wanted.delete(formatTuple(tuple));
    }
    for (const tuple of wanted.values()) updates.push({ operation: 'touch', tuple });
    withinLimit(limits, 'writeUpdates', updates.length, 'subjects');
    return updates;
  }

  protected override placeOf(tuple: Tuple | undefined, part: string): string {
    if (part === 'object' || part === 'relation') return part;
    const index = tuple === undefined ? -1 : this.wanted.indexOf(tuple);
    // What is to go stands nowhere in the list.
    if (index < 0) return 'subjects';
    return part === '' ? `subjects[${index}]` : `subjects[${index}].${part}`;
  }
}

/** Removes every tuple on an object, and every one that names it. */
export class DeleteObjectProposal extends SelectedProposal {
  private readonly object: ObjectRef;

  constructor(object: ObjectRef, onBehalf: OnBehalf, attribution: Attribution, limits: Limits) {
    super(onBehalf, attribution, limits.writeUpdates);
    this.object = object;
  }

  protected select(plan: Plan, { view, limits }: DecisionState): Update[] {
    const { object } = this;
    const type = plan.type(object.type, 'object');
    const tuples = new Map<string, Tuple>();
    const note = (tuple: Tuple): void => {
      tuples.set(formatTuple(tuple), tuple);
      withinLimit(limits, 'writeUpdates', tuples.size, 'object');
    };
    for (const member of type.members.values()) {
      for (const tuple of storedAt(view, object, member.name)) note(tuple);
      for (const tuple of naming(view, object, member.name)) note(tuple);
    }
    for (const tuple of naming(view, object, '')) note(tuple);
    return [...tuples.values()].map((tuple) => ({ operation: 'delete', tuple }));
  }
}

/** Removes tuples that a filter selects, as many as one revision may hold, whole objects before parts of them. */
export class DeleteTuplesProposal extends SelectedProposal {
  /** What it looks for is in the database, so nothing that is not there yet may stand before it. */
  readonly isAlone = true;
  /** Once it is decided: nothing is left that the filter selects. */
  isDone = false;
  private readonly filter: TupleFilter;

  /** @param atMost tuples */
  constructor(filter: TupleFilter, atMost: number, onBehalf: OnBehalf, attribution: Attribution) {
    super(onBehalf, attribution, atMost);
    this.filter = filter;
  }

  protected async select(plan: Plan, { transaction }: DecisionState): Promise<Update[]> {
    assertNamesKnown(plan, this.filter, 'filter');
    const found = await transaction.selectTuples(this.filter, this.size + 1);
    this.isDone = found.length <= this.size;
    const tuples = this.isDone
      ? found
      : await portionOf(plan, transaction, { filter: this.filter, found, atMost: this.size });
    return tuples.map((tuple) => ({ operation: 'delete', tuple }));
  }

  protected override placeOf(): string {
    return 'filter';
  }
}

/**
 * What of a filter's tuples goes first: up to the last object that is found whole; of an object that is larger, what
 * nothing demands of it.
 * @param found the first tuples of it, more than are wanted
 */
export async function portionOf(
  plan: Plan,
  transaction: LedgerTransaction,
  { filter, found, atMost }: { filter: TupleFilter; found: readonly Tuple[]; atMost: number },
): Promise<Tuple[]> {
  const last = must(found.at(-1), 'more than are wanted').object;
  const isLast = ({ object }: Tuple): boolean => object.type === last.type && object.id === last.id;
  const whole = found.filter((tuple) => !isLast(tuple));
  if (whole.length > 0) return whole;
  const tuples: Tuple[] = [];
  for (const relation of relationsInOrder(plan, last.type)) {
    if (tuples.length === atMost) break;
    if (filter.relation !== undefined && filter.relation !== relation) continue;
    const part = { ...filter, objectType: last.type, objectId: last.id, relation };
    tuples.push(...(await transaction.selectTuples(part, atMost - tuples.length)));
  }
  return tuples;
}

/** The relations of a type: those last that the schema demands something of. */
function relationsInOrder(plan: Plan, typeName: string): string[] {
  const type = must(plan.types.get(typeName), typeName);
  const rules = must(rulesOf(plan).types[type.number], typeName);
  const demanded = new Set<string>();
  for (const { member, multiplicity } of rules.counted) if (multiplicity.min > 0) demanded.add(member.name);
  for (const rule of rules.requires) if (rule.kind === 'contains') demanded.add(rule.member.name);
  const names = [...type.members.values()].filter((member) => !member.isPermission).map(({ name }) => name);
  return [...names.filter((name) => !demanded.has(name)), ...names.filter((name) => demanded.has(name))];
}

/** The tuples of one relation of an object. */
function* storedAt(view: View, object: ObjectRef, relation: string): Generator<Tuple> {
  const node = view.nodeOf(object.type, object.id, relation);
  if (node === NONE || relation === '') return;
  const cursor = new Neighbours().subjectsOf(view, node);
  for (let to = cursor.next(); to !== NONE; to = cursor.next()) yield tupleOf(view, node, to);
}

/** The tuples whose subject is the object, or the set of one relation of it. */
function* naming(view: View, object: ObjectRef, relation: string): Generator<Tuple> {
  const node = view.nodeOf(object.type, object.id, relation);
  if (node === NONE) return;
  const cursor = new Neighbours().holdersOf(view, node);
  for (let from = cursor.next(); from !== NONE; from = cursor.next()) yield tupleOf(view, from, node);
}

function tupleOf(view: View, from: number, to: number): Tuple {
  const refOf = (node: number): ObjectRef => {
    const object = view.objectOf(node);
    return { type: view.graph.types.name(view.typeOf(object)), id: view.idOf(object) };
  };
  const set = view.relationOf(to);
  return {
    object: refOf(from),
    relation: view.graph.relations.name(view.relationOf(from)),
    subject: { ...refOf(to), relation: set === ITSELF ? '' : view.graph.relations.name(set) },
    ...view.grantOf(from, to),
  };
}
