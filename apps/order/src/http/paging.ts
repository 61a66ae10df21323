/** Cursors and windows of the lists. */

import { createCursors, parseWindow, type Window } from '@oms/service-kit';
import type { OrderListQuery } from './schemas.ts';

/** The newest first, or the oldest; which one is a filter. */
export const orderCursors = createCursors({ list: 'order/orders', sort: { createdAt: 'time', id: 'uuid' } });

/** The oldest first; the order is a filter. */
export const changeCursors = createCursors({ list: 'order/history', sort: { version: 'integer' } });

export function createdBetween({ createdFrom, createdTo }: Pick<OrderListQuery, 'createdFrom' | 'createdTo'>): Window {
  return parseWindow({ from: createdFrom, to: createdTo }, { from: 'createdFrom', to: 'createdTo' });
}
