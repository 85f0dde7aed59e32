/** The options of every command that changes tuples. */
import type { Command } from 'commander';
import type { OnBehalfOf } from '../client/requests.ts';
import { addConnectionOptions, addStoreOption, type ConnectionOptions } from './connection-options.ts';
import { parseJsonObject } from './parse-option.ts';

export interface ChangeOptions extends ConnectionOptions {
  store?: string;
  actor?: string;
  metadata?: Record<string, unknown>;
  context?: Record<string, unknown>;
}

export function addChangeOptions(command: Command): Command {
  command
    .option('--actor <object>', 'on whose behalf, as type:id: then the schema decides whether it may happen')
    .option(
      '--context <json>',
      "values for the parameters of conditions that the actor's permissions have",
      parseJsonObject,
    )
    .option('--metadata <json>', 'what else to record with the change', parseJsonObject);
  return addStoreOption(addConnectionOptions(command));
}

/** The part of a request that these options make. */
export function changeOf({ store, actor, metadata, context }: ChangeOptions): OnBehalfOf {
  return {
    ...(store === undefined ? {} : { store }),
    ...(actor === undefined ? {} : { actor }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(context === undefined ? {} : { context }),
  };
}
