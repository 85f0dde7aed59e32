/** The completion of fish. */
import type { CommandShape, OptionShape, Place } from './describe-program.ts';

export function fishCompletion(commands: readonly CommandShape[]): string {
  const paths = commands.map(({ path }) => quoted(path));
  const valued = commands.flatMap(({ path, options }) =>
    options.flatMap(({ names, value }) =>
      value === undefined ? [] : names.map((name) => quoted(`${path} ${name}`)),
    ),
  );
  return `# Completion of pemba for fish. Put this into ~/.config/fish/config.fish:
#   pemba completion fish | source

set -g __pemba_paths ${paths.join(' ')}
set -g __pemba_valued ${valued.join(' ')}

# True if what is typed so far leads to the command $argv[1].
function __pemba_at
    set -l at pemba
    set -l skip no
    for word in (commandline -opc)[2..-1]
        if test $skip = yes
            set skip no
        else if string match -q -- '-*' $word
            contains -- "$at $word" $__pemba_valued; and set skip yes
        else if contains -- "$at $word" $__pemba_paths
            set at "$at $word"
        end
    end
    test "$at" = "$argv[1]"
end

complete -c pemba -e
complete -c pemba -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, commands, options, argument }: CommandShape): string[] {
  const start = `complete -c pemba -n '__pemba_at "${path}"'`;
  return [
    ...commands.map(({ name, description }) => `${start} -a ${name} -d ${quoted(description)}`),
    ...options.map((option) => `${start} ${optionText(option)} -d ${quoted(option.description)}`),
    ...(argument === undefined ? [] : argumentLines(start, argument)),
  ];
}

function optionText({ names, value }: OptionShape): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  if (value === undefined) return flags.join(' ');
  if (value.kind === 'choice') return `${flags.join(' ')} -x -a ${quoted(value.choices.join(' '))}`;
  return `${flags.join(' ')} ${value.kind === 'file' ? '-r -F' : '-x'}`;
}

function argumentLines(start: string, place: Place): string[] {
  if (place.kind === 'choice') return [`${start} -a ${quoted(place.choices.join(' '))}`];
  return place.kind === 'file' ? [`${start} -F`] : [];
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
