/** The options that say how fresh an answer has to be. */
import { type Command, Option } from 'commander';
import type { Consistency } from '../client/requests.ts';
import { parseTime } from './parse-option.ts';

const GROUP = 'Consistency (at most one; by default the newest revision the node has):';

export interface ConsistencyOptions {
  atLeastAsFresh?: string;
  fullyConsistent?: boolean;
  atExactSnapshot?: string;
  atTime?: Date;
}

export function addConsistencyOptions(command: Command): Command {
  const options = [
    new Option('--at-least-as-fresh <zookie>', 'the revision of this zookie or a newer one'),
    new Option('--fully-consistent', 'the newest revision there is'),
    new Option('--at-exact-snapshot <zookie>', 'exactly the revision of this zookie'),
    new Option(
      '--at-time <time>',
      'exactly the newest revision at this time, such as 2030-01-01T00:00:00Z',
    ).argParser(parseTime),
  ];
  const names = options.map((option) => option.attributeName());
  for (const option of options) {
    option.conflicts(names.filter((name) => name !== option.attributeName()));
    command.addOption(option.helpGroup(GROUP));
  }
  return command;
}

export function consistencyOf(options: ConsistencyOptions): { consistency?: Consistency } {
  const { atLeastAsFresh, fullyConsistent, atExactSnapshot, atTime } = options;
  if (atLeastAsFresh !== undefined)
    return { consistency: { mode: 'at_least_as_fresh', zookie: atLeastAsFresh } };
  if (fullyConsistent === true) return { consistency: { mode: 'fully_consistent' } };
  if (atExactSnapshot !== undefined)
    return { consistency: { mode: 'at_exact_snapshot', zookie: atExactSnapshot } };
  if (atTime !== undefined) return { consistency: { mode: 'at_exact_time', time: atTime } };
  return {};
}
