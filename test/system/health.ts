/** Asks a server's gRPC health service. */
import { type Client, credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { onTestFinished } from 'vitest';

const HealthClient = makeGenericClientConstructor(service, 'Health');

/** @returns a function that asks once */
export function healthOf(port: number): () => Promise<string> {
  const client: Client = new HealthClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  type Check = (request: object, done: (error: Error | null, answer?: { status: string }) => void) => void;
  const { check } = client as unknown as { check: Check };
  return () =>
    new Promise((resolve, reject) => {
      check.call(client, { service: '' }, (error, answer) => {
        if (answer === undefined) reject(error);
        else resolve(answer.status);
      });
    });
}
