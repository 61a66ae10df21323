// The service that the tests ask for, and a tree that has what the generator looks at.
import type { Tree } from '@nx/devkit';
import { lists } from '../lists.ts';
import { contracts, treeOf } from './repository-copy.ts';

export const newcomer = { name: 'newcomer', doc: 'Brings orders to whoever placed them.', reads: ['order-events'] };

export function treeForService(): Tree {
  const seen = [
    ...contracts,
    ...Object.keys(lists),
    'tools/package.json',
    'tools/dev/stack/ports.ts',
    'apps/order/README.md',
  ];
  return treeOf([...new Set(seen)]);
}
