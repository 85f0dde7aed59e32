import type { Invariant, InvariantRule } from '../compiled-schema.ts';
import type { Require } from '../language/generated/ast.ts';
import { oneLine } from '../language/one-line.ts';
import { positionOf } from './position.ts';

export function invariantOf(require: Require): Invariant {
  return {
    ...ruleOf(require),
    text: oneLine(require.$cstNode?.text ?? ''),
    source: positionOf(require),
  };
}

function ruleOf({ rule }: Require): InvariantRule {
  switch (rule.$type) {
    case 'OneOfRule':
      return { kind: 'one of', relations: rule.members.map(({ $refText }) => $refText) };
    case 'UniqueRule':
      return { kind: 'unique', relations: rule.members.map(({ $refText }) => $refText) };
    case 'ExcludesRule':
      return { kind: 'excludes', left: rule.left.$refText, right: rule.right.$refText };
    default: {
      const [relation, contained] = [rule.relation.$refText, rule.contained.$refText];
      if (rule.targets === undefined) return { kind: 'contains', relation, contained };
      return { kind: 'path contains', over: relation, relation: rule.targets.$refText, contained };
    }
  }
}
