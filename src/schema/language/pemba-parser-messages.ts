import { LangiumParserErrorMessageProvider } from 'langium';
import { quoted } from '../../model/reference.ts';
import { RESERVED_WORDS, type Token, type TokenType } from './token.ts';

type MismatchedToken = Parameters<LangiumParserErrorMessageProvider['buildMismatchTokenMessage']>[0];
type NoViableAlternative = Parameters<LangiumParserErrorMessageProvider['buildNoViableAltMessage']>[0];
type NotAllInput = Parameters<LangiumParserErrorMessageProvider['buildNotAllInputParsedMessage']>[0];

/** Says what was expected as the language reference says it, not as the parser generator does. */
export class PembaParserMessages extends LangiumParserErrorMessageProvider {
  override buildMismatchTokenMessage({ expected, actual, ruleName }: MismatchedToken): string {
    return message(expectedToken(expected, plainRule(ruleName)), actual);
  }

  override buildNoViableAltMessage({ expectedPathsPerAlt, actual, ruleName }: NoViableAlternative): string {
    return message(expectedAlternative(expectedPathsPerAlt, plainRule(ruleName)), actual[0]);
  }

  override buildNotAllInputParsedMessage({ firstRedundant }: NotAllInput): string {
    return message(DECLARATION, firstRedundant);
  }
}

/** For where a subject is missing. The parser itself notices only behind the whole relation. */
export function missingSubject(actual: Token): string {
  return message('expected a subject such as `user` or `team#member`', actual);
}

/**
 * True for a message about a text that should not be there, such as a misspelt `relation`; false for
 * one about what is missing in front of it.
 */
export function isAboutWhatIsThere(text: string): boolean {
  return text.startsWith(MEMBER) || text.startsWith(DECLARATION);
}

/** The words that could stand where a rule stumbled; what was written may be one of them, misspelt. */
export function expectedWords(ruleName: string): readonly string[] {
  switch (plainRule(ruleName)) {
    case 'SchemaFile':
      return ['type', 'schema', 'import', 'extend', 'condition'];
    case 'TypeDeclaration':
    case 'TypeExtension':
      return [
        'relation',
        'roles',
        'permission',
        'require',
        'created',
        'deleted',
        'unique',
        'granted',
        'revoked',
        'or',
        'and',
        'except',
      ];
    default:
      return [];
  }
}

const DECLARATION = 'expected a declaration such as `type`';
const MEMBER = 'expected `relation`, `roles`, `permission` or `}`';
const A_NAME = 'expected a name';

function message(expected: string, actual: Token): string {
  if (RESERVED_WORDS.has(actual.image) && expected === A_NAME) {
    return `${A_NAME}, found the reserved word \`${actual.image}\`; write it in backticks if it is meant as a name`;
  }
  return `${expected}, found ${found(actual)}`;
}

function found(token: Token): string {
  return token.tokenType.name === 'EOF' ? 'the end of the file' : quoted(token.image.split(/\r?\n/, 1)[0]);
}

function expectedToken(expected: TokenType, rule: string): string {
  if (expected.name === 'EOF') return DECLARATION;
  if (expected.name === '}' && (rule === 'TypeDeclaration' || rule === 'TypeExtension')) return MEMBER;
  if (expected.name === '=' && rule === 'Permission') return 'expected `=` and an expression';
  return `expected ${tokenInWords(expected)}`;
}

const BY_RULE: Record<string, string> = {
  Name: A_NAME,
  NewName: A_NAME,
  MemberName: A_NAME,
  Operand: 'expected an expression',
  Rule: 'expected a rule, such as `one of a, b`, `a excludes b` or `a contains b`',
};

function expectedAlternative(paths: TokenType[][][], rule: string): string {
  const words = paths.flat().map(([first]) => first);
  return BY_RULE[rule] ?? `expected ${[...new Set(words.map(tokenInWords))].join(' or ')}`;
}

function tokenInWords(type: TokenType): string {
  switch (type.name) {
    case 'ID':
    case 'BACKTICKED':
      return 'a name';
    case 'NUMBER':
      return 'a number';
    case 'STRING':
      return 'a file name in double quotes';
    case 'CEL_BODY':
      return 'a condition in braces';
    default:
      return `\`${type.name}\``;
  }
}

/** Langium marks rule names by a zero-width space. */
function plainRule(ruleName: string): string {
  return ruleName.replace('\u200B', '');
}
