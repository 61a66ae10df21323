-- Orders that wait for too long, as the last search found them, with the cause and since when. "source" is the service that reported it: its
-- rows stay as they are while it does not answer.
CREATE TABLE "stuck_orders" (
    "orderId" UUID NOT NULL,
    "cause" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "since" TIMESTAMP WITH TIME ZONE NOT NULL,
    "foundAt" TIMESTAMP WITH TIME ZONE NOT NULL,

    CONSTRAINT "stuck_orders_pkey" PRIMARY KEY ("orderId", "cause", "source")
);

-- One row: when the last search began. The replica that advances it searches; the others leave it to that one.
CREATE TABLE "stuck_order_searches" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "begunAt" TIMESTAMP WITH TIME ZONE NOT NULL,

    CONSTRAINT "stuck_order_searches_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "stuck_order_searches_is_one_row" CHECK ("id" = 1)
);
