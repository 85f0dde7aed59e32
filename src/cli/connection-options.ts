/** The options of every command that calls a service, and the client made of them. */
import { type Command, Option } from 'commander';
import { PembaError } from '../base/errors.ts';
import type { TlsOptions } from '../client/channel-credentials.ts';
import type { PembaClient } from '../client/client.ts';
import type { Context } from './context.ts';
import { parseDuration } from './parse-option.ts';
import { readInput } from './read-input.ts';

const GROUP = 'Connection:';
const DEFAULT_ADDRESS = '127.0.0.1:50051';

export interface ConnectionOptions {
  address?: string;
  tokenFile?: string;
  tls?: boolean;
  tlsCa?: string;
  tlsCert?: string;
  tlsKey?: string;
  /** In milliseconds. */
  timeout?: number;
}

/** Adds the options of the connection. */
export function addConnectionOptions(command: Command): Command {
  const options = [
    new Option(
      '--address <host:port>',
      `where the service listens (default: ${DEFAULT_ADDRESS}; env: PEMBA_ADDRESS)`,
    ),
    new Option('--token-file <file>', 'file that holds the token (env: PEMBA_TOKEN holds the token itself)'),
    new Option('--tls', 'connect with TLS, trusting the authorities this system trusts'),
    new Option('--tls-ca <file>', 'connect with TLS, trusting the authority in this PEM file'),
    new Option('--tls-cert <file>', 'certificate of this client, for services that ask for one (mTLS)'),
    new Option('--tls-key <file>', 'its private key'),
    new Option(
      '--timeout <duration>',
      'how long a call may take, such as 500ms or 1m (default: 10s)',
    ).argParser(parseDuration),
  ];
  for (const option of options) command.addOption(option.helpGroup(GROUP));
  return command;
}

/** Adds the option that names the store. */
export function addStoreOption(command: Command): Command {
  const option = new Option('--store <name or id>', 'the store to ask (default: default)');
  return command.addOption(option.helpGroup(GROUP));
}

/** Calls `use` with a client, and closes it. */
export async function withClient<T>(
  context: Context,
  options: ConnectionOptions,
  use: (client: PembaClient) => Promise<T>,
): Promise<T> {
  const token = await readToken(context, options);
  const tls = await readTls(context, options);
  // Imported here, for gRPC takes longer to import than all else a command does.
  const { connect } = await import('../client/client.ts');
  const client = connect({
    address: options.address ?? nonEmpty(context.io.env.PEMBA_ADDRESS) ?? DEFAULT_ADDRESS,
    ...(token === undefined ? {} : { token }),
    ...(tls === undefined ? {} : { tls }),
    ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
  });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

/** A token is never an option: those are visible in the list of processes. */
async function readToken({ io }: Context, { tokenFile }: ConnectionOptions): Promise<string | undefined> {
  if (tokenFile === undefined) return nonEmpty(io.env.PEMBA_TOKEN);
  const token = nonEmpty((await readInput(io, tokenFile)).trim());
  if (token === undefined)
    throw new PembaError('CONFIG_INVALID', `--token-file \`${tokenFile}\`: the file is empty`);
  return token;
}

async function readTls({ io }: Context, options: ConnectionOptions): Promise<TlsOptions | true | undefined> {
  const { tls, tlsCa, tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    const [given, missing] =
      tlsCert === undefined ? ['--tls-key', '--tls-cert'] : ['--tls-cert', '--tls-key'];
    throw new PembaError('CONFIG_INVALID', `${given} needs ${missing}`);
  }
  if (tlsCa === undefined && tlsCert === undefined) return tls === true ? true : undefined;
  const files = { ca: tlsCa, cert: tlsCert, key: tlsKey };
  const read = await Promise.all(
    Object.entries(files).flatMap(([name, path]) =>
      path === undefined ? [] : [readInput(io, path).then((text) => [name, text] as const)],
    ),
  );
  return Object.fromEntries(read);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
