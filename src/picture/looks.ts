/** How the kinds of nodes look, in both formats. */
import type { NodeKind } from './picture.ts';

export interface Look {
  shape: 'box' | 'rounded' | 'plain';
  fill: string;
  stroke: string;
  dashed?: boolean;
}

export const LOOKS: Readonly<Record<NodeKind, Look>> = {
  type: { shape: 'box', fill: '#e8eaf6', stroke: '#3949ab' },
  relation: { shape: 'box', fill: '#ffffff', stroke: '#546e7a' },
  permission: { shape: 'rounded', fill: '#e3f2fd', stroke: '#1565c0' },
  set: { shape: 'rounded', fill: '#e3f2fd', stroke: '#1565c0' },
  operator: { shape: 'rounded', fill: '#f5f5f5', stroke: '#9e9e9e' },
  subject: { shape: 'box', fill: '#ffffff', stroke: '#546e7a' },
  tuple: { shape: 'box', fill: '#e8f5e9', stroke: '#2e7d32' },
  added: { shape: 'box', fill: '#fff8e1', stroke: '#b26a00', dashed: true },
  removed: { shape: 'box', fill: '#ffebee', stroke: '#c62828', dashed: true },
  note: { shape: 'plain', fill: 'none', stroke: 'none' },
};

export const TEXT_COLOR = '#212121';
export const EDGE_COLOR = '#607d8b';
