import { describe, expect, it } from 'vitest';
import { MAX_PARTS } from '../../src/picture/layout.ts';
import type { Picture } from '../../src/picture/picture.ts';
import { toSvg } from '../../src/picture/to-svg.ts';
import { assertWellFormed } from './well-formed.ts';

const chain = (count: number): Picture => ({
  nodes: Array.from({ length: count }, (_, i) => ({ id: `n${i}`, label: `node ${i}`, kind: 'set' as const })),
  edges: Array.from({ length: count - 1 }, (_, i) => ({ from: `n${i}`, to: `n${i + 1}` })),
});

describe('a picture in SVG', () => {
  it('is one element with a frame and a text for each node, and a line for each edge', () => {
    const svg = toSvg({
      nodes: [
        { id: 'a', label: 'space:ml#write\n= writer', kind: 'set', title: 'lamin.pemba:3' },
        { id: 'b', label: 'user:ada', kind: 'subject' },
      ],
      edges: [{ from: 'a', to: 'b', label: 'except', dashed: true }],
    });
    assertWellFormed(svg);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="\d+" viewBox=/);
    expect(svg).toContain('<title>lamin.pemba:3</title>');
    expect(svg).toMatch(/<tspan[^>]*>space:ml#write<\/tspan><tspan[^>]*>= writer<\/tspan>/);
    expect(svg).toMatch(/>user:ada<\/text>/);
    expect(svg.match(/marker-end/g)).toHaveLength(1);
    expect(svg).toMatch(/stroke-dasharray[^>]*marker-end/);
    expect(svg).toMatch(/>except<\/text>/);
  });

  it('puts what an arrow leads to below where it comes from, and nothing over anything', () => {
    const frames = [
      ...toSvg(chain(5)).matchAll(/<g><rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/g),
    ];
    expect(frames).toHaveLength(5);
    for (let i = 1; i < frames.length; i++) {
      const [, y, height] = frames[i - 1].map(Number);
      expect(Number(frames[i][1])).toBeGreaterThan(y + height);
    }
  });

  it('is drawn with nothing in it, with loops, and with arrows there and back', () => {
    assertWellFormed(toSvg({ nodes: [], edges: [] }));
    const nodes = ['a', 'b'].map((id) => ({ id, label: id, kind: 'set' as const }));
    const edges = ['aa', 'ab', 'ab', 'ba'].map(([from, to]) => ({ from, to }));
    const svg = toSvg({ nodes, edges });
    assertWellFormed(svg);
    expect(svg.match(/marker-end/g)).toHaveLength(4);
    expect(svg).not.toContain('NaN');
  });

  it('lets no text out of its element', () => {
    const evil = `</text><script>alert("1")</script>&amp;'\u001b\u0000\u202e\ud800\uffff]]>`;
    const svg = toSvg({
      nodes: [
        { id: evil, label: evil, kind: 'set', title: evil },
        { id: 'b', label: 'b', kind: 'tuple' },
      ],
      edges: [{ from: evil, to: 'b', label: evil }],
    });
    assertWellFormed(svg);
    expect(svg).not.toContain('<script');
    const escaped =
      '&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;\\u001b\\u0000\\u202e\ufffd\ufffd]]&gt;';
    expect(svg.split(escaped)).toHaveLength(4);
  });

  it('is refused beyond what can be laid out', () => {
    expect(() => toSvg(chain(MAX_PARTS / 2 + 1))).toThrow(
      `the picture would have ${MAX_PARTS + 1} nodes and arrows; at most ${MAX_PARTS} can be laid out`,
    );
    expect(toSvg(chain(MAX_PARTS / 2))).toContain(`>node ${MAX_PARTS / 2 - 1}<`);
  });

  it('refuses an edge to a node that is not there', () => {
    expect(() => toSvg({ nodes: [], edges: [{ from: 'a', to: 'b' }] })).toThrow('one is not there');
  });
});
