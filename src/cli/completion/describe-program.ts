/** What there is to complete, read off the program itself, so that nothing can be forgotten. */
import type { Argument, Command, Option } from 'commander';

/** What stands in a place: one of some words, the name of a file, or what only the user knows. */
export type Place = { kind: 'choice'; choices: readonly string[] } | { kind: 'file' } | { kind: 'any' };

export interface OptionShape {
  /** Such as `--json`; the short form second, if there is one. */
  names: string[];
  description: string;
  /** Undefined for a switch. */
  value: Place | undefined;
}

export interface CommandShape {
  /** The words that lead to it, such as `pemba schema check`. */
  path: string;
  commands: { name: string; description: string }[];
  options: OptionShape[];
  /** What its arguments are; undefined if it takes none. */
  argument: Place | undefined;
}

/** Every command, each before its own. */
export function describeProgram(program: Command): CommandShape[] {
  return describe(program, program.name());
}

function describe(command: Command, path: string): CommandShape[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const names = commands.map((each) => each.name());
  const shape: CommandShape = {
    path,
    commands: commands.map((each) => ({
      name: each.name(),
      description: firstLine(help.subcommandDescription(each)),
    })),
    options: help.visibleOptions(command).map(describeOption),
    argument: describeArguments(command.registeredArguments),
  };
  return [shape, ...commands.flatMap((each) => below(each, path, names))];
}

/** `help` is a command that commander makes up: its argument is one of those beside it. */
function below(command: Command, path: string, siblings: readonly string[]): CommandShape[] {
  const shapes = describe(command, `${path} ${command.name()}`);
  const isHelp = command.name() === 'help' && command.parent === null;
  const [shape] = shapes;
  if (!isHelp || shape === undefined) return shapes;
  const choices = siblings.filter((name) => name !== 'help');
  return [{ ...shape, options: [], argument: { kind: 'choice', choices } }];
}

function describeOption(option: Option): OptionShape {
  const names = [option.long, option.short].filter((name) => name !== undefined);
  const isValued = option.required || option.optional;
  return {
    names,
    description: firstLine(option.description),
    value: isValued ? placeOf(option.argChoices, option.flags) : undefined,
  };
}

/** All arguments of a command are of one kind, as far as anybody can complete them. */
function describeArguments(all: readonly Argument[]): Place | undefined {
  const [first] = all;
  return first === undefined ? undefined : placeOf(first.argChoices, `<${first.name()}>`);
}

function placeOf(choices: readonly string[] | undefined, placeholder: string): Place {
  if (choices !== undefined) return { kind: 'choice', choices: choices.map(assertPlain) };
  return /<(?:file|directory|path)>/.test(placeholder) ? { kind: 'file' } : { kind: 'any' };
}

/** Choices go into scripts as they are. */
function assertPlain(choice: string): string {
  if (/^[\w.-]+$/.test(choice)) return choice;
  throw new TypeError(`the choice \`${choice}\` would need quotes in a shell`);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
