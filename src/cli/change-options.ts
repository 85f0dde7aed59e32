/** The options of every command that changes tuples. */
import type { Command } from 'commander';
import type { OnBehalfOf } from '../client/requests.ts';
import { addConnectionOptions, addStoreOption, type ConnectionOptions } from './connection-options.ts';
import { parseJsonObject } from './parse-option.ts';
import { addRecordOptions, type RecordOptions, recordedOf } from './record-options.ts';

export interface ChangeOptions extends ConnectionOptions, RecordOptions {
  store?: string;
  context?: Record<string, unknown>;
}

export function addChangeOptions(command: Command): Command {
  addRecordOptions(command, 'on whose behalf, as type:id: then the schema decides whether it may happen');
  command.option(
    '--context <json>',
    "values for the parameters of conditions that the actor's permissions have",
    parseJsonObject,
  );
  return addStoreOption(addConnectionOptions(command));
}

/** The part of a request that these options make. */
export function changeOf(options: ChangeOptions): OnBehalfOf {
  const { store, context } = options;
  return {
    ...(store === undefined ? {} : { store }),
    ...recordedOf(options),
    ...(context === undefined ? {} : { context }),
  };
}
