/** The TypeScript of a page: one program, compiled against the package as it is, and run against its build. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { Compiler } from '../client/compiler.ts';
import { type Block, ROOT } from './blocks.ts';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
};

/**
 * What the compiler has to say about all blocks of a page together.
 *
 * @param folder with the modules that they may import
 */
export function compileErrors(blocks: readonly Block[], folder: string): string[] {
  const modules = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const files = Object.fromEntries(modules.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  const compiler = new Compiler({ ...files, 'page.ts': `${textOf(blocks)}\nexport {};\n` });
  const errors = [...compiler.errors('page.ts')].map(([line, message]) => `line ${line}: ${message}`);
  compiler.dispose();
  return errors;
}

/** Runs the blocks that are to be run. @returns what they print */
export function runProgram(blocks: readonly Block[], address: string): Promise<string> {
  const text = textOf(blocks.filter(({ words }) => words[0] !== 'compile')).replaceAll(
    '127.0.0.1:50051',
    address,
  );
  const { outputText } = ts.transpileModule(text, { compilerOptions: OPTIONS });
  return new Promise((resolve) => {
    // From standard input, for then `pemba` is looked for from the folder it is run in: it is the package itself.
    const child = execFile(
      process.execPath,
      ['--input-type=module'],
      { cwd: ROOT, env: { PATH: process.env.PATH ?? '', NO_COLOR: '1' } },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
    child.stdin?.end(outputText);
  });
}

const EXPECTED = /^(\s*console\.log\(.*\);) \/\/ (.*)$/gm;

/** What the comments behind `console.log` say. */
export function expectedOf(blocks: readonly Block[]): string {
  return blocks
    .filter(({ words }) => words[0] !== 'compile')
    .flatMap(({ text }) => [...text.matchAll(EXPECTED)].map(([, , output]) => `${output}\n`))
    .join('');
}

/** The text of a block with other comments. @param lines what was printed; those of this block are taken from it */
export function withPrinted({ text }: Block, lines: string[]): string {
  return text.replace(EXPECTED, (_, call: string) => `${call} // ${lines.shift() ?? ''}`);
}

function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ text }) => text).join('\n');
}
