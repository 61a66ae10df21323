// Who may do what, through the gateway: every public route without a token and with each role.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { send, type Role } from '../../dev/client/client.ts';
import { planOf, services } from '../../dev/stack/services.ts';
import type { WholeSystem } from './whole-system.ts';

const everyone: readonly Role[] = ['customer', 'staff', 'admin'];
const workers: readonly Role[] = ['staff', 'admin'];
const adminOnly: readonly Role[] = ['admin'];

const allowed: Record<string, readonly Role[]> = {
  'POST /v1/orders': everyone,
  'GET /v1/orders': everyone,
  'GET /v1/orders/{id}': everyone,
  'GET /v1/orders/{id}/history': everyone,
  'GET /v1/orders/{id}/events': everyone,
  'GET /v1/orders/events': workers,
  'GET /v1/orders/{id}/explanation': workers,
  'PATCH /v1/orders/{id}/status': workers,
  'POST /v1/orders/{id}/ready': workers,
  'POST /v1/orders/{id}/cancel': everyone,
  'GET /v1/inventory': everyone,
  'POST /v1/inventory': workers,
  'GET /v1/inventory/{id}': everyone,
  'PATCH /v1/inventory/{id}': workers,
  'DELETE /v1/inventory/{id}': workers,
  'POST /v1/inventory/{id}/restock': workers,
  'POST /v1/inventory/{id}/adjustments': workers,
  'POST /v1/inventory/{id}/counts': workers,
  'POST /v1/inventory/{id}/unavailable': workers,
  'DELETE /v1/inventory/{id}/unavailable': workers,
  'GET /v1/inventory/{id}/promises': workers,
  'GET /v1/inventory/{id}/movements': workers,
  'POST /v1/inventory/import': workers,
  'GET /v1/inventory/export': workers,
  'GET /v1/inventory/{id}/movements/export': workers,
  'GET /v1/orders/export': workers,
  'GET /v1/notifications/export': workers,
  'GET /v1/inventory/duplicate-names': workers,
  'POST /v1/inventory/reconciliations': ['admin'],
  'GET /v1/analytics/summary': workers,
  'GET /v1/analytics/sales': workers,
  'GET /v1/analytics/top-items': workers,
  'GET /v1/analytics/funnel': workers,
  'GET /v1/analytics/lead-times': workers,
  'GET /v1/analytics/inventory': workers,
  ...Object.fromEntries(
    services
      .flatMap((service) => planOf(service).deadLetters ?? [])
      .flatMap((path) => [
        [`GET ${path}`, adminOnly],
        [`GET ${path}/{id}`, adminOnly],
        [`POST ${path}/redrive`, adminOnly],
        [`GET ${path}/stopped-partitions`, adminOnly],
        [`POST ${path}/stopped-partitions/skip`, adminOnly],
      ]),
  ),
  'GET /v1/notifications': workers,
  'POST /v1/notifications/{id}/retry': workers,
};

/** Registers the tests; `whole` is called when they run. */
export function describeRolesByRoutes(whole: () => WholeSystem): void {
  describe('roles by routes', () => {
    test('the merged document lists these routes and no others', async () => {
      const { body } = await send('GET', `${whole().system.urls.gateway}/openapi.json`);
      const listed = Object.entries(body.paths as Record<string, object>).flatMap(([path, operations]) =>
        Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
      );
      expect(listed.filter((route) => !route.startsWith('HEAD ')).toSorted()).toEqual(Object.keys(allowed).toSorted());
    });

    test.each(Object.keys(allowed))('%s', async (route) => {
      const [method = '', template = ''] = route.split(' ');
      // An event stream has no end: with an invalid id it does not begin.
      const path = template.replace('{id}', randomUUID()).replace(/\/events$/, '$&?lastEventId=x');
      const body = ['POST', 'PATCH'].includes(method) ? {} : undefined;
      const url = whole().system.urls.gateway + path;

      expect(await send(method, url, {}, body), 'without a token').toMatchObject({
        status: 401,
        body: { code: 'UNAUTHENTICATED' },
      });
      for (const role of everyone) {
        const { token } = await whole().as(role);
        const { status } = await send(method, url, { authorization: `Bearer ${token}` }, body);
        if (allowed[route]?.includes(role)) expect([401, 403], `${role} got ${status}`).not.toContain(status);
        else expect(status, role).toBe(403);
      }
    });

    test("another customer's order is not there", async () => {
      const customer = await whole().as('customer');
      const stranger = await whole().as('customer');
      const staff = await whole().as('staff');
      const dish = {
        itemName: `Dish ${randomUUID()}`,
        quantity: 5,
        threshold: 0,
        unit: 'portion',
        price: '1.00',
        category: 'mains',
      };
      const item = await staff.post('/v1/inventory', dish);
      const deliveryAddress = { line1: '1 Harbour Street', city: 'Lisbon', postalCode: '1100-148', country: 'PT' };
      const { body: order } = await customer.post('/v1/orders', {
        items: [{ itemId: item.body.id, quantity: 1 }],
        deliveryAddress,
      });

      expect((await stranger.get(`/v1/orders/${order.id}`)).status).toBe(404);
      expect((await stranger.get(`/v1/orders/${order.id}/history`)).status).toBe(404);
      expect((await stranger.post(`/v1/orders/${order.id}/cancel`, { reason: 'CUSTOMER' })).status).toBe(404);
      expect((await stranger.get('/v1/orders')).body.data).toEqual([]);
      expect((await customer.get(`/v1/orders/${order.id}`)).body.status).toBe('PENDING');
    });
  });
}
