/** The rule of a sub-problem: a step of the schema with its data written in. */
import { NO, type Value, YES } from '../memo.ts';
import type { Reference } from './negation-cycle.ts';

/** Constants, references to problems by number, operators. */
export type Rule =
  | { op: 'constant'; value: Value }
  | { op: 'problem'; number: number }
  | { op: 'or' | 'and'; of: Rule[] }
  | { op: 'except'; from: Rule; without: Rule };

export function constant(value: Value): Rule {
  return { op: 'constant', value };
}

/** What holds if a tuple of this value does, and `rule`. */
export function both(value: Value, rule: Rule): Rule {
  return value === YES ? rule : { op: 'and', of: [constant(value), rule] };
}

/**
 * The rule's value with `values` left of `except` and `negated` right of it. Both sides of an `except` in there are
 * taken from what is known already, never from the `values` being computed: so a rule means the same
 * whether the right side is written out or stands under a name of its own.
 */
export function evaluate(
  rule: Rule,
  values: readonly Value[],
  negated: readonly Value[],
  before: readonly Value[],
): Value {
  switch (rule.op) {
    case 'constant':
      return rule.value;
    case 'problem':
      return values[rule.number];
    case 'or':
      return rule.of.reduce<Value>(
        (max, part) => Math.max(max, evaluate(part, values, negated, before)) as Value,
        NO,
      );
    case 'and':
      return rule.of.reduce<Value>(
        (min, part) => Math.min(min, evaluate(part, values, negated, before)) as Value,
        YES,
      );
    case 'except': {
      const from = evaluate(rule.from, values, negated, before);
      return Math.min(from, YES - evaluate(rule.without, negated, before, negated)) as Value;
    }
  }
}

/** What the rule refers to. @param negative the rule stands right of an `except` */
export function referencesOf(rule: Rule, negative: boolean): Reference[] {
  switch (rule.op) {
    case 'constant':
      return [];
    case 'problem':
      return [{ to: rule.number, negative }];
    case 'or':
    case 'and':
      return rule.of.flatMap((part) => referencesOf(part, negative));
    case 'except':
      return [...referencesOf(rule.from, negative), ...referencesOf(rule.without, true)];
  }
}

/** Number of steps to evaluate it. */
export function costOf(rule: Rule): number {
  switch (rule.op) {
    case 'constant':
    case 'problem':
      return 1;
    case 'or':
    case 'and':
      return rule.of.reduce((sum, part) => sum + costOf(part), 1);
    case 'except':
      return 1 + costOf(rule.from) + costOf(rule.without);
  }
}
