/** Pictures in SVG: one element that stands alone, without scripts, styles or references to elsewhere. */
import { type Box, type Layout, layOut, linesOf, type Point } from './layout.ts';
import { EDGE_COLOR, LOOKS, TEXT_COLOR } from './looks.ts';
import type { Picture } from './picture.ts';
import { LINE_HEIGHT } from './text-size.ts';

const FONT = 'ui-monospace, Menlo, Consolas, monospace';
/** From the middle of a line of text to where its letters stand, in px. */
const BASELINE = 4;

/** Ends with a line break. @throws PembaError LIMIT if the picture is too large to be laid out */
export function toSvg(picture: Picture): string {
  const layout = layOut(picture);
  const { width, height } = layout;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="12">`,
    `<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="${EDGE_COLOR}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...layout.edges.map(edgeElement),
    ...layout.nodes.map(nodeElement),
    '</svg>',
    '',
  ].join('\n');
}

function edgeElement({ edge, points, label }: Layout['edges'][number]): string {
  const dash = edge.dashed === true ? ' stroke-dasharray="5 4"' : '';
  const path = `<path d="${curve(points)}" fill="none" stroke="${EDGE_COLOR}"${dash} marker-end="url(#arrow)"/>`;
  if (label === undefined || edge.label === undefined) return path;
  // A white rim keeps the letters apart from lines that pass below them.
  const rim = ' paint-order="stroke" stroke="#ffffff" stroke-width="4"';
  return `${path}\n${textElement(linesOf(edge.label), label, rim)}`;
}

function nodeElement({ node, lines, box }: Layout['nodes'][number]): string {
  const title =
    node.title === undefined ? '' : `<title>${linesOf(node.title).map(escapeXml).join('\n')}</title>`;
  return `<g>${title}${frame(box, LOOKS[node.kind])}${textElement(lines, box)}</g>`;
}

function frame(
  { x, y, width, height }: Box,
  { shape, fill, stroke, dashed }: (typeof LOOKS)[keyof typeof LOOKS],
): string {
  if (shape === 'plain') return '';
  const place = `x="${number(x - width / 2)}" y="${number(y - height / 2)}" width="${number(width)}" height="${number(height)}"`;
  const dash = dashed === true ? ' stroke-dasharray="5 4"' : '';
  return `<rect ${place} rx="${shape === 'rounded' ? 8 : 2}" fill="${fill}" stroke="${stroke}"${dash}/>`;
}

/** Lines around a middle. */
function textElement(lines: readonly string[], { x, y }: Point, more = ''): string {
  const first = y - ((lines.length - 1) * LINE_HEIGHT) / 2 + BASELINE;
  const spans = lines.map((line, i) =>
    lines.length === 1
      ? escapeXml(line)
      : `<tspan x="${number(x)}" y="${number(first + i * LINE_HEIGHT)}">${escapeXml(line)}</tspan>`,
  );
  return `<text x="${number(x)}" y="${number(first)}" text-anchor="middle" fill="${TEXT_COLOR}"${more}>${spans.join('')}</text>`;
}

/** Through the points, rounded at those in between. */
function curve(points: readonly Point[]): string {
  const [start, ...rest] = points;
  const end = rest.at(-1);
  if (start === undefined || end === undefined) return '';
  let path = `M${at(start)}`;
  for (let i = 0; i < rest.length - 1; i++) {
    const [bend, next] = [rest[i] as Point, rest[i + 1] as Point];
    const middle = i === rest.length - 2 ? next : { x: (bend.x + next.x) / 2, y: (bend.y + next.y) / 2 };
    path += `Q${at(bend)} ${at(middle)}`;
  }
  return rest.length === 1 ? `${path}L${at(end)}` : path;
}

function at({ x, y }: Point): string {
  return `${number(x)} ${number(y)}`;
}

/** A tenth of a pixel is as exact as eyes are. */
function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Lone surrogates and the two non-characters are none of XML's characters; control characters are gone before. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (found) => ENTITIES[found] ?? '')
    .replace(/\p{Surrogate}|[\ufffe\uffff]/gu, '\ufffd');
}
