/** The service's methods, out of the proto files. */
import { fileURLToPath } from 'node:url';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';

// The same path from src/client and from dist/client.
const PROTO_FOLDER = fileURLToPath(new URL('../../proto', import.meta.url));
const FILES = ['permission', 'schema', 'credential', 'store', 'audit'].map(
  (name) => `pemba/v1/${name}.proto`,
);

/** The last part of a service's name. */
export type ServiceName =
  | 'PermissionService'
  | 'SchemaService'
  | 'CredentialService'
  | 'StoreService'
  | 'AuditService';

export type Method = MethodDefinition<object, object>;

/** @returns the method of a service, by its name in the proto file */
export function loadMethods(): (service: ServiceName, method: string) => Method {
  const definitions = loadSync(FILES, {
    includeDirs: [PROTO_FOLDER],
    // Numbers of 64 bits here are versions and times, far below 2^53.
    longs: Number,
    enums: String,
    defaults: true,
    arrays: true,
    oneofs: true,
  });
  return (service, method) => {
    const definition = definitions[`pemba.v1.${service}`] as ServiceDefinition;
    return definition[method] as Method;
  };
}
