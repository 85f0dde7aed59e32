/** The options of every command that asks something about a store at one revision. */
import type { Command } from 'commander';
import type { Consistency, TupleText } from '../client/requests.ts';
import { addConnectionOptions, addStoreOption, type ConnectionOptions } from './connection-options.ts';
import { addConsistencyOptions, type ConsistencyOptions, consistencyOf } from './consistency-options.ts';
import { repeatable } from './parse-option.ts';
import { parseTupleText } from './tuple-text.ts';

export interface QuestionOptions extends ConnectionOptions, ConsistencyOptions {
  store?: string;
  with?: TupleText[];
}

export function addQuestionOptions(command: Command): Command {
  command.option(
    '--with <tuple>',
    'a tuple that counts as stored for this question; repeatable',
    repeatable(parseTupleText),
  );
  addConsistencyOptions(command);
  return addStoreOption(addConnectionOptions(command));
}

/** The part of a request that these options make. */
export function questionOf(options: QuestionOptions): {
  store?: string;
  contextualTuples?: TupleText[];
  consistency?: Consistency;
} {
  return {
    ...(options.store === undefined ? {} : { store: options.store }),
    ...(options.with === undefined ? {} : { contextualTuples: options.with }),
    ...consistencyOf(options),
  };
}
