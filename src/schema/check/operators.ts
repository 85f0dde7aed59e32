import { quoted } from '../../model/reference.ts';
import { allNodes } from '../language/files.ts';
import { type Chain, isChain } from '../language/generated/ast.ts';
import { oneLine } from '../language/one-line.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report } from '../report.ts';

/** Operators have no precedence: what is mixed stands in parentheses, and `except` takes two sides. */
export function checkOperators({ tree }: ParsedSchema, report: Report): void {
  for (const node of allNodes(tree)) {
    if (isChain(node)) checkChain(node, report);
  }
}

function checkChain(chain: Chain, report: Report): void {
  // After a syntax error an operand can be missing.
  if (chain.operands.length !== chain.operators.length + 1) return;
  const operators = [...new Set(chain.operators)];
  const operands = chain.operands.map((operand) => operand.$cstNode?.text ?? '…');
  if (operators.length > 1) {
    const [left, right] = [fromLeft(operands, chain.operators), fromRight(operands, chain.operators)];
    const message = `${listed(operators)} are mixed without parentheses; write ${left} or ${right}`;
    report.error(chain.$cstNode, 'mixed-operators', message);
  } else if (operators[0] === 'except' && chain.operators.length > 1) {
    const [from, ...without] = operands;
    const instead = quotedLine(`${from} except (${without.join(' or ')})`);
    report.error(chain.$cstNode, 'chained-except', `\`except\` takes two sides only; write ${instead}`);
  }
}

function listed(operators: string[]): string {
  const words = operators.map(quoted);
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `a or b or c and d` as `(a or b or c) and d`. */
function fromLeft(operands: string[], operators: string[]): string {
  let text = operands[0];
  operators.forEach((operator, i) => {
    if (i > 0 && (operator !== operators[i - 1] || operator === 'except')) text = `(${text})`;
    text += ` ${operator} ${operands[i + 1]}`;
  });
  return quotedLine(text);
}

/** `a or b or c and d` as `a or b or (c and d)`. */
function fromRight(operands: string[], operators: string[]): string {
  let text = operands[operands.length - 1];
  for (let i = operators.length - 1; i >= 0; i--) {
    const isLast = i === operators.length - 1;
    if (!isLast && (operators[i] !== operators[i + 1] || operators[i] === 'except')) text = `(${text})`;
    text = `${operands[i]} ${operators[i]} ${text}`;
  }
  return quotedLine(text);
}

function quotedLine(expression: string): string {
  return quoted(oneLine(expression));
}
