/** The options of every command that asks something about a store at one revision. */
import type { Command } from 'commander';
import type { Consistency, StoredTuple } from '../client/requests.ts';
import { addConnectionOptions, addStoreOption, type ConnectionOptions } from './connection-options.ts';
import { addConsistencyOptions, type ConsistencyOptions, consistencyOf } from './consistency-options.ts';
import { parseJsonObject, repeatable } from './parse-option.ts';
import { parseStoredTuple } from './tuple-text.ts';

export interface QuestionOptions extends ConnectionOptions, ConsistencyOptions {
  store?: string;
  with?: StoredTuple[];
  context?: Record<string, unknown>;
}

export function addQuestionOptions(command: Command): Command {
  command.option(
    '--with <tuple>',
    'a tuple that counts as stored for this question; repeatable',
    repeatable(parseStoredTuple),
  );
  command.option('--context <json>', 'values for the parameters of conditions', parseJsonObject);
  addConsistencyOptions(command);
  return addStoreOption(addConnectionOptions(command));
}

/** The part of a request that these options make. */
export function questionOf(options: QuestionOptions): {
  store?: string;
  contextualTuples?: StoredTuple[];
  context?: Record<string, unknown>;
  consistency?: Consistency;
} {
  return {
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.with === undefined ? {} : { contextualTuples: options.with }),
    ...(options.context === undefined ? {} : { context: options.context }),
    ...consistencyOf(options),
  };
}
