/** Runs the command line in this process, and keeps what it prints. */
import type { Parts } from '../../src/cli/parts.ts';
import { runCli } from '../../src/cli/run-cli.ts';

export interface Run {
  code: number;
  out: string;
  err: string;
}

export interface Setting {
  env?: Record<string, string>;
  stdin?: string;
  parts?: Partial<Parts>;
  isTTY?: boolean;
  /** Aborted when the command is told to stop. */
  interruption?: AbortSignal;
  /** Called with what is written to standard output, as it is written. */
  onOut?: (text: string) => void;
}

/** Parts that a test does not expect to be used. */
const UNUSED: Parts = {
  version: '1.2.3',
  serve: {
    describe: () => Promise.reject(new Error('serve was described')),
    run: () => Promise.reject(new Error('serve was run')),
  },
  checkSchema: () => Promise.reject(new Error('a schema was compiled')),
  generate: {
    declare: () => Promise.reject(new Error('a schema was compiled')),
    typescript: () => Promise.reject(new Error('code was written')),
  },
  author: {
    format: () => Promise.reject(new Error('a schema was formatted')),
    draw: () => Promise.reject(new Error('a schema was drawn')),
    serveLanguage: () => Promise.reject(new Error('a language was served')),
    test: () => Promise.reject(new Error('a test was run')),
  },
};

export async function run(argv: readonly string[], setting: Setting = {}): Promise<Run> {
  const { env = {}, stdin = '', parts = {}, isTTY = false, onOut } = setting;
  const interruption = setting.interruption ?? new AbortController().signal;
  const printed = { out: '', err: '' };
  const output = (name: 'out' | 'err') => ({
    isTTY,
    columns: 100,
    write: (text: string) => {
      printed[name] += text;
      if (name === 'out') onOut?.(text);
    },
  });
  const io = {
    argv,
    env,
    stdin: Object.assign(lines(stdin), { isTTY }),
    stdout: output('out'),
    stderr: output('err'),
    interruption: () => interruption,
  };
  return { code: await runCli(io, { ...UNUSED, ...parts }), ...printed };
}

async function* lines(text: string): AsyncGenerator<string> {
  yield* text.match(/.{1,7}/gs) ?? [];
}
