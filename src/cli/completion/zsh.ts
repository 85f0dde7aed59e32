/** The completion of zsh. */
import type { CommandShape, OptionShape, Place } from './describe-program.ts';

export function zshCompletion(commands: readonly CommandShape[]): string {
  return `#compdef pemba
# Completion of pemba for zsh. Put this into ~/.zshrc, after compinit:
#   source <(pemba completion zsh)

# What can follow the command $1.
_pemba_at() {
  subcommands=() options=() argument='' choices=()
  case "$1" in
${commands.map(commandCase).join('\n')}
  esac
}

# What the option $2 of the command $1 takes: nothing if \`argument\` is empty.
_pemba_value() {
  argument='' choices=()
  case "$1 $2" in
${commands.flatMap(({ path, options }) => options.flatMap((option) => optionCase(path, option))).join('\n')}
  esac
}

_pemba_place() {
  case "$argument" in
    choice) compadd -a choices ;;
    file) _files ;;
  esac
}

_pemba() {
  local at='pemba' argument word skip=''
  local -a subcommands options choices
  integer i
  for (( i = 2; i < CURRENT; i++ )); do
    word="\${words[i]}"
    if [[ -n $skip ]]; then
      skip=''
    elif [[ $word == -* ]]; then
      _pemba_value "$at" "$word"
      skip="$argument"
    else
      _pemba_at "$at"
      (( \${subcommands[(I)\${word}:*]} )) && at="$at $word"
    fi
  done
  if [[ \${words[CURRENT]} == --*=* ]]; then
    _pemba_value "$at" "\${words[CURRENT]%%=*}"
    compset -P '*='
    _pemba_place
    return
  fi
  _pemba_value "$at" "\${words[CURRENT-1]}"
  if [[ -n $argument ]]; then
    _pemba_place
    return
  fi
  _pemba_at "$at"
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe -o 'option' options
  elif (( \${#subcommands} )); then
    _describe 'command' subcommands
  else
    _pemba_place
  fi
}

# As a file in fpath this is the body of the function itself.
if [[ "\${funcstack[1]}" == _pemba ]]; then
  _pemba "$@"
else
  compdef _pemba pemba
fi
`;
}

function commandCase({ path, commands, options, argument }: CommandShape): string {
  const subcommands = commands.map(({ name, description }) => described(name, description));
  const names = options.flatMap((option) => option.names.map((name) => described(name, option.description)));
  return `    '${path}')
      subcommands=(${subcommands.join(' ')})
      options=(${names.join(' ')})${placeText(argument)}
      ;;`;
}

/** As \`_describe\` reads it. */
function described(name: string, description: string): string {
  return `'${name}:${description.replace(/'/g, "'\\''")}'`;
}

function optionCase(path: string, { names, value }: OptionShape): string[] {
  if (value === undefined) return [];
  return [`    ${names.map((name) => `'${path} ${name}'`).join(' | ')})${placeText(value)} ;;`];
}

function placeText(place: Place | undefined): string {
  if (place === undefined) return '';
  return place.kind === 'choice'
    ? ` argument='choice' choices=(${place.choices.join(' ')})`
    : ` argument='${place.kind}'`;
}
