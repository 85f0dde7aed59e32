/** An expression of the schema as text. */
import type { Leaf, Rewrite } from './compiled-schema.ts';
import { RESERVED_WORDS } from './language/token.ts';

/**
 * The text of who is in a member, such as `(a or b) except every c.d`: on one line, with as few parentheses as the
 * language allows. Compiled again it is the same expression.
 */
export function formatRewrite(rewrite: Rewrite): string {
  switch (rewrite.op) {
    case 'or':
    case 'and':
      return rewrite.of.map(operand).join(` ${rewrite.op} `);
    case 'except':
      return `${operand(rewrite.from)} except ${operand(rewrite.without)}`;
    default:
      return formatLeaf(rewrite);
  }
}

function formatLeaf(leaf: Leaf): string {
  switch (leaf.op) {
    case 'direct':
    case 'self':
    case 'nobody':
      return leaf.op;
    case 'name':
      return formatName(leaf.name);
    case 'arrow':
      return `${formatName(leaf.relation)}.${formatName(leaf.name)}`;
    case 'every':
      return `every ${formatName(leaf.relation)}.${formatName(leaf.name)}`;
    case 'of':
      return `${formatName(leaf.name)} of ${formatName(leaf.set)}`;
  }
}

function operand(rewrite: Rewrite): string {
  const text = formatRewrite(rewrite);
  return rewrite.op === 'or' || rewrite.op === 'and' || rewrite.op === 'except' ? `(${text})` : text;
}

/** The compiler lets only those names through that can stand without backticks, or are reserved. */
function formatName(name: string): string {
  return RESERVED_WORDS.has(name) ? `\`${name}\`` : name;
}
