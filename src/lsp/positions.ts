/** Offsets and positions of one text; both count UTF-16 units from 0. */
import type { Position } from 'vscode-languageserver/node.js';

const LINE = /[^\r\n]*(?:\r\n|\r|\n|$)/g;

export function offsetAt(text: string, { line, character }: Position): number {
  LINE.lastIndex = 0;
  for (let i = 0; i < line; i++) {
    if (LINE.lastIndex >= text.length) return text.length;
    LINE.exec(text);
  }
  const rest = /^[^\r\n]*/.exec(text.slice(LINE.lastIndex))?.[0].length ?? 0;
  return LINE.lastIndex + Math.min(character, rest);
}

export function endOf(text: string): Position {
  const lines = text.split(/\r\n|\r|\n/);
  return { line: lines.length - 1, character: lines[lines.length - 1].length };
}
