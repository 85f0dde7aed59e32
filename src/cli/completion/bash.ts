/** The completion of bash, version 3.2 and newer. */
import type { CommandShape, OptionShape, Place } from './describe-program.ts';

export function bashCompletion(commands: readonly CommandShape[]): string {
  return `# Completion of pemba for bash. Put this into ~/.bashrc:
#   source <(pemba completion bash)

# What can follow the command $1.
_pemba_at() {
  words='' options='' argument='' choices=''
  case "$1" in
${commands.map(commandCase).join('\n')}
  esac
}

# What the option $2 of the command $1 takes: nothing if \`argument\` is empty.
_pemba_value() {
  argument='' choices=''
  case "$1 $2" in
${commands.flatMap(({ path, options }) => options.flatMap((option) => optionCase(path, option))).join('\n')}
  esac
}

_pemba_reply() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("$line"); done
}

# Words for the place $1, of which \`$2\` is typed.
_pemba_place() {
  case "$1" in
    choice) _pemba_reply < <(compgen -W "$choices" -- "$2") ;;
    file)
      compopt -o filenames 2>/dev/null
      _pemba_reply < <(compgen -f -- "$2")
      ;;
  esac
}

_pemba() {
  local at='pemba' words options argument choices word skip='' i
  local cur="\${COMP_WORDS[COMP_CWORD]}" option="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ -n $skip ]]; then
      skip=''
      # bash takes \`--level=read\` apart: the value comes after the sign.
      [[ $word == '=' ]] && skip=1
    elif [[ $word == -* ]]; then
      _pemba_value "$at" "$word"
      skip="$argument"
    else
      _pemba_at "$at"
      [[ " $words " == *" $word "* ]] && at="$at $word"
    fi
  done
  if [[ $cur == '=' ]]; then
    cur=''
  elif [[ $option == '=' ]]; then
    option="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  _pemba_value "$at" "$option"
  if [[ -n $argument ]]; then
    _pemba_place "$argument" "$cur"
    return
  fi
  _pemba_at "$at"
  if [[ $cur == -* ]]; then
    _pemba_reply < <(compgen -W "$options" -- "$cur")
  elif [[ -n $words ]]; then
    _pemba_reply < <(compgen -W "$words" -- "$cur")
  else
    _pemba_place "$argument" "$cur"
  fi
}

complete -F _pemba pemba
`;
}

function commandCase({ path, commands, options, argument }: CommandShape): string {
  const words = commands.map(({ name }) => name).join(' ');
  const names = options.flatMap((option) => option.names).join(' ');
  return `    '${path}') words='${words}' options='${names}'${placeText(argument)} ;;`;
}

function optionCase(path: string, { names, value }: OptionShape): string[] {
  if (value === undefined) return [];
  return [`    ${names.map((name) => `'${path} ${name}'`).join(' | ')})${placeText(value)} ;;`];
}

function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  return place.kind === 'choice'
    ? ` argument='choice' choices='${place.choices.join(' ')}'`
    : ` argument='${place.kind}'`;
}
