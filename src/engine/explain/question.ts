/** What is explained, and with what. */
import type { View } from '../../view/view.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import type { Budget } from './budget.ts';
import type { Names } from './names.ts';

export interface Question {
  plan: Plan;
  view: View;
  query: Query;
  names: Names;
  budget: Budget;
}
