/** `pemba erase` */
import type { Command } from 'commander';
import type { PembaClient } from '../../client/client.ts';
import type { EraseSubjectRequest, EraseSubjectResponse } from '../../client/requests.ts';
import { ServiceError } from '../../client/service-error.ts';
import { parseObject } from '../../model/reference.ts';
import { confirm } from '../confirm.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseJsonObject } from '../parse-option.ts';

interface EraseOptions extends ConnectionOptions {
  store?: string;
  yes?: boolean;
  why?: string;
  metadata?: Record<string, unknown>;
  json?: boolean;
}

export function addEraseCommand(program: Command, context: Context): void {
  const command = program
    .command('erase')
    .summary('forget a person: remove all tuples, and the name from the log')
    .description(
      'Removes every tuple on an object and every one that names it, and replaces its name in the whole log by one that nobody can resolve.\nExact snapshots, page tokens and watches from before are refused then. There is no way back.\nPrints the zookie of the revision from which it is nowhere.',
    )
    .argument('<subject>', 'as type:id')
    .option('--yes', 'do not ask')
    .option('--why <text>', 'recorded with the erasure; it should not name the subject')
    .option('--metadata <json>', 'what else to record with it', parseJsonObject)
    .option('--json', 'print the zookie, the count and the new name as JSON');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([['Somebody who asked for it:', "pemba erase user:ada --why 'ticket 4711'"]]),
  );
  command.action((subject: string, options: EraseOptions) => erase(context, subject, options));
}

async function erase(context: Context, subject: string, options: EraseOptions): Promise<void> {
  parseObject(subject, 'subject');
  const { store, why, metadata } = options;
  await confirm(
    context,
    `This removes \`${subject}\` from the store \`${store ?? 'default'}\` and from its log, for good.`,
    options.yes,
  );
  const recorded = { ...metadata, ...(why === undefined ? {} : { why }) };
  const request = {
    subject,
    ...(store === undefined ? {} : { store }),
    ...(Object.keys(recorded).length === 0 ? {} : { metadata: recorded }),
  };
  const erased = await withClient(context, options, (client) => untilDone(context, client, request, options));
  if (options.json === true) {
    answerJson(context, erased);
    return;
  }
  answer(context, erased.zookie);
  note(context, `${erased.removed} tuples removed; the log says \`${erased.pseudonym}\` instead`);
}

/** It goes on after the deadline of a call; asked again, the service answers once it is done. */
async function untilDone(
  context: Context,
  client: PembaClient,
  request: EraseSubjectRequest,
  { timeout }: EraseOptions,
): Promise<EraseSubjectResponse> {
  for (;;) {
    try {
      return await client.eraseSubject(request);
    } catch (error) {
      const isLate = error instanceof ServiceError && error.code === 'DEADLINE_EXCEEDED';
      if (!isLate || timeout !== undefined) throw error;
      note(context, 'it takes its time; still waiting');
    }
  }
}
