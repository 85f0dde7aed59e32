/** The values that a tuple gives to parameters of its condition. */
import { must } from '../base/assert.ts';
import type { Plan } from '../engine/plan.ts';
import type { TupleCondition } from '../model/grant.ts';

/**
 * @param field what to call the condition in errors, such as `updates[3].tuple.condition`
 * @throws PembaError MALFORMED_CONTEXT for a parameter that the condition does not have, or of another type
 */
export function assertContext(plan: Plan, { name, context }: TupleCondition, field: string): void {
  const condition = must(plan.condition(name), name);
  for (const [parameter, value] of Object.entries(context)) {
    condition.coerce(parameter, value, `${field}.context.${parameter}`);
  }
}
