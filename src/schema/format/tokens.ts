import { type CstNode, CstUtils, isLeafCstNode } from 'langium';

/** A comment, and how it stands to what is before it. */
export interface Comment {
  text: string;
  /** It stands behind something on the same line. */
  isTrailing: boolean;
  isAfterBlankLine: boolean;
}

/** A piece of text that is never taken apart, with the comments in front of it. */
export interface FormatToken {
  text: string;
  offset: number;
  comments: Comment[];
  /** There is an empty line in front of it, behind its comments. */
  isAfterBlankLine: boolean;
}

export interface TokenList {
  tokens: FormatToken[];
  /** What stands behind the last token. */
  comments: Comment[];
  eol: '\n' | '\r\n';
}

const LINE_BREAK = /\r\n|\r|\n/g;

/** All that a file consists of but for the white space. */
export function readTokens(text: string, root: CstNode): TokenList {
  const tokens: FormatToken[] = [];
  let comments: Comment[] = [];
  let end = 0;
  let isAtStart = true;
  let [crlf, breaks] = [0, 0];
  const gapUpTo = (offset: number): number => {
    const found = text.slice(end, offset).match(LINE_BREAK) ?? [];
    breaks += found.length;
    crlf += found.filter((each) => each === '\r\n').length;
    return found.length;
  };
  const add = (piece: string, offset: number, isHidden: boolean): void => {
    const lines = gapUpTo(offset);
    const isAfterBlankLine = lines > 1 && !isAtStart;
    end = offset + piece.length;
    if (isHidden) {
      comments.push({ text: piece.trimEnd(), isTrailing: lines === 0 && !isAtStart, isAfterBlankLine });
    } else {
      tokens.push({ text: piece, offset, comments, isAfterBlankLine });
      comments = [];
    }
    isAtStart = false;
  };
  /** The lexer leaves out a colon without anything behind it. */
  const addLeftOut = (upTo: number): void => {
    const start = end;
    for (const found of text.slice(start, upTo).matchAll(/[^\s\uFEFF]+/g))
      add(found[0], start + found.index, false);
  };
  for (const leaf of CstUtils.streamCst(root).filter(isLeafCstNode)) {
    addLeftOut(leaf.offset);
    add(leaf.text, leaf.offset, leaf.hidden);
  }
  addLeftOut(text.length);
  gapUpTo(text.length);
  // What stands in the body of a condition does not count, as it is left as it is.
  return { tokens, comments, eol: breaks > 0 && crlf === breaks ? '\r\n' : '\n' };
}
