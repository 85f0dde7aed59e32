/** The service's methods, out of the proto files. */
import { fileURLToPath } from 'node:url';
import {
  type AnyDefinition,
  loadSync,
  type MethodDefinition,
  type ServiceDefinition,
} from '@grpc/proto-loader';
import { type Described, type Fields, KnownFields } from './known-fields.ts';

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

type Definition = MethodDefinition<object, object>;

export interface Method extends Definition {
  /** Those of its request. */
  fields: Fields;
}

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
  const known = new KnownFields((name) => descriptorOf(definitions[`pemba.v1.${name}`]));
  const methods = new Map<string, Method>();
  return (service, name) => {
    const path = `${service}/${name}`;
    let method = methods.get(path);
    if (method === undefined) {
      const definition = (definitions[`pemba.v1.${service}`] as ServiceDefinition)[name] as Definition;
      const { name: request } = descriptorOf(definition.requestType) as { name: string };
      method = { ...definition, fields: known.of(request) as Fields };
      methods.set(path, method);
    }
    return method;
  };
}

/** What proto-loader keeps of a message, though its types do not tell. */
function descriptorOf(definition: AnyDefinition | undefined): (Described & { name: string }) | undefined {
  return (definition as { type?: Described & { name: string } } | undefined)?.type;
}
