/** Reads what earlier versions stored. */
import { PembaError } from '../base/errors.ts';
import { type CompiledSchema, SCHEMA_FORMAT } from './compiled-schema.ts';

/** Format 1 had no conditions, no invariants and no clauses. */
type SchemaOfFormat1 = {
  name?: string;
  types: (Omit<CompiledSchema['types'][number], 'requires' | 'members'> & {
    members: Omit<CompiledSchema['types'][number]['members'][number], 'unique'>[];
  })[];
};

/**
 * @param format the number it was stored with
 * @param json the compiled schema as stored
 * @throws PembaError NOT_READY if a newer version of Pemba wrote it
 */
export function readCompiledSchema(format: number, json: string): CompiledSchema {
  if (format === SCHEMA_FORMAT) return JSON.parse(json) as CompiledSchema;
  if (format === 1) return fromFormat1(JSON.parse(json) as SchemaOfFormat1);
  throw new PembaError(
    'NOT_READY',
    `the schema is stored in format ${format}, and this node knows formats 1 to ${SCHEMA_FORMAT}; run the version of Pemba that wrote it`,
  );
}

function fromFormat1(stored: SchemaOfFormat1): CompiledSchema {
  const types = stored.types.map((type) => ({
    ...type,
    members: type.members.map((member) => ({ ...member, unique: false })),
    requires: [],
  }));
  return { ...stored, format: SCHEMA_FORMAT, types, conditions: [] };
}
