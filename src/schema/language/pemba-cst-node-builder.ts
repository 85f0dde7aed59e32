import { CstNodeBuilder } from 'langium';
import type { Token } from './token.ts';

// The base class spreads the comments over the arguments of one call; 120 000 overflow the stack.
const MOST_AT_ONCE = 10_000;

/**
 * Does nothing where there is no comment. The base class looks for the place of a comment before it
 * sees that there is none, which made an expression of 200 000 operands take 70 seconds.
 */
export class PembaCstNodeBuilder extends CstNodeBuilder {
  override addHiddenNodes(comments: Token[]): void {
    for (let i = 0; i < comments.length; i += MOST_AT_ONCE)
      super.addHiddenNodes(comments.slice(i, i + MOST_AT_ONCE));
  }
}
