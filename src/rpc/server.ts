/** The gRPC server: our services, health and reflection, on one port. */
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import {
  type MethodDefinition,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { CheckService } from '../service/check-service.ts';
import type { CredentialService } from '../service/credential-service.ts';
import type { ReadService } from '../service/read-service.ts';
import type { SchemaService } from '../service/schema-service.ts';
import type { StoreService } from '../service/store-service.ts';
import type { WriteService } from '../service/write-service.ts';
import { credentialMethods } from './credential-handlers.ts';
import { messageDescriptor } from './descriptors.ts';
import { healthService } from './health.ts';
import { permissionMethods } from './permission-handlers.ts';
import { loadServices, PACKAGE, SERVICES, type ServiceName } from './protocol.ts';
import { reflectionServices } from './reflection.ts';
import { schemaMethods } from './schema-handlers.ts';
import { storeMethods } from './store-handlers.ts';
import { StrictReader } from './strict-reader.ts';
import { type Method, type UnaryOptions, unary } from './unary.ts';
import { badUtf8Field } from './utf8.ts';

export interface RpcServices {
  checks: CheckService;
  writes: WriteService;
  reads: ReadService;
  schemas: SchemaService;
  stores: StoreService;
  credentials: CredentialService;
}

export interface TlsFiles {
  cert: string;
  key: string;
  /** Given: only clients with a certificate of this authority may connect. */
  clientCa?: string;
}

export interface RpcOptions extends UnaryOptions {
  services: RpcServices;
  limits: Limits;
  isServing: () => boolean;
  tls: TlsFiles | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: methods of all kinds of requests stand side by side
type AnyMethod = Method<any, object>;

export type Methods = Record<ServiceName, Record<string, AnyMethod>>;

/** Every method of every service, with the level it needs. */
export function allMethods(services: RpcServices): Methods {
  return {
    PermissionService: permissionMethods(services.checks, services.writes, services.reads),
    SchemaService: schemaMethods(services.schemas),
    StoreService: storeMethods(services.stores),
    CredentialService: credentialMethods(services.credentials),
  };
}

export class RpcServer {
  private readonly server: Server;
  private readonly options: RpcOptions;
  private readonly stopHealth: () => void;
  private isDraining = false;

  constructor(options: RpcOptions) {
    this.options = options;
    this.server = new Server({
      'grpc.max_receive_message_length': options.limits.requestBytes,
      'grpc.max_send_message_length': -1,
    });
    this.addOwnServices();
    const names = SERVICES.map((name) => `${PACKAGE}.${name}`);
    const health = healthService(names, () => !this.isDraining && options.isServing());
    this.stopHealth = health.stop;
    this.server.addService(health.definition, health.implementation);
    for (const { definition, implementation } of reflectionServices()) {
      this.server.addService(definition, implementation);
    }
  }

  private addOwnServices(): void {
    const definitions = loadServices();
    const methods = allMethods(this.options.services);
    for (const service of SERVICES) {
      const implementation: UntypedServiceImplementation = {};
      for (const name of Object.keys(definitions[service])) {
        const method = methods[service][name];
        if (method === undefined)
          throw new PembaError('INTERNAL', `${service}.${name} has no implementation`);
        implementation[name] = unary(`${service}/${name}`, method, this.options);
      }
      this.server.addService(withStrictRequests(definitions[service]), implementation);
    }
  }

  /**
   * @returns the port, which the system chose if `port` was 0
   * @throws PembaError PORT_TAKEN, FILE_UNREADABLE
   */
  async listen(host: string, port: number): Promise<number> {
    const credentials = await this.credentials();
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return new Promise((resolve, reject) => {
      this.server.bindAsync(address, credentials, (error, bound) => {
        if (error === null) resolve(bound);
        else reject(cannotListen(address, error));
      });
    });
  }

  private async credentials(): Promise<ServerCredentials> {
    const { tls } = this.options;
    if (tls === undefined) return ServerCredentials.createInsecure();
    const [cert, key, clientCa] = await Promise.all([
      readPem(tls.cert, 'tls-cert'),
      readPem(tls.key, 'tls-key'),
      tls.clientCa === undefined ? null : readPem(tls.clientCa, 'tls-client-ca'),
    ]);
    try {
      // Those of gRPC do not look at what they are given until the port is bound.
      createSecureContext({ cert, key, ...(clientCa === null ? {} : { ca: clientCa }) });
      return ServerCredentials.createSsl(
        clientCa,
        [{ cert_chain: cert, private_key: key }],
        clientCa !== null,
      );
    } catch (error) {
      throw new PembaError(
        'CONFIG_INVALID',
        `tls-cert ${tls.cert} and tls-key ${tls.key} cannot be used together`,
        {
          cause: error,
        },
      );
    }
  }

  /** Takes no new calls and lets those under way end, for so long at most. */
  async drain(ms: number): Promise<void> {
    this.isDraining = true;
    this.stopHealth();
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => this.server.tryShutdown(() => resolve())),
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms);
      }),
    ]);
    clearTimeout(timer);
    this.server.forceShutdown();
  }
}

/** The definition with requests read strictly: what cannot be read, or is not UTF-8, is told as such. */
function withStrictRequests(definition: ServiceDefinition): ServiceDefinition {
  const strict = Object.entries(definition).map(
    ([name, method]): [string, MethodDefinition<unknown, unknown>] => {
      const read = method.requestDeserialize;
      const type = messageDescriptor(requestTypeOf(method));
      const requestDeserialize = (bytes: Buffer): unknown => {
        try {
          const field = badUtf8Field(bytes, type);
          if (field !== undefined) return { unreadable: notUtf8(field) };
          // The decoder takes its reader in the place of bytes.
          return read(new StrictReader(bytes) as unknown as Buffer);
        } catch (error) {
          return {
            unreadable: new PembaError(
              'MALFORMED_REQUEST',
              'the request is no valid message; make it with code generated from the service’s proto files',
              { cause: error },
            ),
          };
        }
      };
      return [name, { ...method, requestDeserialize }];
    },
  );
  return Object.fromEntries(strict);
}

function requestTypeOf(method: MethodDefinition<unknown, unknown>): string {
  const { requestType } = method as unknown as { requestType: { type: { name: string } } };
  return `${PACKAGE}.${requestType.type.name}`;
}

function notUtf8(field: string): PembaError {
  return new PembaError('MALFORMED_UTF8', `${field}: its bytes are not UTF-8; encode text as UTF-8`, {
    field,
  });
}

function cannotListen(address: string, error: Error): PembaError {
  if (/EADDRINUSE/.test(error.message)) {
    return new PembaError(
      'PORT_TAKEN',
      `${address} is taken: another process listens there, perhaps another Pemba; stop it or choose another with --listen`,
      { cause: error },
    );
  }
  return new PembaError('CONFIG_INVALID', `cannot listen on ${address}: ${error.message}`, { cause: error });
}

async function readPem(path: string, setting: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new PembaError('FILE_UNREADABLE', `${setting}: cannot read ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
