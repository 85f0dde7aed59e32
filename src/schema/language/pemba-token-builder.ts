import { DefaultTokenBuilder, type GrammarAST } from 'langium';
import { endOfCelBody } from './cel-body.ts';
import { foreignCommentTokens } from './foreign-comments.ts';
import type { Token, TokenType } from './token.ts';

const CEL_BODY = 'CEL_BODY';

/** Makes the body of a condition one token, whatever is written in it. */
export class PembaTokenBuilder extends DefaultTokenBuilder {
  override buildTokens(...args: Parameters<DefaultTokenBuilder['buildTokens']>): TokenType[] {
    const tokens = super.buildTokens(...args) as TokenType[];
    // Tried before the keywords `{` and `#`, which would always match first.
    return [
      ...foreignCommentTokens(),
      ...tokens.filter((t) => t.name === CEL_BODY),
      ...tokens.filter((t) => t.name !== CEL_BODY),
    ];
  }

  protected override buildTerminalToken(terminal: GrammarAST.TerminalRule): TokenType {
    if (terminal.name !== CEL_BODY) return super.buildTerminalToken(terminal);
    return { name: CEL_BODY, PATTERN: matchCelBody, LINE_BREAKS: true, START_CHARS_HINT: ['{'] };
  }
}

/** A brace after `)` can only open a condition's body; every other brace follows a name. */
function matchCelBody(text: string, offset: number, before: Token[]): [string] | null {
  if (text[offset] !== '{' || before.at(-1)?.image !== ')') return null;
  const end = endOfCelBody(text, offset);
  return end === undefined ? null : [text.slice(offset, end)];
}
