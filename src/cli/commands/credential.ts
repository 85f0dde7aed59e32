/** `pemba credential` */
import { type Command, Option } from 'commander';
import type { CreateCredentialResponse, CredentialInfo } from '../../client/requests.ts';
import { LEVELS, type Level } from '../../model/credential.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { answer, answerJson, type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import { parseDuration, parseTime } from '../parse-option.ts';
import { printTable } from '../print-table.ts';
import { addRecordOptions, type RecordOptions, recordedOf } from '../record-options.ts';

interface CredentialOptions extends ConnectionOptions {
  store?: string;
  json?: boolean;
}

interface RevokeOptions extends CredentialOptions, RecordOptions {}

interface CreateOptions extends CredentialOptions, RecordOptions {
  level: Level;
  description?: string;
  expires?: Date;
  /** In milliseconds. */
  expiresIn?: number;
}

export function addCredentialCommands(program: Command, context: Context): void {
  const credential = program
    .command('credential')
    .description('make, list and revoke the credentials of a store');
  addCreate(credential, context);
  addList(credential, context);
  addRevoke(credential, context);
}

function addCreate(credential: Command, context: Context): void {
  const command = credential
    .command('create')
    .summary('make a credential and print its token')
    .description('Makes a credential. Its token is printed once and cannot be shown again.')
    .addOption(
      new Option('--level <level>', 'what it is good for; each level includes those before it')
        .choices(LEVELS)
        .makeOptionMandatory(),
    )
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option('--expires <time>', 'when it ends, such as 2030-01-01T00:00:00Z').argParser(parseTime),
    )
    .addOption(
      new Option('--expires-in <duration>', 'how long it lasts, such as 90d')
        .argParser(parseDuration)
        .conflicts('expires'),
    )
    .option('--json', 'print credential, token and zookie as JSON');
  addStoreOption(addConnectionOptions(addRecordOptions(command)));
  command.addHelpText(
    'after',
    examples([
      [
        'For a service that only asks, in a file for it alone:',
        '(umask 077; pemba credential create --level read --expires-in 90d > token)',
      ],
      ['One that is good for all stores:', 'pemba credential create --store system --level admin'],
    ]),
  );
  command.action((options: CreateOptions) => create(context, options));
}

async function create(context: Context, options: CreateOptions): Promise<void> {
  const { level, description, expires, expiresIn } = options;
  const expiresAt = expiresIn === undefined ? expires : new Date(Date.now() + expiresIn);
  const response = await withClient(context, options, (client) =>
    client.createCredential({
      level,
      ...storeOf(options),
      ...(description === undefined ? {} : { description }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...recordedOf(options),
    }),
  );
  if (options.json === true) answerJson(context, response);
  else printCreated(context, response);
}

/** The token alone goes to standard output, so that it can be sent into a file. */
function printCreated(context: Context, { credential, token }: CreateCredentialResponse): void {
  answer(context, token);
  note(context, `credential ${credential.id}, level ${credential.level}, ${ending(credential)}`);
  note(context, 'this is its token; it cannot be shown again');
}

function ending({ expiresAt }: CredentialInfo): string {
  return expiresAt === undefined ? 'without an end' : `until ${expiresAt.toISOString()}`;
}

function addList(credential: Command, context: Context): void {
  const command = credential
    .command('list')
    .summary('list credentials, without their tokens')
    .description('Lists credentials, newest first, without their tokens.')
    .option('--json', 'print a list as JSON');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText('after', examples([['Those of the default store:', 'pemba credential list']]));
  command.action((options: CredentialOptions) => list(context, options));
}

async function list(context: Context, options: CredentialOptions): Promise<void> {
  const credentials = await withClient(context, options, (client) =>
    client.listCredentials(storeOf(options)),
  );
  if (options.json === true) {
    answerJson(context, credentials);
    return;
  }
  const rows = credentials.map((each) => [
    each.id,
    each.level,
    each.createdAt?.toISOString() ?? '',
    state(each),
    each.description,
  ]);
  await printTable(context, ['ID', 'LEVEL', 'CREATED', 'STATE', 'DESCRIPTION'], rows);
}

function state(credential: CredentialInfo): string {
  if (credential.revokedAt !== undefined) return `revoked ${credential.revokedAt.toISOString()}`;
  if (credential.expiresAt !== undefined && credential.expiresAt.getTime() <= Date.now()) {
    return `expired ${credential.expiresAt.toISOString()}`;
  }
  return ending(credential);
}

function addRevoke(credential: Command, context: Context): void {
  const command = credential
    .command('revoke')
    .summary('revoke a credential')
    .description(
      'Revokes a credential, and prints the zookie from which it is refused.\nNodes refuse it once the bound on staleness has passed.',
    )
    .argument('<id>', 'its id, as `pemba credential list` shows it')
    .option('--json', 'print the zookie as JSON');
  addStoreOption(addConnectionOptions(addRecordOptions(command)));
  command.addHelpText('after', examples([['By its id:', 'pemba credential revoke k3v5m2xq7a4bz6yd']]));
  command.action((id: string, options: RevokeOptions) => revoke(context, id, options));
}

async function revoke(context: Context, id: string, options: RevokeOptions): Promise<void> {
  const response = await withClient(context, options, (client) =>
    client.revokeCredential({ id, ...storeOf(options), ...recordedOf(options) }),
  );
  if (options.json === true) answerJson(context, response);
  else answer(context, response.zookie);
}

function storeOf({ store }: CredentialOptions): { store?: string } {
  return store === undefined ? {} : { store };
}
