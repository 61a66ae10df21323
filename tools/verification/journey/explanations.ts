// An order's explanation on the whole system: what it waits for, also while a consumer is stopped or a service is silent; over the API and by command.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { until } from '@oms/test-kit';
import type { ApiCaller } from '../../dev/client/client.ts';
import { root } from '../../database/migrate/databases.ts';
import type { Explanation } from '../../dev/oms/commands/order.ts';
import type { WholeSystem } from './whole-system.ts';

const deliveryAddress = { line1: '7 Quiet Street', city: 'Porto', postalCode: '4000-001', country: 'PT' };

export function describeExplanations(whole: () => WholeSystem, newItem: () => Promise<string>): void {
  describe('the explanation of an order', () => {
    test('names the kitchen, shows each message with its place, and the sent ticket', async () => {
      const { staff, id } = await placed();
      const explanation = await explained(staff, id, 'all is applied', ({ waitsFor, timeline }) => {
        return (
          waitsFor?.cause === 'KITCHEN_TO_ACCEPT' &&
          timeline.some(({ text }) => text.includes('accepted by its receiver'))
        );
      });
      expect(explanation).toMatchObject({ order: { id, status: 'PENDING' }, alsoWaitsFor: [], retries: [] });
      const applied = explanation.timeline.flatMap(({ message }) => message?.consumer ?? []);
      expect(new Set(applied)).toEqual(new Set(['oms-inventory', 'oms-analytics', 'oms-notification']));
      for (const { message } of explanation.timeline)
        if (message)
          expect(message).toMatchObject({ partition: expect.any(Number), offset: expect.stringMatching(/^\d+$/) });
      expect(explanation.timeline[0]).toMatchObject({ service: 'inventory' });
    });

    test('names a consumer whose service has stopped, within about a second', async () => {
      const notification = whole().system.service('notification');
      process.kill(notification.pid, 'SIGSTOP');
      try {
        const { staff, id } = await placed();
        const beganMs = performance.now();
        const { body } = await staff.get(`/v1/orders/${id}/explanation`);
        expect(performance.now() - beganMs).toBeLessThan(2_500);
        const { waitsFor, alsoWaitsFor, missing } = body as Explanation;
        const silent = [waitsFor, ...alsoWaitsFor].find((wait) => wait?.cause === 'SERVICE_SILENT');
        expect(silent?.what).toContain('oms-notification');
        expect(missing).toContainEqual({
          what: 'what notification knows',
          reason: "notification can't be reached: no answer within 1000 ms",
        });
        expect(alsoWaitsFor.at(-1)).toMatchObject({ cause: 'KITCHEN_TO_ACCEPT' });
      } finally {
        process.kill(notification.pid, 'SIGCONT');
      }
    });

    test('names a message that waits in the outbox while Kafka is away', async () => {
      process.kill(whole().stack.part('kafka').pid, 'SIGSTOP');
      let id: string;
      let staff: ApiCaller;
      try {
        ({ staff, id } = await placed());
        const { waitsFor, missing } = (await staff.get(`/v1/orders/${id}/explanation`)).body as Explanation;
        expect(waitsFor).toMatchObject({
          cause: 'NOT_PUBLISHED',
          what: expect.stringContaining('ORDER_PLACED (version 1)'),
        });
        expect(missing.map(({ what }) => what)).toContain('the position of oms-inventory in Kafka');
      } finally {
        process.kill(whole().stack.part('kafka').pid, 'SIGCONT');
      }
      await explained(staff, id, 'it goes on', ({ waitsFor }) => waitsFor?.cause === 'KITCHEN_TO_ACCEPT');
    });

    test('is printed for people by command, the present first', async () => {
      const { staff, id } = await placed();
      await explained(staff, id, 'all is applied', ({ waitsFor }) => waitsFor?.cause === 'KITCHEN_TO_ACCEPT');
      const { gatewayUrl, issuerUrl } = { gatewayUrl: whole().system.urls.gateway, issuerUrl: whole().stack.issuerUrl };
      const args = ['tools/dev/oms/main.ts', 'order', 'explain', id, '--gateway', gatewayUrl, '--issuer', issuerUrl];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
      const [first, second, third] = stdout.split('\n');
      expect(first).toBe(`Order ${id} is PENDING, version 1, 12.50.`);
      expect(second).toMatch(/^It waits for the kitchen to accept the order, since .* ago\)\.$/);
      expect(third).toBe('  Whose turn it is: the kitchen.');
    });

    test('is for staff only, and says so of an order that does not exist', async () => {
      const { customer, staff, id } = await placed();
      expect((await customer.get(`/v1/orders/${id}/explanation`)).status).toBe(403);
      expect((await staff.get(`/v1/orders/${randomUUID()}/explanation`)).status).toBe(404);
    });
  });

  async function placed() {
    const [customer, staff] = await Promise.all([whole().as('customer'), whole().as('staff')]);
    const items = [{ itemId: await newItem(), quantity: 1 }];
    const reply = await customer.post('/v1/orders', { items, deliveryAddress }, { 'idempotency-key': randomUUID() });
    expect(reply.status).toBe(201);
    return { customer, staff, id: reply.body.id as string };
  }
}

function explained(staff: ApiCaller, id: string, what: string, isRight: (explanation: Explanation) => boolean) {
  return until(what, async () => {
    const { status, body } = await staff.get(`/v1/orders/${id}/explanation`);
    return status === 200 && isRight(body as Explanation) && (body as Explanation);
  });
}
