/** The services of `proto/pemba/v1`, loaded. */
import { fileURLToPath } from 'node:url';
import {
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { loadSync, type Options } from '@grpc/proto-loader';

/** Beside `src/` and `dist/` alike. */
const ROOT = fileURLToPath(new URL('../../proto', import.meta.url));

export const PACKAGE = 'pemba.v1';
export const SERVICES = [
  'PermissionService',
  'SchemaService',
  'StoreService',
  'CredentialService',
  'AuditService',
] as const;
export type ServiceName = (typeof SERVICES)[number];

const FILES = ['permission', 'schema', 'store', 'credential', 'audit'].map(
  (name) => `pemba/v1/${name}.proto`,
);

const OPTIONS: Options = {
  includeDirs: [ROOT],
  keepCase: false,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
};

export type Services = Record<ServiceName, ServiceDefinition>;

let services: Services | undefined;

export function loadServices(): Services {
  services ??= load();
  return services;
}

function load(): Services {
  const loaded = loadPackageDefinition(loadSync(FILES, OPTIONS)) as { pemba: { v1: GrpcObject } };
  const entries = SERVICES.map((name) => [name, (loaded.pemba.v1[name] as ServiceClientConstructor).service]);
  return Object.fromEntries(entries) as Services;
}
