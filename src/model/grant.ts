/** What a tuple may carry beside its object, relation and subject: a condition and an expiry. */
import { canonicalJson, type Json } from '../base/json.ts';
import { formatTimestamp } from '../base/timestamp.ts';

/** A condition of the schema, with values for some of its parameters. */
export interface TupleCondition {
  readonly name: string;
  readonly context: Readonly<Record<string, Json>>;
}

/** It holds while the condition does, and until it expires. Without either it always holds. Never changed. */
export interface Grant {
  readonly condition?: TupleCondition;
  /** Milliseconds since 1970; from then on it does not hold. */
  readonly expiresAt?: number;
}

/** The grant of a tuple by itself; undefined if it always holds. */
export function grantOf({ condition, expiresAt }: Grant): Grant | undefined {
  if (condition === undefined) return expiresAt === undefined ? undefined : { expiresAt };
  return expiresAt === undefined ? { condition } : { condition, expiresAt };
}

/** ` [office_hours {"opens": …}] [expires 2030-01-01T00:00:00Z]`, each only where there is one; equal for equal grants. */
export function formatGrant(grant: Grant | undefined): string {
  if (grant === undefined) return '';
  const { condition, expiresAt } = grant;
  const first = condition === undefined ? '' : ` [${formatCondition(condition)}]`;
  return expiresAt === undefined ? first : `${first} [expires ${formatTimestamp(expiresAt)}]`;
}

function formatCondition({ name, context }: TupleCondition): string {
  const json = formatContext(context);
  return json === '{}' ? name : `${name} ${json}`;
}

/** As JSON, the names in order. */
export function formatContext(context: TupleCondition['context']): string {
  return canonicalJson(context as Json);
}

export function sameGrant(a: Grant | undefined, b: Grant | undefined): boolean {
  if (a === b) return true;
  if (a?.expiresAt !== b?.expiresAt || a?.condition?.name !== b?.condition?.name) return false;
  if (a?.condition === undefined || b?.condition === undefined) return true;
  return formatContext(a.condition.context) === formatContext(b.condition.context);
}
