import type { CstNode } from 'langium';
import type { Diagnostic } from './diagnostic.ts';

/** A stretch of text; lines and characters count from 0, the end is exclusive (as in LSP). */
export interface TextRange {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

/** What a finding may carry beside its message. */
export interface Hints {
  /** What was probably meant; the message gets `; did you mean …?` from it. */
  suggestion?: string | undefined;
}

/** Collects what the stages have to say about one file. */
export class Report {
  readonly path: string;
  #diagnostics: Diagnostic[] = [];

  constructor(path: string) {
    this.path = path;
  }

  /** @param where a place, or a node of the syntax tree; undefined stands for the start of the file */
  error(where: TextRange | CstNode | undefined, code: string, message: string, hints: Hints = {}): void {
    this.#diagnostics.push(this.#diagnostic('error', where, code, message, hints));
  }

  warning(where: TextRange | CstNode | undefined, code: string, message: string, hints: Hints = {}): void {
    this.#diagnostics.push(this.#diagnostic('warning', where, code, message, hints));
  }

  /** Takes back the warnings about what an error in the same place is about already. */
  silenceWhereErrors(): void {
    const placeOf = (d: Diagnostic): string => `${d.line}:${d.column}`;
    const errors = new Set(this.#diagnostics.filter((d) => d.severity === 'error').map(placeOf));
    this.silence((warning) => errors.has(placeOf(warning)));
  }

  /** Takes back the warnings that `isSilenced` picks. */
  silence(isSilenced: (warning: Diagnostic) => boolean): void {
    this.#diagnostics = this.#diagnostics.filter((d) => d.severity === 'error' || !isSilenced(d));
  }

  hasErrors(): boolean {
    return this.#diagnostics.some((d) => d.severity === 'error');
  }

  /** Everything reported so far, by position; what stands in one place keeps the order of the stages. */
  sorted(): Diagnostic[] {
    return this.#diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }

  #diagnostic(
    severity: Diagnostic['severity'],
    where: TextRange | CstNode | undefined,
    code: string,
    message: string,
    { suggestion }: Hints,
  ): Diagnostic {
    const { start, end } = rangeOf(where);
    return {
      severity,
      code,
      file: this.path,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
      message: suggestion === undefined ? message : `${message}; did you mean \`${suggestion}\`?`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }
}

const FILE_START: TextRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function rangeOf(where: TextRange | CstNode | undefined): TextRange {
  if (where === undefined) return FILE_START;
  return 'range' in where ? where.range : where;
}
