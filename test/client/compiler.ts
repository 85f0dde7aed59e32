/** Compiles pieces of TypeScript against the public types of the package, in memory. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { must } from '../../src/base/assert.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
  paths: { pemba: [join(ROOT, 'src/index.ts')] },
};

/** The path of a file that is only here. */
const placeOf = (name: string): string => join(ROOT, 'test/client', name);

/** An editor's view of files that import `pemba` and each other. */
export class Compiler {
  private readonly service: ts.LanguageService;
  private readonly files: Map<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.files = new Map(Object.entries(files).map(([name, text]) => [placeOf(name), text]));
    const { files: own } = this;
    this.service = ts.createLanguageService({
      getCompilationSettings: () => OPTIONS,
      getScriptFileNames: () => [...own.keys()],
      getScriptVersion: () => '1',
      getScriptSnapshot: (path) => {
        const text = own.get(path) ?? ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => ROOT,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: (path) => own.has(path) || ts.sys.fileExists(path),
      readFile: (path) => own.get(path) ?? ts.sys.readFile(path),
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
  }

  /** What does not compile: lines, counted from 1, with what is said about them. */
  errors(name: string): Map<number, string> {
    const path = placeOf(name);
    const diagnostics = [
      ...this.service.getSyntacticDiagnostics(path),
      ...this.service.getSemanticDiagnostics(path),
    ];
    return new Map(
      diagnostics.map(({ start = 0, messageText }) => [
        this.textOf(path).slice(0, start).split('\n').length,
        ts.flattenDiagnosticMessageText(messageText, '\n'),
      ]),
    );
  }

  /** What an editor offers where `marker` stands. */
  completions(name: string, marker: string): string[] {
    const path = placeOf(name);
    const place = this.textOf(path).indexOf(marker) + marker.length;
    return (this.service.getCompletionsAtPosition(path, place, {})?.entries ?? []).map((entry) => entry.name);
  }

  dispose(): void {
    this.service.dispose();
  }

  private textOf(path: string): string {
    return must(this.files.get(path), path);
  }
}
