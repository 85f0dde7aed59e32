/** `pemba generate typescript` */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { PembaError } from '../../base/errors.ts';
import {
  addConnectionOptions,
  addStoreOption,
  type ConnectionOptions,
  withClient,
} from '../connection-options.ts';
import { type Context, note } from '../context.ts';
import { examples } from '../examples.ts';
import type { SchemaDeclaration } from '../parts.ts';
import { printDiagnostics } from '../print-diagnostics.ts';
import { nameOf, readInput } from '../read-input.ts';

interface GenerateOptions extends ConnectionOptions {
  store?: string;
  out?: string;
  name: string;
}

/** The types of a schema, and where it is from. */
interface Found {
  types: SchemaDeclaration[];
  origin: string;
}

/** What TypeScript does not take as the name of an interface. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'any bigint boolean never null number object string symbol undefined unknown void ' +
    'break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if implements import in instanceof interface let new package private protected public return static ' +
    'super switch this throw true try typeof var while with yield'
  ).split(' '),
);

export function addGenerateCommand(program: Command, context: Context): void {
  const generate = program
    .command('generate')
    .summary('write code from a schema')
    .description('Writes code from a schema.');
  const command = generate
    .command('typescript')
    .summary('write TypeScript types for the client')
    .description(
      'Writes a TypeScript module with the types of a schema, for `new PembaClient<Schema>(…)`: a wrong type, relation,\npermission or subject then does not compile. Asks the service for the schema in force unless a file is given.',
    )
    .argument('[file]', 'the schema file, or - for standard input')
    .option('--out <file>', 'write to this file, not to standard output')
    .option('--name <name>', 'what to call the type', parseName, 'Schema');
  addStoreOption(addConnectionOptions(command));
  command.addHelpText(
    'after',
    examples([
      ['From a file:', 'pemba generate typescript schema/lamin.pemba --out src/schema.ts'],
      ['From the schema in force:', 'pemba generate typescript > src/schema.ts'],
    ]),
  );
  command.action((file: string | undefined, options: GenerateOptions) =>
    generateTypescript(context, file, options),
  );
}

async function generateTypescript(
  context: Context,
  file: string | undefined,
  options: GenerateOptions,
): Promise<void> {
  const found = file === undefined ? await fromService(context, options) : await fromFile(context, file);
  if (found === undefined) return;
  const text = await context.parts.generate.typescript(found.types, {
    name: options.name,
    origin: found.origin,
  });
  if (options.out === undefined) {
    context.io.stdout.write(text);
    return;
  }
  await writeOut(options.out, text);
  note(context, `wrote ${options.out}`);
}

async function fromService(context: Context, options: GenerateOptions): Promise<Found> {
  const { store } = options;
  const { types, version } = await withClient(context, options, (client) =>
    client.readSchema(store === undefined ? {} : { store }),
  );
  return { types, origin: `version ${version} of the schema of store \`${store ?? 'default'}\`` };
}

/** @returns undefined if the schema has errors, which are then printed */
async function fromFile(context: Context, file: string): Promise<Found | undefined> {
  const { io, parts } = context;
  const text = await readInput(io, file);
  const { types, diagnostics } = await parts.generate.declare({ path: nameOf(file), text });
  if (types !== undefined) return { types, origin: `\`${basename(nameOf(file))}\`` };
  printDiagnostics(io.stderr, io.env, text, diagnostics);
  context.exitCode = 1;
  return undefined;
}

async function writeOut(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    throw new PembaError('FILE_UNREADABLE', `cannot write \`${path}\`: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function parseName(name: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED.has(name)) return name;
  throw new InvalidArgumentError('Expected the name of a type in TypeScript, such as `Schema`.');
}
