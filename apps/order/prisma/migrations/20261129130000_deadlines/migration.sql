-- The times of an order's life. All null in rows of before, and in those that a service of before goes on writing beside one that knows the
-- columns: such an order has no deadline.
ALTER TABLE "orders"
    -- When a scheduled order shall be shown to the kitchen, and when it was.
    ADD COLUMN "dueAt" TIMESTAMP WITH TIME ZONE,
    ADD COLUMN "shownAt" TIMESTAMP WITH TIME ZONE,
    -- It is cancelled if the kitchen has not accepted it by then.
    ADD COLUMN "acceptBy" TIMESTAMP WITH TIME ZONE,
    ADD COLUMN "acceptedAt" TIMESTAMP WITH TIME ZONE,
    ADD COLUMN "readyAt" TIMESTAMP WITH TIME ZONE,
    ADD COLUMN "pickedUpAt" TIMESTAMP WITH TIME ZONE,
    ADD COLUMN "deliveredAt" TIMESTAMP WITH TIME ZONE,
    -- When ORDER_LATE was published of each stage.
    ADD COLUMN "preparingLateAt" TIMESTAMP WITH TIME ZONE,
    ADD COLUMN "deliveryLateAt" TIMESTAMP WITH TIME ZONE,
    -- When the sweep must look at the order next. Written with every change of the order.
    ADD COLUMN "deadlineAt" TIMESTAMP WITH TIME ZONE;

-- Holds open orders only, so a sweep reads what is due and nothing else.
CREATE INDEX IF NOT EXISTS "idx_orders_deadline_at" ON "orders"("deadlineAt") WHERE "deadlineAt" IS NOT NULL;

-- A change without a new status: READY or DUE. "fromStatus" and "toStatus" are the status then.
ALTER TABLE "order_history" ADD COLUMN "milestone" TEXT;

-- One row: when the deadlines were last swept, and since when they are swept again after an outage. Shared by all replicas.
CREATE TABLE "deadline_sweeps" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "sweptAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "resumedAt" TIMESTAMP WITH TIME ZONE NOT NULL,

    CONSTRAINT "deadline_sweeps_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "deadline_sweeps_is_one_row" CHECK ("id" = 1)
);
