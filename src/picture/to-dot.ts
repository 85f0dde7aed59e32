/** Pictures in DOT, the language of Graphviz. */
import { visible } from '../base/visible.ts';
import { EDGE_COLOR, LOOKS, TEXT_COLOR } from './looks.ts';
import type { Picture, PictureEdge, PictureNode } from './picture.ts';

/** Ends with a line break. @throws TypeError if an edge names a node that is not there */
export function toDot({ nodes, edges }: Picture): string {
  // Names of its own, so that no id has to be a name in DOT.
  const names = new Map(nodes.map(({ id }, i) => [id, `n${i}`]));
  const lines = [
    'digraph pemba {',
    `  node [fontname="monospace", fontsize=11, fontcolor="${TEXT_COLOR}"];`,
    `  edge [fontname="monospace", fontsize=10, color="${EDGE_COLOR}", fontcolor="${TEXT_COLOR}"];`,
    ...nodes.map((node, i) => `  n${i} [${attributes(nodeAttributes(node))}];`),
    ...edges.map((edge) => `  ${edgeText(edge, names)}`),
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function nodeAttributes({ label, kind, title }: PictureNode): [string, string][] {
  const { shape, fill, stroke, dashed } = LOOKS[kind];
  const found: [string, string][] = [
    ['label', label],
    ['tooltip', title ?? label],
  ];
  if (shape === 'plain') return [...found, ['shape', 'plaintext']];
  const style = [
    'filled',
    ...(shape === 'rounded' ? ['rounded'] : []),
    ...(dashed === true ? ['dashed'] : []),
  ];
  return [...found, ['shape', 'box'], ['style', style.join(',')], ['fillcolor', fill], ['color', stroke]];
}

function edgeText({ from, to, label, dashed }: PictureEdge, names: ReadonlyMap<string, string>): string {
  const found: [string, string][] = [
    ...(label === undefined ? [] : [['label', label] satisfies [string, string]]),
    ...(dashed === true ? [['style', 'dashed'] satisfies [string, string]] : []),
  ];
  const text = found.length === 0 ? '' : ` [${attributes(found)}]`;
  return `${nameOf(from, names)} -> ${nameOf(to, names)}${text};`;
}

function nameOf(id: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(id);
  if (name === undefined) throw new TypeError(`an edge names the node \`${id}\`, which is not there`);
  return name;
}

function attributes(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${name}="${escapeText(value)}"`).join(', ');
}

/** Backslashes are doubled, for labels read `\N` as the name of the node; then only `"` could end the text. */
function escapeText(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line).replace(/\\/g, '\\\\').replace(/"/g, '\\"'))
    .join('\\n');
}
