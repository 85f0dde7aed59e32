import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadServeConfig } from '../../src/config/load-serve-config.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIN = join(ROOT, 'dist/bin.js');
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const scripts = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')).scripts as Record<
  string,
  string
>;

/** The code fences of one language, without the fences. */
function fences(language: string): string[] {
  return [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text]) =>
    name === language ? [text] : [],
  );
}

interface Step {
  command: string;
  output: string;
}

/** The commands of the sessions, with what the README says they print. */
function steps(): Step[] {
  return fences('console')
    .join('')
    .split(/^\$ /m)
    .slice(1)
    .map((text) => {
      const [command, ...output] = text.split('\n');
      return { command, output: output.join('\n') };
    });
}

/** Runs a command as a shell would, with `npx pemba` standing for the command line as built. */
function run(command: string, address: string): Promise<string> {
  const line = command.replace(/^npx pemba/, `"${process.execPath}" "${BIN}"`);
  return new Promise((resolve) => {
    execFile(
      'sh',
      ['-c', line],
      { cwd: ROOT, env: { ...process.env, PEMBA_ADDRESS: address } },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}

describe('the README', () => {
  let directory: string;
  let server: ChildProcess;
  let greeting = '';
  let address = '';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pemba-readme-'));
    // Postgres does not run as root, so another user has to get there.
    await chmod(directory, 0o755);
    const [, ...args] = (scripts.start ?? '').split(' ');
    const more = ['--data', join(directory, 'data'), '--listen', '127.0.0.1:0', '--log-format', 'text'];
    server = spawn(process.execPath, [...args, ...more], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const chunk of server.stdout ?? []) {
      greeting += chunk;
      if (greeting.includes('--help')) break;
    }
    address = /listens at (\S+)/.exec(greeting)?.[1] ?? '';
  });

  afterAll(async () => {
    server.kill('SIGTERM');
    await once(server, 'exit');
    await rm(directory, { recursive: true, force: true });
  });

  it('starts with a command that says what to type next, and that works', async () => {
    const commands = [...greeting.matchAll(/^ {2}PEMBA_ADDRESS=\S+ (npx pemba .*)$/gm)].map(
      ([, command]) => command,
    );
    expect(commands[0]).toBe("npx pemba check 'space:curation#write@user:ada'");
    for (const command of commands) expect(await run(command, address)).not.toMatch(/^error/m);
  });

  it('has sessions to run', () => {
    expect(steps().length).toBeGreaterThan(5);
    expect(steps()[0]).toEqual({
      command: "npx pemba check 'space:curation#write@user:ada'",
      output: 'allowed\n',
    });
    expect(steps()[1].output).toBe('denied\n');
  });

  it.each(steps())('shows what $command prints', async ({ command, output }) => {
    expect(await run(command, address)).toBe(output);
  });

  it('has a program to run, which says what it prints', async () => {
    const [program, ...more] = fences('js');
    expect(more).toEqual([]);
    const expected = /\/\/ (ANSWER_\w+)$/m.exec(program)?.[1];
    const file = join(directory, 'program.mjs');
    await writeFile(file, program);
    // from standard input, for the packages it imports are looked for from where it is run
    const output = await run(`"${process.execPath}" --input-type=module < "${file}"`, address);
    expect(output).toBe(`${expected}\n`);
  });

  it('starts a second service as it says', async () => {
    const flags = /`npm start -- ([^`]+)`/.exec(readme)?.[1].split(' ') ?? [];
    const { listen, data } = parseArgs({
      args: flags,
      options: { listen: { type: 'string' }, data: { type: 'string' } },
    }).values;
    expect(loadServeConfig({ listen, data, open: true }, {}).listen.port).not.toBe(50_051);
    expect(readme).toContain(`PEMBA_ADDRESS=${listen}`);
  });

  it.each(fences('pemba'))('has a schema that compiles', async (text) => {
    const { diagnostics } = await compileSchema({ path: 'README.md', text });
    expect(diagnostics.filter((each) => each.severity === 'error')).toEqual([]);
  });

  it('names files that are there', async () => {
    for (const [, path] of readme.matchAll(/\]\(([^)#:]+)\)/g)) {
      if (path.includes('.')) await readFile(join(ROOT, path));
    }
  });
});
