const TIGHT = new Set(['.', '..', '#', '*']);
const TIGHT_BEFORE = new Set([',', ')', ']']);
const TIGHT_BEHIND = new Set(['(', '[']);

/**
 * The white space between two tokens on one line.
 * @param next what comes behind `token`
 */
export function gapBetween(
  before: string,
  token: string,
  next: string | undefined,
  isOfCondition: boolean,
): '' | ' ' {
  if (TIGHT.has(before) && before !== '*') return '';
  if (TIGHT.has(token) || TIGHT_BEFORE.has(token) || TIGHT_BEHIND.has(before)) return '';
  // `user:*`; any other colon is one of a relation or a ladder.
  if (token === ':' && next === '*') return '';
  // `condition c(list<int> x)`: elsewhere these are operators of expressions and ladders.
  if (isOfCondition && (token === '(' || token === '<' || token === '>' || before === '<')) return '';
  return ' ';
}
