/** The oracle's schema as an author writes it. */
import type { Declaration, Expression, OracleSchema } from './oracle-schema.ts';

export function schemaText(schema: OracleSchema): string {
  return schema.types
    .map(({ name, declarations }) => {
      if (declarations.length === 0) return `type ${name}\n`;
      return `type ${name} {\n${declarations.map((declaration) => `  ${declarationText(declaration)}\n`).join('')}}\n`;
    })
    .join('\n');
}

function declarationText(declaration: Declaration): string {
  switch (declaration.kind) {
    case 'relation': {
      const { expression } = declaration;
      const rewrite = expression === undefined ? '' : ` = ${expressionText(expression)}`;
      return `relation ${declaration.name} : ${declaration.subjects.join(' | ')}${rewrite}`;
    }
    case 'roles':
      return `roles ${declaration.rungs.join(' > ')} : ${declaration.subjects.join(' | ')}`;
    case 'permission':
      return `permission ${declaration.name} = ${expressionText(declaration.expression)}`;
  }
}

function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'direct':
    case 'self':
    case 'nobody':
      return expression.kind;
    case 'name':
      return expression.name;
    case 'arrow':
      return `${expression.relation}.${expression.name}`;
    case 'every':
      return `every ${expression.relation}.${expression.name}`;
    case 'of':
      return `${expression.name} of ${expression.set}`;
    case 'or':
    case 'and':
      return expression.of.map(operandText).join(` ${expression.kind} `);
    case 'except':
      return `${operandText(expression.from)} except ${operandText(expression.without)}`;
  }
}

function operandText(expression: Expression): string {
  const text = expressionText(expression);
  return ['or', 'and', 'except'].includes(expression.kind) ? `(${text})` : text;
}
