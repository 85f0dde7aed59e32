/** Random tuples that a schema admits, over few objects, so that chains, diamonds and rings are common. */
import type { Choices } from './choices.ts';
import { namesOf, type OracleSchema } from './oracle-schema.ts';

// `@` and `:` in ids, and ids of more bytes than characters.
const IDS = ['a', 'b@c', 'x:y', 'ü-学'];
export const ID_COUNT = IDS.length;

export interface World {
  objects: string[];
  /** Every tuple the schema admits over these objects. */
  tuples: string[];
}

export function randomWorld(schema: OracleSchema, choices: Choices, ids: number): World {
  const all = Array.from({ length: ids }, (_, i) => IDS[i] ?? `n${i}`);
  const byType = new Map(
    schema.types.map(({ name }) => [name, all.slice(0, 1 + choices.below(ids)).map((id) => `${name}:${id}`)]),
  );
  const tuples: string[] = [];
  for (const type of schema.types) {
    for (const declaration of type.declarations) {
      if (declaration.kind === 'permission') continue;
      const subjects = declaration.subjects.flatMap((form) => subjectsOfForm(form, byType));
      for (const object of byType.get(type.name) ?? []) {
        for (const relation of namesOf(declaration)) {
          for (const subject of subjects) tuples.push(`${object}#${relation}@${subject}`);
        }
      }
    }
  }
  return { objects: [...byType.values()].flat(), tuples };
}

function subjectsOfForm(form: string, byType: Map<string, string[]>): string[] {
  if (form.endsWith(':*')) return [form];
  const [type, relation] = form.split('#');
  return (byType.get(type) ?? []).map((object) =>
    relation === undefined ? object : `${object}#${relation}`,
  );
}

export interface RandomChange {
  op: 'add' | 'remove';
  tuple: string;
}

/** Writes one after the other; none names a tuple twice, all change what is there. */
export function randomWrites(world: World, choices: Choices, count: number): RandomChange[][] {
  const stored = new Set<string>();
  const density = 1 + choices.below(5);
  return Array.from({ length: count }, (_, i) => {
    const size = i === 0 ? density * world.objects.length : 1 + choices.below(5);
    return choices.some(world.tuples, size).map((tuple): RandomChange => {
      if (stored.delete(tuple)) return { op: 'remove', tuple };
      stored.add(tuple);
      return { op: 'add', tuple };
    });
  });
}
