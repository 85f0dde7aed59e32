/** What was found out, as messages. */
import type { ExpandedNode } from '../engine/expand/expand.ts';
import type { Miss, Reason } from '../engine/explain/explain.ts';
import { fromTuple } from './convert.ts';

export function fromExpandedNode(node: ExpandedNode): object {
  const { operation, set, expression, subjects, children, omission, sameAs, subjectGrants, childGrants } =
    node;
  return {
    operation: `OPERATION_${operation.toUpperCase()}`,
    set,
    expression,
    subjects,
    children,
    omission: `OMISSION_${(omission ?? 'unspecified').toUpperCase()}`,
    sameAs: sameAs ?? 0,
    subjectGrants: subjectGrants ?? [],
    childGrants: childGrants ?? [],
  };
}

export function fromReason({ position, tuple, ...reason }: Reason): object {
  return {
    set: reason.set,
    isAbsent: reason.isAbsent,
    expression: reason.expression,
    position: position === undefined ? null : fromPosition(position),
    tuple: tuple === undefined ? null : fromTuple(tuple),
    isMissing: reason.isMissing,
    because: reason.because,
  };
}

export function fromMiss({ add, remove, reasons, ineffective = [] }: Miss): object {
  return {
    add: add.map(fromTuple),
    remove: remove.map(fromTuple),
    reasons: reasons.map(fromReason),
    ineffective: ineffective.map(({ tuple, why }) => ({ tuple: fromTuple(tuple), why })),
  };
}

function fromPosition({ file, line, column }: NonNullable<Reason['position']>): object {
  return { file, line, column };
}
