/** Whether a filter selects a tuple that is at hand. */
import type { Tuple } from '../model/tuple.ts';
import type { TupleFilter } from '../model/write.ts';

/** True if there is no filter, or some filter agrees with the tuple in every part it gives. */
export function isSelected(tuple: Tuple, filters: readonly TupleFilter[]): boolean {
  if (filters.length === 0) return true;
  for (const filter of filters) if (agrees(tuple, filter)) return true;
  return false;
}

function agrees({ object, relation, subject }: Tuple, filter: TupleFilter): boolean {
  return (
    (filter.objectType === undefined || filter.objectType === object.type) &&
    (filter.objectId === undefined || filter.objectId === object.id) &&
    (filter.relation === undefined || filter.relation === relation) &&
    (filter.subjectType === undefined || filter.subjectType === subject.type) &&
    (filter.subjectId === undefined || filter.subjectId === subject.id) &&
    (filter.subjectRelation === undefined || filter.subjectRelation === subject.relation)
  );
}
