// A customer in a race: one order under one key, at the total that they saw, retried until there is a final answer; only the outcome is kept.
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'undici';
import type { Want } from './demand.ts';

export type Outcome =
  | { type: 'ACCEPTED'; orderId: string; got: readonly Want[]; retries: number }
  | { type: 'REFUSED'; retries: number }
  /** No answer that the API has for this. */
  | { type: 'UNEXPECTED'; answer: string; retries: number };

const deadlineMs = 20_000;
const triesMax = 200;
const pauseMs = 100;
const temporary = new Set([408, 425, 429, 500, 502, 503, 504]);
const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };

export async function attempt({
  connections,
  token,
  key,
  wants,
  expectedTotal,
}: {
  connections: Pool;
  token: string;
  key: string;
  wants: readonly Want[];
  expectedTotal: string;
}): Promise<Outcome> {
  const request = {
    path: '/v1/orders',
    method: 'POST' as const,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ items: wants, deliveryAddress, expectedTotal }),
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs,
  };
  let answer = '';
  for (let retries = 0; retries < triesMax; retries += 1) {
    try {
      const { statusCode, body } = await connections.request(request);
      const text = await body.text();
      if (statusCode === 201) {
        const { id, items } = JSON.parse(text) as { id: string; items: Want[] };
        return { type: 'ACCEPTED', orderId: id, got: items, retries };
      }
      const { code } = JSON.parse(text) as { code: string };
      if (statusCode === 409 && code === 'INSUFFICIENT_STOCK') return { type: 'REFUSED', retries };
      answer = `${statusCode} ${code}`;
      if (!temporary.has(statusCode) && code !== 'IDEMPOTENCY_IN_FLIGHT')
        return { type: 'UNEXPECTED', answer, retries };
    } catch (error) {
      answer = error instanceof Error ? error.message : String(error);
    }
    await wait(pauseMs);
  }
  return { type: 'UNEXPECTED', answer: `${answer}, ${triesMax} times`, retries: triesMax };
}
