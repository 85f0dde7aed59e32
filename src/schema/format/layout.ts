/** Where lines break. */
import type { Body, FileOfStatements, Piece, Statement } from './statements.ts';
import type { Comment } from './tokens.ts';

export interface Line {
  indent: number;
  /** More than one only where the line is all of a statement that has columns. */
  cells: string[];
  /** Between the cells; the gap in front of the second cell is the first. */
  gaps: string[];
  /** A comment at its end. */
  trailing?: string;
  /** Lines of the same table have their columns aligned; undefined if it is of none. */
  table?: object;
}

const BLANK: Line = { indent: 0, cells: [], gaps: [] };

/** Statements that are longer are broken, so far as there are places for it. */
const LINE_WIDTH = 120;
const STEP = 2;

export function layOut({ statements, comments }: FileOfStatements): Line[] {
  const lines: Line[] = [];
  new Block(lines, 0).add(statements, true);
  addComments(lines, comments, 0, lines.length === 0);
  return lines;
}

class Block {
  readonly #lines: Line[];
  readonly #indent: number;

  constructor(lines: Line[], indent: number) {
    this.#lines = lines;
    this.#indent = indent;
  }

  /** @param apart whether a statement of several lines stands between blank lines */
  add(statements: readonly Statement[], apart: boolean): void {
    let table: { kind: Statement['kind'] } = { kind: 'other' };
    let wasLarge = false;
    for (const [i, statement] of statements.entries()) {
      const [first] = statement.pieces;
      const isLarge = isLargeOne(statement);
      const isFirst = i === 0;
      const own = first.comments.filter(({ isTrailing }) => !isTrailing);
      const hasBlank = first.isAfterBlankLine || own.some(({ isAfterBlankLine }) => isAfterBlankLine);
      if (hasBlank || table.kind !== statement.kind) table = { kind: statement.kind };
      // Documentation never belongs to what is above it.
      const isApart = own[0]?.text.startsWith('///') === true ? own[0].isAfterBlankLine : hasBlank;
      const isForced = apart && !isFirst && !isApart && (isLarge || wasLarge);
      addComments(this.#lines, first.comments, this.#indent, isFirst, isForced);
      const blank = first.isAfterBlankLine || (isForced && own.length === 0);
      if (blank && !(isFirst && own.length === 0)) this.#lines.push(BLANK);
      const wasSingle = this.#statement(statement, table);
      if (!wasSingle) table = { kind: 'other' };
      wasLarge = isLarge;
    }
  }

  /** @returns whether it took one line */
  #statement({ kind, pieces, body }: Statement, table: object): boolean {
    const line = singleLine(pieces, this.#indent);
    if (line === undefined) this.#lines.push(...brokenLines(pieces, this.#indent));
    else this.#lines.push(kind === 'other' ? line : { ...line, table });
    if (body !== undefined) this.#body(body);
    return line !== undefined && body === undefined;
  }

  #body({ statements, close }: Body): void {
    new Block(this.#lines, this.#indent + STEP).add(statements, false);
    addComments(this.#lines, close.comments, this.#indent + STEP, statements.length === 0);
    this.#lines.push({ indent: this.#indent, cells: [close.text], gaps: [] });
  }
}

function isLargeOne({ pieces, body }: Statement): boolean {
  return body !== undefined || pieces.some(({ text }) => text.includes('\n'));
}

/** @param isForced whether a blank line comes before the first comment that has a line of its own */
function addComments(
  lines: Line[],
  comments: readonly Comment[],
  indent: number,
  isFirst: boolean,
  isForced = false,
): void {
  let mayBlank = !isFirst;
  let force = isForced;
  for (const { text, isTrailing, isAfterBlankLine } of comments) {
    const last = lines.at(-1);
    if (isTrailing && last !== undefined) {
      lines[lines.length - 1] = { ...last, trailing: text };
      continue;
    }
    if (force || (isAfterBlankLine && mayBlank)) lines.push(BLANK);
    lines.push({ indent, cells: [text], gaps: [] });
    mayBlank = true;
    force = false;
  }
}

/** Undefined if a comment stands inside, or if it would be too long. */
function singleLine(pieces: readonly Piece[], indent: number): Line | undefined {
  if (pieces.slice(1).some(({ comments }) => comments.length > 0)) return undefined;
  const line: Line = { indent, cells: [''], gaps: [] };
  for (const [i, piece] of pieces.entries()) {
    if (i > 0 && (piece.break === 'column' || isFirstColumn(line, piece))) {
      line.cells.push(piece.text);
      line.gaps.push(piece.gap);
    } else {
      line.cells[line.cells.length - 1] += piece.gap + piece.text;
    }
  }
  return indent + widthOf(pieces) > LINE_WIDTH ? undefined : line;
}

/** True for the `:` of a relation and the `=` of a permission. */
function isFirstColumn({ cells }: Line, { text, gap }: Piece): boolean {
  return cells.length === 1 && gap === ' ' && (text === ':' || text === '=');
}

/** Of the last line, where a piece has several: nothing comes behind such a one. */
function widthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { gap, text }) => sum + gap.length + text.split('\n', 1)[0].length, 0);
}

/** A ladder has a rung a line; anything else that is too long, a clause a line. */
function brokenLines(pieces: readonly Piece[], indent: number): Line[] {
  const lines: Line[] = [{ indent, cells: [''], gaps: [] }];
  const isLadder = pieces.some((piece) => piece.break === 'rung');
  const isTooLong = indent + widthOf(pieces) > LINE_WIDTH;
  for (const [i, piece] of pieces.entries()) {
    const { text, gap, comments } = piece;
    const line = lines[lines.length - 1];
    if (i === 0) {
      line.cells[0] += text;
      continue;
    }
    const continued = isLadder && piece.break !== 'rung' ? indent + 2 * STEP : indent + STEP;
    addComments(lines, comments, continued, true);
    const isOwn = piece.break === 'column' && isTooLong && !isLadder;
    if (comments.length > 0 || isOwn || isBreak(pieces, i, line))
      lines.push({ indent: continued, cells: [text], gaps: [] });
    else line.cells[0] += gap + text;
  }
  return lines;
}

function isBreak(pieces: readonly Piece[], at: number, line: Line): boolean {
  const { break: how } = pieces[at];
  if (how === 'rung') return true;
  const used = line.indent + line.cells[0].length;
  if (how === 'column') return used + widthOf(untilNextBreak(pieces, at, ['column'])) > LINE_WIDTH;
  return how === 'fill' && used + widthOf(untilNextBreak(pieces, at, ['column', 'fill'])) > LINE_WIDTH;
}

/** What stays together with a piece on one line if possible. */
function untilNextBreak(pieces: readonly Piece[], at: number, breaks: readonly Piece['break'][]): Piece[] {
  const next = pieces.findIndex(
    (piece, i) =>
      i > at && (breaks.includes(piece.break) || piece.break === 'rung' || piece.comments.length > 0),
  );
  return pieces.slice(at, next < 0 ? pieces.length : next);
}
