/** The options of every command whose change the audit tells: on whose behalf, and why. */
import type { Command } from 'commander';
import { PembaError } from '../base/errors.ts';
import type { Recorded } from '../client/requests.ts';
import { parseJsonObject } from './parse-option.ts';

export interface RecordOptions {
  actor?: string;
  why?: string;
  metadata?: Record<string, unknown>;
}

/** @param actor what an actor means to the command */
export function addRecordOptions(
  command: Command,
  actor = 'on whose behalf, as type:id; recorded, not judged',
): Command {
  return command
    .option('--actor <object>', actor)
    .option('--why <text>', 'recorded with the change, as `why` of its metadata')
    .option('--metadata <json>', 'what else to record with the change', parseJsonObject);
}

/** The part of a request that these options make. @throws PembaError MALFORMED_REQUEST */
export function recordedOf({ actor, why, metadata }: RecordOptions): Recorded {
  if (why !== undefined && metadata !== undefined && Object.hasOwn(metadata, 'why')) {
    throw new PembaError(
      'MALFORMED_REQUEST',
      '--why is recorded as `why` of the metadata, which --metadata has too; leave out one of them',
    );
  }
  const recorded = { ...metadata, ...(why === undefined ? {} : { why }) };
  return {
    ...(actor === undefined ? {} : { actor }),
    ...(metadata === undefined && why === undefined ? {} : { metadata: recorded }),
  };
}
