/** What is explained, and with what. */
import type { View } from '../../view/view.ts';
import type { Circumstances } from '../circumstances.ts';
import type { Plan } from '../plan.ts';
import type { Query } from '../query.ts';
import type { Walk } from '../walk/walk.ts';
import type { Budget } from './budget.ts';
import type { Names } from './names.ts';
import type { Proposals } from './proposals.ts';

export interface Question {
  plan: Plan;
  view: View;
  query: Query;
  names: Names;
  proposals: Proposals;
  budget: Budget;
  circumstances: Circumstances;
  /** Has answered the question, and says of other objects whether they are in a set. */
  walk: Walk;
}
