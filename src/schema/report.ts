import type { CstNode } from 'langium';
import type { Diagnostic } from './diagnostic.ts';
import { pathOf } from './language/files.ts';

/** A stretch of text; lines and characters count from 0, the end is exclusive (as in LSP). */
export interface TextRange {
  /** The path of the file it stands in; the report's own if absent. */
  file?: string;
  start: { line: number; character: number };
  end: { line: number; character: number };
}

/** What a finding may carry beside its message. */
export interface Hints {
  /** What was probably meant; the message gets `; did you mean …?` from it. */
  suggestion?: string | undefined;
}

/** How many errors, and how many warnings, are told of one schema. */
const MOST_TOLD = 100;

/** What all files of a schema share. */
interface Findings {
  diagnostics: Diagnostic[];
  /** In the order in which they are reported. */
  paths: string[];
}

/** Collects what the stages have to say about a schema. */
export class Report {
  /** The file that ranges without one of their own stand in. */
  readonly path: string;
  readonly #findings: Findings;

  constructor(path: string, findings: Findings = { diagnostics: [], paths: [] }) {
    this.path = path;
    this.#findings = findings;
    if (!findings.paths.includes(path)) findings.paths.push(path);
  }

  /** The same report, for ranges in another file. Files are told of in the order of the first such call. */
  in(path: string): Report {
    return new Report(path, this.#findings);
  }

  /** @param where a place, or a node of the syntax tree; undefined stands for the start of the file */
  error(where: TextRange | CstNode | undefined, code: string, message: string, hints: Hints = {}): void {
    this.#findings.diagnostics.push(this.#diagnostic('error', where, code, message, hints));
  }

  warning(where: TextRange | CstNode | undefined, code: string, message: string, hints: Hints = {}): void {
    this.#findings.diagnostics.push(this.#diagnostic('warning', where, code, message, hints));
  }

  /** Takes back the warnings about what an error in the same place is about already. */
  silenceWhereErrors(): void {
    const placeOf = (d: Diagnostic): string => `${d.line}:${d.column}:${d.file}`;
    const errors = new Set(this.#findings.diagnostics.filter((d) => d.severity === 'error').map(placeOf));
    this.silence((warning) => errors.has(placeOf(warning)));
  }

  /** Takes back the warnings that `isSilenced` picks. */
  silence(isSilenced: (warning: Diagnostic) => boolean): void {
    const { diagnostics } = this.#findings;
    this.#findings.diagnostics = diagnostics.filter((d) => d.severity === 'error' || !isSilenced(d));
  }

  hasErrors(): boolean {
    return this.#findings.diagnostics.some((d) => d.severity === 'error');
  }

  /**
   * What was reported so far, file by file, by position; what stands in one place keeps the order of the stages. Of
   * many errors or warnings the first are told, and one more tells how many there are beside them.
   */
  sorted(): Diagnostic[] {
    const order = new Map(this.#findings.paths.map((path, i) => [path, i]));
    const byPosition = (a: Diagnostic, b: Diagnostic): number =>
      (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || a.line - b.line || a.column - b.column;
    const all = this.#findings.diagnostics.toSorted(byPosition);
    const told = [
      ...firstOf(all.filter((d) => d.severity === 'error')),
      ...firstOf(all.filter((d) => d.severity === 'warning')),
    ];
    // With nothing left out the stages keep their order where an error and a warning share a place.
    return told.some(isRest) ? told.sort(byPosition) : all;
  }

  #diagnostic(
    severity: Diagnostic['severity'],
    where: TextRange | CstNode | undefined,
    code: string,
    message: string,
    { suggestion }: Hints,
  ): Diagnostic {
    const { start, end } = rangeOf(where);
    const file = where === undefined ? undefined : 'range' in where ? pathOf(where) : where.file;
    return {
      severity,
      code,
      file: file ?? this.path,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
      message: suggestion === undefined ? message : `${message}; did you mean \`${suggestion}\`?`,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }
}

function isRest({ code }: Diagnostic): boolean {
  return code === 'too-many-errors' || code === 'too-many-warnings';
}

/** @param sorted diagnostics of one severity */
function firstOf(sorted: Diagnostic[]): Diagnostic[] {
  if (sorted.length <= MOST_TOLD) return sorted;
  const { severity, file, line, column, endLine, endColumn } = sorted[MOST_TOLD];
  const message = `… and ${sorted.length - MOST_TOLD} more ${severity}s from here on`;
  const code = `too-many-${severity}s`;
  return [...sorted.slice(0, MOST_TOLD), { severity, code, file, line, column, endLine, endColumn, message }];
}

const FILE_START: TextRange = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function rangeOf(where: TextRange | CstNode | undefined): TextRange {
  if (where === undefined) return FILE_START;
  return 'range' in where ? where.range : where;
}
