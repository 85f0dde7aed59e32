/** One shell, which runs the commands of a page one after the other. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './blocks.ts';

const STOP = '^C\n';

export interface Step {
  command: string;
  /** What it prints, `^C` included. */
  output: string;
}

/** The commands of a block. */
export function stepsOf(text: string): Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...rest] = step.split('\n');
      const end = rest.findIndex((line) => !line.startsWith('> '));
      const further = rest.slice(0, end).map((line) => line.slice(2));
      return { command: [command, ...further].join('\n'), output: rest.slice(end).join('\n') };
    });
}

export class Session {
  private readonly shell: ChildProcess;
  private printed = '';
  private onPrinted: () => void = () => undefined;

  /** @param folder where the commands are run @param address of the service they ask */
  constructor(folder: string, address: string) {
    this.shell = spawn('sh', [], {
      cwd: folder,
      // A group of its own, to be interrupted as a terminal does it.
      detached: true,
      env: { PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8', PEMBA_ADDRESS: address },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.shell.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.printed += text;
      this.onPrinted();
    });
    const pemba = `'${process.execPath}' '${join(ROOT, 'dist/bin.js')}'`;
    this.send(`exec 2>&1; trap : INT; npx() { shift; ${pemba} "$@"; }`);
  }

  /** @returns what it printed; `^C` stands where it was interrupted, once it had printed as many lines as expected */
  async run({ command, output }: Step): Promise<string> {
    const end = `end-${randomBytes(8).toString('hex')}`;
    this.printed = '';
    // A command may not read the ones after it, and the next one may ask for this one's exit code.
    this.send(`{\n${command}\n} < /dev/null; code=$?; echo ${end}; (exit $code)`);
    const [before, after] = output.split(STOP);
    if (after === undefined) return (await this.until((text) => text.includes(end))).replace(`${end}\n`, '');
    const lines = (before ?? '').split('\n').length;
    const first = await this.until((text) => text.split('\n').length >= lines || text.includes(end));
    process.kill(-(this.shell.pid as number), 'SIGINT');
    const all = await this.until((text) => text.includes(end));
    return `${first}${STOP}${all.slice(first.length).replace(`${end}\n`, '')}`;
  }

  async stop(): Promise<void> {
    const ended = once(this.shell, 'close');
    // With all it may still run, after a test that was given up.
    process.kill(-(this.shell.pid as number), 'SIGKILL');
    await ended;
  }

  private send(text: string): void {
    this.shell.stdin?.write(`${text}\n`);
  }

  private until(isThere: (printed: string) => boolean): Promise<string> {
    return new Promise((resolve) => {
      this.onPrinted = () => {
        if (isThere(this.printed)) resolve(this.printed);
      };
      this.onPrinted();
    });
  }
}
