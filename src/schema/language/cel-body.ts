// In order: a comment, a string in any of CEL's quotes, a brace. A raw string (`r"…\"`) ends at the
// first quote, but CEL's grammar lets `\"` stand in it too, so both kinds can be read alike.
const PIECE = /\/\/[^\r\n]*|"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|[{}]/g;

// No condition needs more; without a bound each of n unclosed bodies would be read to the end of the file.
const MAX_BRACES = 100;

/**
 * The offset just behind the brace that balances the one at `open`, or undefined if there is none.
 * Braces in strings and comments do not count.
 */
export function endOfCelBody(text: string, open: number): number | undefined {
  PIECE.lastIndex = open;
  let depth = 0;
  for (let piece = PIECE.exec(text); piece !== null; piece = PIECE.exec(text)) {
    if (piece[0] === '{') depth++;
    if (piece[0] === '}') depth--;
    if (depth === 0) return PIECE.lastIndex;
    if (depth > MAX_BRACES) return undefined;
  }
  return undefined;
}
