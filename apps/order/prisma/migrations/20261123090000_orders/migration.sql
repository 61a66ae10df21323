CREATE TYPE "OrderStatus" AS ENUM ('PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED');
CREATE TYPE "PlacementOutcome" AS ENUM ('PLACED', 'ABANDONED');

-- The specification's table, and beside it `version`: 1 when placed, +1 for each change.
-- "items" and "deliveryAddress" hold exactly what the API shows.
CREATE TABLE "orders" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "customerId" UUID NOT NULL,
    "status" "OrderStatus" NOT NULL DEFAULT 'PENDING',
    "totalAmount" DECIMAL(10,2) NOT NULL,
    "items" JSONB NOT NULL,
    "deliveryAddress" JSONB NOT NULL,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "orders_total_amount_is_not_negative" CHECK ("totalAmount" >= 0),
    CONSTRAINT "orders_version_starts_at_1" CHECK ("version" >= 1),
    CONSTRAINT "orders_are_updated_after_they_are_created" CHECK ("updatedAt" >= "createdAt")
);

CREATE INDEX "idx_orders_customer_id" ON "orders"("customerId");
CREATE INDEX "idx_orders_status" ON "orders"("status");
-- Also the index of the list's cursor: rows of one moment are few, so sorting them by id costs nothing.
CREATE INDEX "idx_orders_created_at" ON "orders"("createdAt");

-- Append-only: one row for each version of an order. No foreign key: the only writer is the transaction that writes
-- the order itself, and the check would cost one look-up for every row of every batch.
-- "eventId" is the message on order-events that told of the change; it also tells whether a commit whose answer was
-- lost took place.
CREATE TABLE "order_history" (
    "orderId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "fromStatus" "OrderStatus",
    "toStatus" "OrderStatus" NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "changedBy" TEXT NOT NULL,
    "changedByRole" TEXT NOT NULL,
    "reason" TEXT,
    "note" TEXT,
    "eventId" UUID NOT NULL,

    CONSTRAINT "order_history_pkey" PRIMARY KEY ("orderId", "version"),
    CONSTRAINT "order_history_begins_with_the_placement" CHECK (("version" = 1) = ("fromStatus" IS NULL)),
    CONSTRAINT "order_history_version_starts_at_1" CHECK ("version" >= 1)
);

-- What became of each attempt to place an order. PLACED: the order exists, and "reply" is what its client was told,
-- kept for 24 hours. ABANDONED: inventory gave the stock of attempts up to "attempt" back, and none of them may commit.
CREATE TABLE "placements" (
    "orderId" UUID NOT NULL,
    "customerId" UUID,
    "idempotencyKey" TEXT,
    "requestHash" TEXT,
    "attempt" INTEGER NOT NULL,
    "outcome" "PlacementOutcome" NOT NULL,
    "reply" TEXT,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,

    CONSTRAINT "placements_pkey" PRIMARY KEY ("orderId"),
    CONSTRAINT "placements_attempt_starts_at_1" CHECK ("attempt" >= 1),
    CONSTRAINT "placements_placed_knows_its_request" CHECK (
        "outcome" = 'ABANDONED'
        OR ("customerId" IS NOT NULL AND "idempotencyKey" IS NOT NULL AND "requestHash" IS NOT NULL)
    )
);

-- For the clean-up of replies only; it empties as replies are forgotten.
CREATE INDEX "idx_placements_kept_replies" ON "placements"("createdAt") WHERE "reply" IS NOT NULL;
