/** The question asked of a view with some tuples more, and some less. */
import { PembaError } from '../../base/errors.ts';
import type { Limits } from '../../base/limits.ts';
import { ITSELF } from '../../graph/graph.ts';
import { type Grant, grantOf } from '../../model/grant.ts';
import type { Tuple } from '../../model/tuple.ts';
import { Overlay } from '../../view/overlay.ts';
import { View } from '../../view/view.ts';
import type { Circumstances } from '../circumstances.ts';
import { YES } from '../memo.ts';
import type { Plan } from '../plan.ts';
import { type QueryText, resolveQuery } from '../query.ts';
import { Walk } from '../walk/walk.ts';

export interface Changes {
  add: readonly Tuple[];
  remove: readonly Tuple[];
}

export class Trial {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly walk: Walk;
  private readonly circumstances: Circumstances;

  /** @param view what its overlay says is the same again after each question; it may come to know more names */
  constructor(plan: Plan, view: View, limits: Limits, circumstances: Circumstances) {
    this.circumstances = circumstances;
    this.plan = plan;
    this.view = view.overlay === null ? new View(view.graph, new Overlay()) : view;
    this.walk = new Walk(limits);
  }

  /** Steps of the last question. */
  get work(): number {
    return this.walk.work;
  }

  /** False as well where the question ends in an error. */
  isAllowed(text: QueryText, { add, remove }: Changes): boolean {
    const undo = [
      ...add.map((tuple) => this.fix(tuple, true)),
      ...remove.map((tuple) => this.fix(tuple, false)),
    ];
    try {
      this.walk.begin(this.plan, this.view, this.circumstances);
      return this.walk.check(resolveQuery(this.plan, this.view, text)) === YES;
    } catch (error) {
      if (error instanceof PembaError && (error.reason === 'NEGATION_CYCLE' || error.reason === 'LIMIT'))
        return false;
      throw error;
    } finally {
      for (const each of undo) each();
    }
  }

  /** Makes the tuple present, carrying what it does whatever is stored, or absent. @returns what takes it back */
  private fix(tuple: Tuple, isPresent: boolean): () => void {
    const overlay = this.view.overlay as Overlay;
    const from = this.node(tuple.object.type, tuple.object.id, tuple.relation);
    const to = this.node(tuple.subject.type, tuple.subject.id, tuple.subject.relation);
    const set = (isAdded: boolean, isRemoved: boolean, grant?: Grant): void => {
      if (isAdded) overlay.addEdge(from, to, false, grant);
      else overlay.removeEdge(from, to, false);
      if (isRemoved) overlay.removeEdge(from, to, true);
      else overlay.addEdge(from, to, true);
    };
    const [wasAdded, wasRemoved] = [overlay.isAdded(from, to), overlay.isRemoved(from, to)];
    const grant = overlay.grantOf(from, to);
    set(isPresent, !isPresent, isPresent ? grantOf(tuple) : undefined);
    return () => set(wasAdded, wasRemoved, grant);
  }

  private node(type: string, id: string, relation: string): number {
    const { view } = this;
    const overlay = view.overlay as Overlay;
    const { types, relations } = view.graph;
    const typeNumber = types.intern(type);
    const object = view.findObject(typeNumber, id) || overlay.internObject(typeNumber, id);
    const relationNumber = relation === '' ? ITSELF : relations.intern(relation);
    return view.findNode(object, relationNumber) || overlay.internNode(object, relationNumber);
  }
}
