/** A fake service and a client of it, gone when the test is over. */
import { afterEach } from 'vitest';
import { PembaClient } from '../../src/client/client.ts';
import type { ConnectOptions } from '../../src/client/options.ts';
import { ServiceError } from '../../src/client/service-error.ts';
import { FakeService, type Handlers, Refusal, type StreamHandlers } from './fake-service.ts';

export interface Pair {
  client: PembaClient;
  service: FakeService;
}

/** To be called at the top of a file. */
export function usePairs(): (
  handlers: Handlers,
  options?: Partial<ConnectOptions>,
  streams?: StreamHandlers,
) => Promise<Pair> {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });
  return async (handlers, options = {}, streams = {}) => {
    const service = await FakeService.start(handlers);
    service.streams = streams;
    const client = new PembaClient({ address: service.address, ...options });
    stops.push(() => {
      client.close();
      service.stop();
    });
    return { client, service };
  };
}

/** A handler that refuses so many times before it answers. */
export function afterFailures<Args extends unknown[], T>(
  count: number,
  reason: string,
  answer: (...args: Args) => T,
  code: ConstructorParameters<typeof Refusal>[0] = 'UNAVAILABLE',
): (...args: Args) => T {
  let left = count;
  return (...args) => {
    if (left-- > 0) throw new Refusal(code, `refused: ${reason}`, { reason });
    return answer(...args);
  };
}

/** What a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<ServiceError> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof ServiceError) return outcome;
  throw new Error(`it did not fail as it should: ${outcome}`);
}

/** What a loop over all that comes fails with, and what came before. */
export async function drained<T>(source: AsyncIterable<T>): Promise<{ taken: T[]; error: unknown }> {
  const taken: T[] = [];
  try {
    for await (const each of source) taken.push(each);
    return { taken, error: undefined };
  } catch (error) {
    return { taken, error };
  }
}
