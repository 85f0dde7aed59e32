import { expect, it } from 'vitest';
import { toDot } from '../../src/picture/to-dot.ts';

it('writes nodes and edges, each kind with its look', () => {
  const dot = toDot({
    nodes: [
      { id: 'space:ml', label: 'space:ml\n= writer', kind: 'set', title: 'lamin.pemba:3' },
      { id: '-', label: 'nothing', kind: 'note' },
      { id: 'x', label: '+ t', kind: 'added' },
    ],
    edges: [
      { from: 'space:ml', to: '-' },
      { from: '-', to: 'x', label: 'except', dashed: true },
    ],
  });
  expect(dot).toBe(`digraph pemba {
  node [fontname="monospace", fontsize=11, fontcolor="#212121"];
  edge [fontname="monospace", fontsize=10, color="#607d8b", fontcolor="#212121"];
  n0 [label="space:ml\\n= writer", tooltip="lamin.pemba:3", shape="box", style="filled,rounded", fillcolor="#e3f2fd", color="#1565c0"];
  n1 [label="nothing", tooltip="nothing", shape="plaintext"];
  n2 [label="+ t", tooltip="+ t", shape="box", style="filled,dashed", fillcolor="#fff8e1", color="#b26a00"];
  n0 -> n1;
  n1 -> n2 [label="except", style="dashed"];
}
`);
});

it('lets no label out of its quotes, and none mean more than its letters', () => {
  const label = 'a"; evil [shape=box]; \\" \\N \\';
  const dot = toDot({
    nodes: [{ id: 'a" -> b', label, kind: 'note', title: '"\\G\u001b[2J\u202e' }],
    edges: [],
  });
  expect(dot).toContain(
    '\n  n0 [label="a\\"; evil [shape=box]; \\\\\\" \\\\N \\\\", tooltip="\\"\\\\G\\\\u001b[2J\\\\u202e", shape="plaintext"];\n',
  );
  const line = dot.split('\n').find((each) => each.startsWith('  n0')) ?? '';
  expect(line).toMatch(/^ {2}n0 \[(?:\w+="(?:[^"\\]|\\.)*"(?:, )?)+\];$/);
});

it('refuses an edge to a node that is not there', () => {
  expect(() => toDot({ nodes: [], edges: [{ from: 'a', to: 'b' }] })).toThrow('names the node `a`');
});
