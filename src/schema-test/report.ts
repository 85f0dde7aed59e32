/** What came of a test file; see `cli/testing/test-report.ts`, whose shape this is. */
import type { Explanation, Miss, Reason } from '../engine/explain/explain.ts';
import type { TupleCondition } from '../model/grant.ts';
import { formatObject, formatSubject } from '../model/reference.ts';
import type { Tuple } from '../model/tuple.ts';
import type { Diagnostic } from '../schema/diagnostic.ts';
import type { Place } from './test-file.ts';

export interface TupleParts {
  object: string;
  relation: string;
  subject: string;
  condition?: TupleCondition;
  expiresAt?: Date;
}

type TextOf<T extends { tuple: Tuple | undefined }> = Omit<T, 'tuple'> & { tuple: TupleParts | undefined };

export interface ReportedMiss {
  add: TupleParts[];
  remove: TupleParts[];
  reasons: TextOf<Reason>[];
  /** Stored tuples that do not hold, and why. */
  ineffective?: { tuple: TupleParts; why: string }[];
}

export interface Difference extends Place {
  file: string;
  within: string[];
  message: string;
  reasons: TextOf<Reason>[];
  misses: ReportedMiss[];
}

export interface Report {
  problems: (Place & { file: string; message: string })[];
  diagnostics: Diagnostic[];
  texts: Record<string, string>;
  expectations: number;
  differences: Difference[];
}

export function emptyReport(): Report {
  return { problems: [], diagnostics: [], texts: {}, expectations: 0, differences: [] };
}

function toParts({ object, relation, subject, condition, expiresAt }: Tuple): TupleParts {
  return {
    object: formatObject(object),
    relation,
    subject: formatSubject(subject),
    ...(condition === undefined ? {} : { condition }),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
  };
}

export function toReported({ reasons, misses }: Explanation): Pick<Difference, 'reasons' | 'misses'> {
  return { reasons: reasons.map(textOf), misses: misses.map(missOf) };
}

function missOf({ add, remove, reasons, ineffective }: Miss): ReportedMiss {
  return {
    add: add.map(toParts),
    remove: remove.map(toParts),
    reasons: reasons.map(textOf),
    ...(ineffective === undefined
      ? {}
      : { ineffective: ineffective.map(({ tuple, why }) => ({ tuple: toParts(tuple), why })) }),
  };
}

function textOf(reason: Reason): TextOf<Reason> {
  return { ...reason, tuple: reason.tuple === undefined ? undefined : toParts(reason.tuple) };
}
