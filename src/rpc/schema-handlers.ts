/** The methods of SchemaService. */
import { PembaError } from '../base/errors.ts';
import type { CompiledSchema } from '../schema/compiled-schema.ts';
import type { Diagnostic } from '../schema/diagnostic.ts';
import { formatForm } from '../schema/subject-form.ts';
import type { SchemaService } from '../service/schema-service.ts';
import { fromMilliseconds } from './convert.ts';
import { toRecorded } from './recorded.ts';
import type { Method } from './unary.ts';
import type { ReadSchemaRequest, WriteSchemaRequest } from './wire.ts';

export function schemaMethods(schemas: SchemaService) {
  return {
    WriteSchema: {
      level: 'admin',
      about: 'named store',
      handle: async (request, context) => {
        const { zookie, version, warnings } = await schemas.write(context.tenant, {
          text: request.text,
          expectedVersion: request._expectedVersion === undefined ? undefined : request.expectedVersion,
          dryRun: request.dryRun,
          ...toRecorded(request, context),
          deadline: context.deadline,
        });
        return { zookie, version, warnings: warnings.map(fromDiagnostic) };
      },
    } satisfies Method<WriteSchemaRequest, object>,
    ReadSchema: {
      level: 'read',
      about: 'named store',
      handle: async (request, { tenant, deadline }) => {
        const { text, version, writtenAt, actor, zookie, compiled } = await schemas.read(
          tenant,
          toVersion(request.version),
          deadline,
        );
        return {
          text,
          version,
          writtenAt: fromMilliseconds(writtenAt),
          actor: actor ?? '',
          zookie,
          types: fromSchema(compiled),
        };
      },
    } satisfies Method<ReadSchemaRequest, object>,
  };
}

/** @throws PembaError MALFORMED_REQUEST */
function toVersion(version: number): number {
  if (version >= 0) return version;
  throw new PembaError(
    'MALFORMED_REQUEST',
    `version: ${version} is negative; send 0 for the schema in force, or one of 1, 2, 3, …`,
    { field: 'version' },
  );
}

function fromDiagnostic({ code, line, column, message }: Diagnostic): object {
  return { code, line, column, message };
}

function fromSchema(schema: CompiledSchema): object[] {
  return schema.types.map((type) => ({
    name: type.name,
    documentation: type.doc ?? '',
    members: type.members.map((member) => ({
      name: member.name,
      documentation: member.doc ?? '',
      isPermission: member.kind === 'permission',
      subjects: member.subjects.map(formatForm),
    })),
  }));
}
