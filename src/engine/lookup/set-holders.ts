/** For `name of set`: who may have an object in a set; found once for each. */
import type { View } from '../../view/view.ts';
import { type AskedObject, possibleHolders } from '../asked-objects.ts';
import type { Member } from '../member.ts';
import type { Plan } from '../plan.ts';

export class SetHolders {
  private readonly plan: Plan;
  private readonly view: View;
  private readonly countStep: () => void;
  /** By set, by object. */
  private readonly found = new Map<Member, Map<number, readonly number[]>>();

  /** @param countStep called for each step of work */
  constructor(plan: Plan, view: View, countStep: () => void) {
    this.plan = plan;
    this.view = view;
    this.countStep = countStep;
  }

  of(set: Member, about: AskedObject): readonly number[] {
    let byObject = this.found.get(set);
    if (byObject === undefined) {
      byObject = new Map();
      this.found.set(set, byObject);
    }
    let holders = byObject.get(about.object);
    if (holders === undefined) {
      holders = possibleHolders(this.plan, this.view, set, about, this.countStep);
      byObject.set(about.object, holders);
    }
    return holders;
  }
}
