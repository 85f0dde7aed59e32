/** `pemba write` */
import type { Command } from 'commander';
import { PembaError } from '../../base/errors.ts';
import type {
  StoredTuple,
  TupleFilterParts,
  TupleText,
  WriteRequest,
  WriteUpdate,
} from '../../client/requests.ts';
import { ServiceError } from '../../client/service-error.ts';
import { parseTupleLines } from '../../model/tuple-lines.ts';
import { addChangeOptions, type ChangeOptions, changeOf } from '../change-options.ts';
import { withClient } from '../connection-options.ts';
import { answer, answerJson, type Context } from '../context.ts';
import { examples } from '../examples.ts';
import { parseFilter } from '../parse-filter.ts';
import { repeatable } from '../parse-option.ts';
import { nameOf, readInput } from '../read-input.ts';
import { formatTupleText, parseStoredTuple, parseTupleText, toStoredTuple } from '../tuple-text.ts';

interface WriteOptions extends ChangeOptions {
  create?: StoredTuple[];
  touch?: StoredTuple[];
  delete?: TupleText[];
  file?: string;
  mustExist?: TupleFilterParts[];
  mustNotExist?: TupleFilterParts[];
  idempotencyKey?: string;
  json?: boolean;
}

export function addWriteCommand(program: Command, context: Context): void {
  const command = program
    .command('write')
    .summary('add and remove tuples')
    .description(
      'Adds and removes tuples, all of them or none.\nPrints the zookie of the revision that the write made.',
    )
    .argument(
      '[tuple...]',
      'tuples to add, as object#relation@subject [condition {…}] [expires T]; like --touch',
    )
    .option(
      '--create <tuple>',
      'add a tuple, or fail if it is there; repeatable',
      repeatable(parseStoredTuple),
    )
    .option('--touch <tuple>', 'add a tuple if it is not there; repeatable', repeatable(parseStoredTuple))
    .option('--delete <tuple>', 'remove a tuple if it is there; repeatable', repeatable(parseTupleText))
    .option(
      '--file <file>',
      'touch the tuples of a file, or of standard input for -: one a line, # starts a comment line',
    )
    .option(
      '--must-exist <filter>',
      'write only if a tuple like this is stored; repeatable',
      repeatable(parseFilter),
    )
    .option(
      '--must-not-exist <filter>',
      'write only if none like this is; repeatable',
      repeatable(parseFilter),
    )
    .option('--idempotency-key <key>', 'a name for this write: sending it again changes nothing')
    .option('--json', 'print the zookie as JSON');
  addChangeOptions(command);
  command.addHelpText(
    'after',
    examples([
      ['Make ada a writer of a space:', 'pemba write space:ml#writer@user:ada'],
      [
        'Move her from one team to another, at once:',
        'pemba write --delete team:ml#member@user:ada --create team:curation#member@user:ada',
      ],
      ['For a month only:', "pemba write 'space:ml#writer@user:ada [expires 2030-02-01T00:00:00Z]'"],
      ['Load a file:', 'pemba write --file schema/lamin.tuples'],
      [
        'Only while nobody is the admin yet:',
        'pemba write --must-not-exist space:ml#admin space:ml#admin@user:ada',
      ],
    ]),
  );
  command.action((tuples: string[], options: WriteOptions) => write(context, tuples, options));
}

async function write(context: Context, tuples: string[], options: WriteOptions): Promise<void> {
  const updates = await updatesOf(context, tuples, options);
  const request = requestOf(updates, options);
  const response = await withClient(context, options, (client) => client.write(request)).catch(
    (error: unknown) => {
      throw namingUpdate(updates, error);
    },
  );
  if (options.json === true) answerJson(context, response);
  else answer(context, response.zookie);
}

async function updatesOf(context: Context, tuples: string[], options: WriteOptions): Promise<WriteUpdate[]> {
  if (tuples.length > 0 && (options.create !== undefined || options.delete !== undefined)) {
    // `write --delete A B` reads as though it removed both; it must not add B.
    throw new PembaError(
      'MALFORMED_REQUEST',
      `\`${tuples[0]}\`: beside --create or --delete, say for each tuple what to do; write --create, --touch or --delete before it`,
    );
  }
  const { file } = options;
  const lines = file === undefined ? [] : parseTupleLines(await readInput(context.io, file), nameOf(file));
  const touched = [...(options.touch ?? []), ...tuples.map(parseStoredTuple), ...lines.map(toStoredTuple)];
  const updates: WriteUpdate[] = [
    ...(options.delete ?? []).map((tuple) => ({ operation: 'delete' as const, tuple })),
    ...(options.create ?? []).map((tuple) => ({ operation: 'create' as const, tuple })),
    ...touched.map((tuple) => ({ operation: 'touch' as const, tuple })),
  ];
  if (updates.length === 0) {
    throw new PembaError(
      'MISSING_FIELD',
      'there is nothing to write; name a tuple, --delete one, or --file a file',
    );
  }
  return updates;
}

function requestOf(updates: WriteUpdate[], options: WriteOptions): WriteRequest {
  const { mustExist = [], mustNotExist = [], idempotencyKey } = options;
  return {
    updates,
    preconditions: [
      ...mustExist.map((filter) => ({ condition: 'must_exist' as const, filter })),
      ...mustNotExist.map((filter) => ({ condition: 'must_not_exist' as const, filter })),
    ],
    ...changeOf(options),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}

/** The service counts updates from 0; whoever wrote a file looks for a tuple. */
function namingUpdate(updates: readonly WriteUpdate[], error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error;
  const [, index] = /^updates\[(\d+)\]/.exec(error.field ?? '') ?? [];
  const update = index === undefined ? undefined : updates[Number(index)];
  if (update === undefined) return error;
  return new ServiceError(
    `${error.message}\n  update: ${update.operation} ${formatTupleText(update.tuple)}`,
    error,
  );
}
