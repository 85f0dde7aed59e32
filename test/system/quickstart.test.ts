/** The words of the README, typed into a copy of the repository: `npm start`, and `npx pemba` in a second terminal. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { copyFile, lstat, mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { processesOf, signal, waitUntil } from '../../src/embedded/processes.ts';
import { cleanUp, temporaryDirectory } from '../embedded/workbench.ts';
import { tell } from '../support/tell.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
/** `npm start` compiles first. */
const START_MS = 120_000;
/** Nothing of this comes from a registry: were the command not found here, it must not be looked for there. */
const ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  TMPDIR: process.env.TMPDIR ?? '/tmp',
  npm_config_offline: 'true',
  npm_config_update_notifier: 'false',
};

/** Where the copy is. */
let copy: string;
/** Where its data comes to be. */
let data: string;

/** Every file that git knows or would add, beside the packages that are installed here. */
beforeAll(async () => {
  // Node has to be able to load from it, and the user of Postgres to get to the data.
  copy = await temporaryDirectory();
  data = join(copy, 'data');
  const list = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', list, { cwd: ROOT, maxBuffer: 1 << 26 });
  for (const file of stdout.split('\0')) {
    // One that was removed without telling git is not there.
    if (!(await lstat(join(ROOT, file)).catch(() => undefined))?.isFile()) continue;
    await mkdir(dirname(join(copy, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(copy, file));
  }
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});

interface Start {
  npm: ChildProcess;
  ended: Promise<number | NodeJS.Signals>;
  readonly said: string;
}

const groups: number[] = [];
afterAll(async () => {
  for (const group of groups) signal(-group, 'SIGKILL');
  await cleanUp();
});

/** Types `npm start -- ARGUMENTS`: npm, its shell and the server are a process group, as they are on a terminal. */
function npmStart(...more: string[]): Start {
  const npm = spawn('npm', ['start', ...(more.length === 0 ? [] : ['--', ...more])], {
    cwd: copy,
    // What a terminal would bring: the greeting in place of log lines. The usual port may be taken on this machine.
    env: { ...ENVIRONMENT, PEMBA_LISTEN: '127.0.0.1:0', PEMBA_LOG_FORMAT: 'text' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  if (npm.pid !== undefined) groups.push(npm.pid);
  let said = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    npm.once('close', (code, by) => resolve(code ?? by ?? -1));
  });
  return {
    npm,
    ended,
    get said() {
      return said;
    },
  };
}

/** Waits for the greeting, and returns the address in it. */
async function greeted(start: Start): Promise<string> {
  const began = performance.now();
  const isOver = (): boolean => start.npm.exitCode !== null || start.said.includes('npx pemba --help');
  await waitUntil(isOver, START_MS);
  const address = /^Pemba listens at (\S+:\d+)$/m.exec(start.said)?.[1];
  if (address === undefined) throw new Error(`no greeting:\n${start.said}`);
  tell(`npm start took ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return address;
}

/** What the sessions of the README say that their commands print. */
function sessions(): [string, string][] {
  const fences = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  const steps = fences.join('').split(/^\$ /m).slice(1);
  return steps.map((step) => [step.slice(0, step.indexOf('\n')), step.slice(step.indexOf('\n') + 1)]);
}

/** Types a command of the README into a second terminal. */
function type(command: string, address: string): Promise<string> {
  const env = { ...ENVIRONMENT, PEMBA_ADDRESS: address };
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd: copy, env }, (_, stdout, stderr) =>
      resolve(stdout + stderr.replace(/^npm warn .*\n/gm, '')),
    );
  });
}

/** Ends it as the terminal does, and sees to it that nothing is left. @param home of the data */
async function end({ npm, ended }: Start, by: NodeJS.Signals, home = data): Promise<number | NodeJS.Signals> {
  const group = npm.pid as number;
  signal(-group, by);
  const outcome = await ended;
  // The server may outlive npm by the moment that stopping takes; its pipes are closed, though.
  expect(await waitUntil(() => !groupExists(group), 10_000)).toBe(true);
  expect(await processesOf(join(home, 'postgres'), undefined)).toEqual([]);
  return outcome;
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** The process group of a process, by Linux. */
async function groupOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

it('starts by `npm start`, answers `npx pemba` as the README says, and does so again after a restart', async () => {
  expect(readme).toMatch(/^npm ci && npm start$/m);
  expect(sessions().length).toBeGreaterThan(5);

  const first = npmStart();
  let address = await greeted(first);
  expect(first.said).toContain(`its data is in ${data}\n`);
  expect(first.said).toContain('has been filled');
  for (const [command, output] of sessions()) expect(await type(command, address)).toBe(output);
  await type("npx pemba write 'instance:lab#reader@user:dorothy'", address);
  tell(`npm ended with ${await end(first, 'SIGINT')} after SIGINT`);

  const second = npmStart();
  address = await greeted(second);
  expect(second.said).not.toContain('has been filled');
  for (const [command, output] of sessions().slice(0, 4)) expect(await type(command, address)).toBe(output);
  // What was written at the first start is still there.
  expect(await type("npx pemba check 'space:ml#read@user:dorothy'", address)).toBe('allowed\n');

  const third = npmStart();
  expect(await third.ended, third.said).toBe(1);
  const [, directory, pid] =
    /the data directory `(.*)` is in use by another Pemba, process (\d+);/.exec(third.said) ?? [];
  expect(directory, third.said).toBe(data);
  expect(await groupOf(Number(pid))).toBe(second.npm.pid);
  // The one that runs has not noticed.
  expect(await type("npx pemba check 'space:ml#read@user:dorothy'", address)).toBe('allowed\n');
  tell(`npm ended with ${await end(second, 'SIGTERM')} after SIGTERM`);

  // Another model, in data of its own; it does not touch the first.
  const home = `${data}-ptolemy`;
  const fourth = npmStart('--model', 'ptolemy');
  address = await greeted(fourth);
  expect(fourth.said).toContain(`its data is in ${home}\n`);
  const asked = [...fourth.said.matchAll(/(npx pemba check .+)$/gm)].map(([, command]) => command);
  expect(await Promise.all(asked.map((command) => type(command, address)))).toEqual([
    'allowed\n',
    'denied\n',
  ]);
  await end(fourth, 'SIGINT', home);
  const fifth = npmStart('--model', 'ptolemy', '--data', data);
  expect(await fifth.ended, fifth.said).toBe(1);
  expect(fifth.said).toContain(`the store \`default\` in ${data} holds the schema \`lamin\` already`);
}, 600_000);
