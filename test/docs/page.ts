/** A page with a node and a folder of its own, on which its blocks are run in their order. */
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTupleLines } from '../../src/model/tuple-lines.ts';
import { compileSchema } from '../../src/schema/compile-schema.ts';
import { type Block, pathOf, ROOT, readPage } from './blocks.ts';
import { compact } from './compact.ts';
import { callAsJson, messagesIn } from './json-calls.ts';
import { compileErrors, expectedOf, runProgram, withPrinted } from './program.ts';
import { Session, stepsOf } from './session.ts';
import { Varying } from './varying.ts';

type Answers = Awaited<ReturnType<typeof callAsJson>>;

/** What a block says, and what it would say if it were right. */
export interface Outcome {
  shown: string;
  found: string;
}

export class Page {
  private readonly name: string;
  private readonly folder: string;
  private readonly address: string;
  private readonly blocks: readonly Block[];
  private readonly session: Session;
  private readonly varying = new Varying();
  private request: { name: string; text: string } | undefined;
  /** By where they begin. */
  private readonly corrections = new Map<number, Outcome>();

  constructor(name: string, blocks: readonly Block[], folder: string, address: string) {
    this.name = name;
    this.blocks = blocks;
    this.folder = folder;
    this.address = address;
    // As in the README, commands are typed where the package is.
    symlinkSync(join(ROOT, 'schema'), join(folder, 'schema'));
    this.session = new Session(folder, address);
  }

  stop(): Promise<void> {
    return this.session.stop();
  }

  /** @throws if the page says nothing of how to run such a block */
  async run(block: Block): Promise<Outcome> {
    const runners: Record<string, (block: Block) => Promise<string>> = {
      console: (each) => this.console(each),
      pemba: (each) => this.schema(each),
      tuples: (each) => this.tuples(each),
      yaml: (each) => this.test(each),
      ts: (each) => this.program(each),
      js: (each) => this.program(each),
      json: (each) => this.call(each),
      // The system tests run it, which have Python.
      python: async ({ text }) => text,
      text: async ({ text }) => text,
    };
    const runner = runners[block.language];
    if (runner === undefined)
      throw new Error(`nothing runs \`${block.language}\`; what is not run is \`text\``);
    const outcome = { shown: block.text, found: await runner(block) };
    if (outcome.found !== outcome.shown) this.corrections.set(block.start, outcome);
    return outcome;
  }

  /** Writes what was found into the page. */
  correct(): void {
    let text = readPage(this.name);
    const fromTheEnd = [...this.corrections].sort(([a], [b]) => b - a);
    for (const [start, { shown, found }] of fromTheEnd)
      text = text.slice(0, start) + found + text.slice(start + shown.length);
    writeFileSync(pathOf(this.name), text);
  }

  private async console({ text }: Block): Promise<string> {
    let found = '';
    for (const step of stepsOf(text)) {
      const command = this.varying.toRun(step.command).replaceAll('127.0.0.1:50051', this.address);
      const printed = this.varying.toPage(await this.session.run({ ...step, command }), step.output);
      found += `$ ${step.command.replaceAll('\n', '\n> ')}\n${printed}`;
    }
    return found;
  }

  private async schema({ text, words }: Block): Promise<string> {
    const isWrong = words[0] === 'error';
    const { diagnostics } = await compileSchema({ path: words[0] ?? 'schema', text });
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
    if (isWrong === errors.length > 0) return this.write({ text, words: isWrong ? [] : words }, text);
    return isWrong ? '// it has no error\n' : `${text}// ${errors.join('; ')}\n`;
  }

  private async tuples(block: Block): Promise<string> {
    parseTupleLines(block.text, block.words[0] ?? 'tuples');
    return this.write(block, block.text);
  }

  /** A test file without a name is of the first schema on its page. */
  private async test({ text, words: [name] }: Block): Promise<string> {
    const file = name ?? `${this.name}.test.yaml`;
    this.write({ text, words: [file] }, '');
    const [, path] = /^schema: (\S+)/m.exec(text) ?? [];
    const schema = this.blocks.find(({ language }) => language === 'pemba');
    if (name === undefined && path !== undefined && schema !== undefined)
      this.write({ text: schema.text, words: [path] }, '');
    const printed = await this.session.run({ command: `npx pemba test ${file}`, output: '' });
    const code = await this.session.run({ command: 'echo $?', output: '' });
    return code === '0\n' ? text : `${text}# ${printed}`;
  }

  /** The last block of the page stands for the program of all; by then the modules that it imports are there. */
  private async program(block: Block): Promise<string> {
    const blocks = this.blocks.filter(({ language }) => language === block.language);
    if (block !== blocks.at(-1)) return block.text;
    const errors = block.language === 'js' ? [] : compileErrors(blocks, this.folder);
    if (errors.length > 0) return `${block.text}// ${errors.join('; ')}\n`;
    const printed = this.varying.toPage(await runProgram(blocks, this.address), expectedOf(blocks));
    if (printed === expectedOf(blocks)) return block.text;
    return this.correctProgram(blocks, printed);
  }

  private correctProgram(blocks: readonly Block[], printed: string): string {
    const lines = printed.split('\n').slice(0, -1);
    let last = '';
    for (const block of blocks) {
      const isLast = block === blocks.at(-1);
      const found = block.words[0] === 'compile' ? block.text : withPrinted(block, lines);
      if (isLast) last = found;
      else if (found !== block.text) this.corrections.set(block.start, { shown: block.text, found });
    }
    return `${last}${lines.length > 0 ? `// it also prints: ${lines.join('; ')}\n` : ''}`;
  }

  private async call({ text, words }: Block): Promise<string> {
    const [kind, name = ''] = words;
    if (kind === 'request') {
      this.request = { name, text: this.varying.toRun(text) };
      return text;
    }
    if (this.request === undefined) throw new Error('an answer without a request');
    const { name: asked, text: sent } = this.request;
    const shown: Answers = text.trim() === '' ? [] : messagesIn(text);
    const answers = await callAsJson(this.address, asked, JSON.parse(sent), Math.max(1, shown.length));
    const [all, expected] = [answers, shown].map((each) => each.map((one) => `${compact(one)}\n`).join(''));
    const found = this.varying.toPage(all ?? '', expected ?? '');
    return found === expected ? text : found;
  }

  private write<T>({ text, words }: Pick<Block, 'text' | 'words'>, outcome: T): T {
    if (words[0] !== undefined) writeFileSync(join(this.folder, words[0]), text);
    return outcome;
  }
}
