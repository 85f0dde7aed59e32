import { type CstNode, GrammarUtils } from 'langium';
import { nearest } from '../../base/nearest.ts';
import { type ConditionProblem, checkCondition, isParameterName } from '../../condition/check-condition.ts';
import { CONTAINER_TYPES, SCALAR_TYPES } from '../../condition/definition.ts';
import { quoted } from '../../model/reference.ts';
import { definitionOf } from '../language/condition-definition.ts';
import { pathOf } from '../language/files.ts';
import type { Condition, Parameter, ParameterType } from '../language/generated/ast.ts';
import { declaredConditions } from '../language/members.ts';
import { nameNode } from '../language/name-node.ts';
import type { ParsedSchema } from '../parsed-schema.ts';
import type { Report, TextRange } from '../report.ts';

const TYPES: readonly string[] = [...SCALAR_TYPES, ...CONTAINER_TYPES];
const MAX_PARAMETERS = 50;

/** Parameters of known types, an expression that fits them, and no parameter for nothing. */
export function checkConditions({ tree }: ParsedSchema, report: Report): void {
  for (const condition of declaredConditions(tree)) {
    const isSound = condition.parameters.map((parameter) => checkParameter(parameter, report));
    if (condition.parameters.length > MAX_PARAMETERS) {
      const message = `condition ${quoted(condition.name)} has ${condition.parameters.length} parameters, and at most ${MAX_PARAMETERS} are allowed; write a simpler one`;
      report.error(nameNode(condition.parameters[MAX_PARAMETERS]), 'too-many-parameters', message);
      continue;
    }
    const names = new Set(condition.parameters.map(({ name }) => name));
    if (isSound.includes(false) || names.size < condition.parameters.length) continue;
    checkBody(condition, report);
  }
}

function checkBody(condition: Condition, report: Report): void {
  const definition = definitionOf(condition);
  const body = GrammarUtils.findNodeForProperty(condition.$cstNode, 'body');
  if (definition === undefined || body === undefined) return;
  const { problems, unused } = checkCondition(definition);
  for (const problem of problems) {
    const { suggestion } = problem;
    report.error(rangeIn(body, problem), 'ill-typed-condition', problem.message, { suggestion });
  }
  for (const parameter of condition.parameters.filter(({ name }) => unused.includes(name))) {
    const message = `condition ${quoted(condition.name)} does not look at its parameter ${quoted(parameter.name)}; remove it`;
    report.warning(nameNode(parameter), 'unused-parameter', message);
  }
}

/** Where a stretch of a condition's expression stands in the file. */
function rangeIn(body: CstNode, { start, end }: ConditionProblem): TextRange {
  const file = pathOf(body);
  const at = (offset: number) => {
    const before = body.text.slice(0, offset + 1).split(/\r\n|\r|\n/);
    const last = before[before.length - 1];
    const { line, character } = body.range.start;
    if (before.length === 1) return { line, character: character + last.length };
    return { line: line + before.length - 1, character: last.length };
  };
  return { ...(file === undefined ? {} : { file }), start: at(start), end: at(end) };
}

/** True if a name and a type stand there that can be those of a parameter. */
function checkParameter(parameter: Parameter, report: Report): boolean {
  const { name, type } = parameter;
  // After a syntax error the name can be missing.
  if (name === undefined) return false;
  let isSound = checkType(type, report);
  if (!isParameterName(name)) {
    const message = `${quoted(name)} cannot be the name of a parameter: CEL has another meaning for it, or reads it as no name; write letters, digits and \`_\``;
    report.error(nameNode(parameter), 'malformed-parameter', message);
    isSound = false;
  }
  return isSound;
}

function checkType(type: ParameterType | undefined, report: Report): boolean {
  if (type?.name === undefined) return false;
  const node = GrammarUtils.findNodeForProperty(type.$cstNode, 'name');
  const isContainer = CONTAINER_TYPES.some((container) => container === type.name);
  if (!TYPES.includes(type.name)) {
    const suggestion = nearest(type.name, TYPES);
    const known = suggestion === undefined ? `; write one of ${TYPES.map(quoted).join(', ')}` : '';
    const message = `there is no parameter type ${quoted(type.name)}${known}`;
    report.error(node, 'unknown-parameter-type', message, { suggestion });
    return false;
  }
  const expected = isContainer ? 1 : 0;
  if (type.arguments.length !== expected) {
    const keys = type.name === 'map' ? ', that of its values; its keys are strings' : '';
    const message = isContainer
      ? `${quoted(type.name)} takes one type${keys}; write such as ${quoted(`${type.name}<string>`)}`
      : `${quoted(type.name)} takes no other type; write ${quoted(type.name)} alone`;
    report.error(type.$cstNode, 'unknown-parameter-type', message);
    return false;
  }
  return type.arguments.every((part) => checkType(part, report));
}
