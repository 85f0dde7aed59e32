/** What a caller gets who asks a question that may fail. */
import type { ServiceError } from '@grpc/grpc-js';
import { question, type TestClient } from './client.ts';

/** @returns `allowed`, `denied`, or the reason of a failure */
export async function outcomeOf(client: TestClient, tuple: string, more: object = {}): Promise<string> {
  try {
    const { answer } = await client.call('PermissionService/Check', { ...question(tuple), ...more });
    return answer.replace('ANSWER_', '').toLowerCase();
  } catch (error) {
    const { code, metadata } = error as ServiceError;
    return String(metadata?.get('pemba-reason')[0] ?? `code ${code}`);
  }
}
