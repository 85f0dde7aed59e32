/** gRPC's health service, whose answers are found when they are asked for: no stored status can be stale. */
import {
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { service as definition } from 'grpc-health-check';
import { type HealthWatch, HealthWatches, type ServingStatus } from './health-watches.ts';

type Health = { status: ServingStatus };

export interface HealthService {
  /** With `implementation`, what to give to `Server.addService`. */
  definition: ServiceDefinition;
  implementation: UntypedServiceImplementation;
  /** Ends the streams of those who watch. Whoever comes later learns the status and no change of it. */
  stop(): void;
}

/** The health of the services of these full names and, under the empty name, of the server: all are one. */
export function healthService(names: readonly string[], isServing: () => boolean): HealthService {
  const known = ['', ...names];
  const now = (): ServingStatus => (isServing() ? 'SERVING' : 'NOT_SERVING');
  const watches = new HealthWatches((service) => (known.includes(service) ? now() : 'SERVICE_UNKNOWN'));

  const check = (call: ServerUnaryCall<{ service: string }, Health>, reply: sendUnaryData<Health>) => {
    const { service } = call.request;
    if (known.includes(service)) reply(null, { status: now() });
    // Without the name that was asked for, which may be longer than a trailer can be.
    else reply({ code: status.NOT_FOUND, details: `no such service; there are ${names.join(', ')}` });
  };
  const list = (_: unknown, reply: sendUnaryData<{ statuses: Record<string, Health> }>) => {
    const health = { status: now() };
    reply(null, { statuses: Object.fromEntries(known.map((name) => [name, health])) });
  };
  const watch = (call: HealthWatch) => watches.add(call);

  return {
    definition,
    implementation: { Check: check, List: list, Watch: watch },
    stop: () => watches.stop(),
  };
}
