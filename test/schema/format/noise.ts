/** Texts of schemas as careless hands write them: white space and comments wherever they may stand. */
import type { Choices } from '../../oracle/choices.ts';

// What may not be torn apart: names, numbers, strings, comments, the body of a condition, and what is attached.
const PIECE =
  /\/\/[^\r\n]*|"[^"]*"|`[^`]*`|(?<=\)\s*)\{(?:[^{}"]|"[^"]*")*\}|[A-Za-z_][\w/-]*(?:#[A-Za-z_]\w*)?|\d\w*|\.\.|[^\s\w]/g;

const SPACES = ['', ' ', '   ', '\t', '\n', '\n\n', '\n\n\n  ', ' \n', '\r\n'];
const COMMENTS = [
  '// a comment',
  '//',
  '/// documentation',
  '//// a rule',
  '// ünï 🦉  ',
  '// pemba-ignore: never-holds',
];

/** The same tokens with other white space and more comments. @param percent of the gaps that get a comment */
export function noisy(text: string, choices: Choices, percent: number): string {
  let result = '';
  for (const [piece] of text.matchAll(PIECE)) {
    const gap = choices.oneOf(SPACES);
    const needsGap = /[\w`]$/.test(result) && /^[\w`]/.test(piece);
    result += gap === '' && needsGap ? ' ' : gap;
    if (choices.chance(percent)) result += `${choices.oneOf(COMMENTS)}\n`;
    result += piece;
    if (piece.startsWith('//')) result += '\n';
  }
  return result;
}
