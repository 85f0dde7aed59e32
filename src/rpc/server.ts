/** The gRPC server: our services, health and reflection, on one port. */
import {
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { PembaError } from '../base/errors.ts';
import type { Limits } from '../base/limits.ts';
import type { AuditService } from '../service/audit-service.ts';
import type { CheckService } from '../service/check-service.ts';
import type { CredentialService } from '../service/credential-service.ts';
import type { EraseService } from '../service/erase-service.ts';
import type { ExploreService } from '../service/explore-service.ts';
import type { ReadService } from '../service/read-service.ts';
import type { SchemaService } from '../service/schema-service.ts';
import type { StoreService } from '../service/store-service.ts';
import type { WatchService } from '../service/watch-service.ts';
import type { WriteService } from '../service/write-service.ts';
import { auditMethods } from './audit-handlers.ts';
import { credentialMethods } from './credential-handlers.ts';
import { exploreMethods } from './explore-handlers.ts';
import { healthService } from './health.ts';
import { OpenStreams } from './open-streams.ts';
import { permissionMethods } from './permission-handlers.ts';
import { loadServices, PACKAGE, SERVICES, type ServiceName } from './protocol.ts';
import { reflectionServices } from './reflection.ts';
import { schemaMethods } from './schema-handlers.ts';
import { storeMethods } from './store-handlers.ts';
import { type StreamMethod, streaming } from './streaming.ts';
import { RequestReader, withRawMessages } from './strict-requests.ts';
import { readTls, type TlsFiles } from './tls.ts';
import { type Method, type UnaryOptions, unary } from './unary.ts';
import { watchMethods } from './watch-handlers.ts';

export interface RpcServices {
  checks: CheckService;
  writes: WriteService;
  reads: ReadService;
  explore: ExploreService;
  watches: WatchService;
  schemas: SchemaService;
  stores: StoreService;
  credentials: CredentialService;
  erasures: EraseService;
  audit: AuditService;
}

export interface RpcOptions extends UnaryOptions {
  services: RpcServices;
  limits: Limits;
  isServing: () => boolean;
  tls: TlsFiles | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: methods of all kinds of requests stand side by side
type AnyMethod = Method<any, object> | StreamMethod<any, object>;

export type Methods = Record<ServiceName, Record<string, AnyMethod>>;

/** Every method of every service, with the level it needs. */
export function allMethods(services: RpcServices): Methods {
  return {
    PermissionService: {
      ...permissionMethods(services.checks, services.writes, services.reads),
      ...exploreMethods(services.explore),
      ...watchMethods(services.watches),
    },
    SchemaService: schemaMethods(services.schemas),
    StoreService: storeMethods(services.stores),
    CredentialService: credentialMethods(services.credentials),
    AuditService: auditMethods(services.audit, services.erasures),
  };
}

export class RpcServer {
  private readonly server: Server;
  private readonly options: RpcOptions;
  private readonly stopHealth: () => void;
  private readonly streams = new OpenStreams();
  private isDraining = false;

  constructor(options: RpcOptions) {
    this.options = options;
    silenceGrpc();
    this.server = new Server({
      'grpc.max_receive_message_length': options.limits.requestBytes,
      'grpc.max_send_message_length': -1,
      // Statistics of its own that nobody can ask for here: a no-op without them took 0.96 [0.88, 1.00] of its CPU.
      'grpc.enable_channelz': 0,
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
    const { services, limits } = this.options;
    const methods = allMethods(services);
    const options = { ...this.options, streams: this.streams };
    for (const service of SERVICES) {
      const implementation: UntypedServiceImplementation = {};
      for (const [name, definition] of Object.entries(definitions[service])) {
        const method = methods[service][name];
        if (method === undefined)
          throw new PembaError('INTERNAL', `${service}.${name} has no implementation`);
        const reader = new RequestReader(definition, limits);
        const fullName = `${service}/${name}`;
        implementation[name] =
          'stream' in method
            ? streaming(fullName, method, reader, options)
            : unary(fullName, method, reader, options);
      }
      this.server.addService(withRawMessages(definitions[service]), implementation);
    }
  }

  /**
   * @returns the port, which the system chose if `port` was 0
   * @throws PembaError PORT_TAKEN, FILE_UNREADABLE, CONFIG_INVALID
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
    const { cert, key, clientCa } = await readTls(tls);
    return ServerCredentials.createSsl(clientCa, [{ cert_chain: cert, private_key: key }], clientCa !== null);
  }

  /** Takes no new calls and lets those under way end, for so long at most. */
  async drain(ms: number): Promise<void> {
    this.isDraining = true;
    this.stopHealth();
    this.streams.close(new PembaError('SHUTTING_DOWN', 'this node is stopping; go on with another'));
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

/** grpc-js writes to stderr what it dislikes of a request: the metadata too, and so tokens. */
function silenceGrpc(): void {
  setLogVerbosity(logVerbosity.NONE);
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
