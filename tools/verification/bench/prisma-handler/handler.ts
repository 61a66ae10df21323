// A straightforward handler with Fastify and Prisma: one interactive transaction for each order. Kept for comparison.
import Fastify from 'fastify';
import { PrismaPg } from '@prisma/adapter-pg';
import { createIdentity, type Caller } from '@oms/service-kit';
import { Prisma, PrismaClient } from './generated/client.ts';

type Line = { itemId: string; quantity: number };
type PlaceOrder = { items: Line[]; deliveryAddress: Prisma.InputJsonObject };

/** What order promises by default. */
const promiseMs = 45 * 60_000;

class OutOfStock extends Error {}

const body = {
  type: 'object',
  required: ['items', 'deliveryAddress'],
  properties: {
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 100,
      items: {
        type: 'object',
        required: ['itemId', 'quantity'],
        properties: {
          itemId: { type: 'string', format: 'uuid' },
          quantity: { type: 'integer', minimum: 1, maximum: 1_000 },
        },
      },
    },
    deliveryAddress: {
      type: 'object',
      required: ['line1', 'city', 'postalCode', 'country'],
      properties: {
        line1: { type: 'string' },
        city: { type: 'string' },
        postalCode: { type: 'string' },
        country: { type: 'string' },
      },
    },
  },
};

export function createPrismaHandler({
  databaseUrl,
  issuerUrl,
  poolMax,
}: {
  databaseUrl: string;
  issuerUrl: string;
  poolMax: number;
}) {
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl, max: poolMax }),
    // Longer than the defaults: many clients wait for a connection instead of failing after two seconds.
    transactionOptions: { maxWait: 15_000, timeout: 15_000 },
  });
  const identity = createIdentity({ issuerUrl, audience: 'oms' });
  const app = Fastify();

  app.post<{ Body: PlaceOrder }>('/v1/orders', { schema: { body } }, async (request, reply) => {
    const caller = await identity.verify(request.headers.authorization?.slice('Bearer '.length) ?? '');
    const idempotencyKey = String(request.headers['idempotency-key']);
    try {
      return reply.code(201).send(await place(caller, idempotencyKey, request.body));
    } catch (error) {
      if (error instanceof OutOfStock) return reply.code(409).send({ code: 'INSUFFICIENT_STOCK' });
      const isRepeat = error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
      if (!isRepeat) throw error;
      const key = { customerId: caller.id, idempotencyKey };
      return reply.code(201).send(await prisma.order.findUniqueOrThrow({ where: { customerId_idempotencyKey: key } }));
    }
  });

  function place(caller: Caller, idempotencyKey: string, { items: lines, deliveryAddress }: PlaceOrder) {
    const sorted = lines.toSorted((a, b) => (a.itemId < b.itemId ? -1 : 1));
    return prisma.$transaction(async (tx) => {
      for (const { itemId: id, quantity } of sorted) {
        const taken = await tx.item.updateMany({
          where: { id, quantity: { gte: quantity } },
          data: { quantity: { decrement: quantity } },
        });
        if (taken.count === 0) throw new OutOfStock();
      }
      const found = await tx.item.findMany({ where: { id: { in: sorted.map((line) => line.itemId) } } });
      const byId = new Map(found.map((item) => [item.id, item]));
      const items = sorted.map((line) => {
        const { name, price } = byId.get(line.itemId)!;
        return { ...line, itemName: name, unitPrice: price.toFixed(2), lineTotal: price.mul(line.quantity).toFixed(2) };
      });
      const totalAmount = Prisma.Decimal.sum(0, ...items.map((line) => line.lineTotal));
      const promisedDeliveryAt = new Date(Date.now() + promiseMs);
      const order = await tx.order.create({
        data: { customerId: caller.id, idempotencyKey, totalAmount, items, deliveryAddress, promisedDeliveryAt },
      });
      const payload = { orderId: order.id, customerId: caller.id, totalAmount: totalAmount.toFixed(2), items };
      await tx.outboxMessage.create({ data: { topic: 'order-events', aggregateId: order.id, payload } });
      return order;
    });
  }

  return {
    listen: (port: number) => app.listen({ host: '127.0.0.1', port }),
    async stop() {
      await app.close();
      await prisma.$disconnect();
    },
  };
}
