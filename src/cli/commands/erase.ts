/** `pemba erase` */
import type { Command } from 'commander';
import type { PembaClient } from '../../client/client.ts';
import type { EraseSubjectRequest, EraseSubjectResponse } from '../../client/requests.ts';
import { ServiceError } from '../../client/service-error.ts';
import { parseSomebody } from '../../model/reference.ts';
import { confirm } from '../confirm.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { countOf } from '../count-of.ts';
import { examples } from '../examples.ts';
import { parseJsonObject } from '../parse-option.ts';
import { type RecordOptions, recordedOf } from '../record-options.ts';

interface EraseOptions extends ConnectionOptions, Pick<RecordOptions, 'why' | 'metadata'> {
  store?: string;
  yes?: boolean;
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
    .option('--why <text>', 'recorded with the erasure; it must not name the subject')
    .option('--metadata <json>', 'what else to record with it', parseJsonObject)
    .option('--json', 'print the zookie, the counts and the new name as JSON');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([['Somebody who asked for it:', "pemba erase user:ada --why 'ticket 4711'"]]),
  );
  command.action((subject: string, options: EraseOptions) => erase(context, subject, options));
}

async function erase(context: Context, subject: string, options: EraseOptions): Promise<void> {
  parseSomebody(subject, 'subject');
  const { store } = options;
  const request = {
    subject,
    ...(store === undefined ? {} : { store }),
    ...recordedOf(options),
  };
  await confirm(
    context,
    `This removes \`${subject}\` from the store \`${store ?? 'default'}\` and from its log, for good.`,
    options.yes,
  );
  const erased = await withClient(context, options, (client) => untilDone(context, client, request, options));
  if (options.json === true) {
    answerJson(context, erased);
    return;
  }
  answer(context, erased.zookie);
  note(context, erased.pseudonym === '' ? nothingNamed(subject, options) : toldOf(erased));
}

function toldOf({ removed, rewritten, pseudonym }: EraseSubjectResponse): string {
  return `${countOf(removed, 'tuple')} removed, ${countOf(rewritten, 'row')} of the log rewritten: it says \`${pseudonym}\` instead`;
}

function nothingNamed(subject: string, { store = 'default' }: EraseOptions): string {
  return `nothing names \`${subject}\` in the store \`${store}\`; check the spelling, unless it was erased before`;
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
      if (!isLate) throw error;
      if (timeout !== undefined) {
        note(context, 'what has begun goes on in the service; the same command again tells how it ends');
        throw error;
      }
      note(context, 'it takes its time; still waiting');
    }
  }
}
