import { type CstNode, DefaultValueConverter, type GrammarAST, type ValueType } from 'langium';

/** A name in backticks is the name without them. */
export class PembaValueConverter extends DefaultValueConverter {
  protected override runConverter(rule: GrammarAST.AbstractRule, input: string, cstNode: CstNode): ValueType {
    if (rule.name === 'BACKTICKED') return input.slice(1, -1);
    return super.runConverter(rule, input, cstNode);
  }
}
