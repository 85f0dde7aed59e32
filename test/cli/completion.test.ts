import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { bashCompletion } from '../../src/cli/completion/bash.ts';
import type { CommandShape } from '../../src/cli/completion/describe-program.ts';
import { fishCompletion } from '../../src/cli/completion/fish.ts';
import { zshCompletion } from '../../src/cli/completion/zsh.ts';
import { run } from './command-line.ts';
import { useWorkbench } from './workbench.ts';

const bench = useWorkbench();

const serve = {
  describe: () =>
    Promise.resolve({
      flags: [
        { flags: '--listen <host:port>', description: "where it's to listen: here", group: 'Listening:' },
        { flags: '--data <directory>', description: 'where', group: 'Data:' },
        { flags: '--open', description: 'no credentials', group: 'Listening:' },
      ],
      variables: [],
    }),
  run: () => Promise.reject(new Error('serve was run')),
};

async function script(shell: string): Promise<string> {
  const { code, out, err } = await run(['completion', shell], { parts: { serve } });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return bench.file(`completion.${shell}`, out);
}

interface Shell {
  name: string;
  /** Prints what it would offer after the words, one a line. */
  program: (path: string, words: readonly string[]) => string;
}

const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replace(/'/g, "'\\''")}'`).join(' ');

const SHELLS: Shell[] = [
  {
    name: 'bash',
    program: (path, words) => `source ${path}
      complete -p pemba >/dev/null || exit 9
      COMP_WORDS=(${quoted(words)}) COMP_CWORD=${words.length - 1}
      _pemba 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  {
    name: 'zsh',
    // What zsh does with the answers is shown instead of done.
    program: (path, words) => `compdef() { [[ "$*" == '_pemba pemba' ]] || exit 9 }
      source ${path}
      words=(${quoted(words)}); CURRENT=${words.length}
      typed=$words[CURRENT]
      offer() { for each in "$@"; do [[ $each == $typed* ]] && print -r -- "$each"; done; true }
      _describe() { local all=("\${(@P)@[-1]}"); offer "\${(@)all%%:*}" }
      compadd() { offer "\${(@P)2}" }
      compset() { typed=\${typed#*=} }
      _files() { offer *(N) }
      _pemba`,
  },
  {
    name: 'fish',
    program: (path, words) => `source ${path}
      complete -C ${quoted([words.join(' ')])} | string replace -r '\\t.*' '' | string replace -r '^--[a-z]+=' ''; true`,
  },
];

const installed = SHELLS.filter(({ name }) => spawnSync(name, ['-c', 'exit 0']).status === 0);

function offered({ name, program }: Shell, path: string, words: readonly string[]): string[] {
  const options = { fish: ['-N'], zsh: ['-f'] }[name] ?? [];
  const out = execFileSync(name, [...options, '-c', program(path, words)], {
    cwd: bench.folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: bench.folder, LANG: 'C.UTF-8' },
  });
  return out
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}

/** bash hands over `--level=w` in three words. */
const split = (shell: Shell, words: string[]): string[] =>
  shell.name === 'bash'
    ? words.flatMap((word) =>
        word.startsWith('--') ? word.split(/(=)/).filter((part) => part !== '') : word,
      )
    : words;

it('bash is here to be tried', () => {
  expect(installed.map(({ name }) => name)).toContain('bash');
});

describe.each(installed)('the completion of $name', (shell) => {
  it.each([
    [['sch'], ['schema']],
    [['help', 'loo'], ['lookup']],
    [
      ['lookup', ''],
      ['help', 'permissions', 'resources', 'subjects'],
    ],
    [
      ['check', '--at'],
      ['--at-exact-snapshot', '--at-least-as-fresh', '--at-time'],
    ],
    [['--store', 'x', 'sto'], ['store']],
    // The value of an option is no command.
    [['credential', 'create', '--level', 'gov'], ['governed_write']],
    [['credential', 'create', '--level=gov'], ['governed_write']],
    [
      ['credential', 'create', '--level='],
      ['admin', 'governed_write', 'read', 'write'],
    ],
    [['check', '--store', 'schema', '--js'], ['--json']],
    [['write', '--file', 'part'], ['part.tuples']],
    [['import', 'part'], ['part.tuples']],
    [['serve', '--data', 'part'], ['part.tuples']],
    [['serve', '--li'], ['--listen']],
    [
      ['completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
    // What only the user knows is not guessed.
    [['check', 'part'], []],
    [['read', '--store', 'part'], []],
  ])('after %j offers %j', async (words, expected) => {
    bench.file('part.tuples', '');
    expect(offered(shell, await script(shell.name), split(shell, ['pemba', ...words]))).toEqual(expected);
  });
});

/** Groups of commands have no options yet; the scripts are ready for them. */
const GROUP: CommandShape[] = [
  {
    path: 'pemba',
    commands: [{ name: 'store', description: '' }],
    options: [{ names: ['--in'], description: '', value: { kind: 'any' } }],
    argument: undefined,
  },
  {
    path: 'pemba store',
    commands: [],
    options: [{ names: ['--all'], description: '', value: undefined }],
    argument: undefined,
  },
];
const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

it.each(installed)('the completion of $name takes the value of an option for no command', (shell) => {
  const path = bench.file(`group.${shell.name}`, SCRIPTS[shell.name as keyof typeof SCRIPTS](GROUP));
  expect(offered(shell, path, ['pemba', 'store', '--'])).toEqual(['--all']);
  expect(offered(shell, path, ['pemba', '--in', 'store', '--'])).toEqual(['--in']);
});

it('knows every command and every option there is', async () => {
  const { out } = await run(['completion', 'bash', '--json'], { parts: { serve } });
  const shapes = JSON.parse(out) as {
    path: string;
    commands: { name: string }[];
    options: { names: string[] }[];
  }[];
  const paths = shapes.map(({ path }) => path);
  for (const { path, commands, options } of shapes) {
    for (const { name } of commands)
      expect(paths, path).toContain(`${path} ${name}`.replace(/ \S+ help$/, ' help'));
    if (path.endsWith(' help')) continue;
    // The help of each command is the judge of what there is.
    const help = (await run([...path.split(' ').slice(1), '--help'], { parts: { serve } })).out;
    const named = [...help.matchAll(/^ {2}(?:-\w, )?(--[a-z][a-z-]*)/gm)].map(([, name]) => name);
    expect(
      options
        .flatMap(({ names }) => names)
        .filter((name) => name.startsWith('--'))
        .sort(),
    ).toEqual(named.sort());
  }
  expect(paths).toContain('pemba lookup resources');
  expect(paths).toContain('pemba schema check');
});

it('refuses a shell it does not know', async () => {
  const { code, err } = await run(['completion', 'csh']);
  expect(code).toBe(1);
  expect(err).toContain('Allowed choices are bash, zsh, fish.');
});
