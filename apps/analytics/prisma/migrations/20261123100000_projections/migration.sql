-- Read models, rebuilt from the log at any time: no foreign keys and no business checks, because a fact is recorded, not judged.
CREATE TYPE "OrderStatus" AS ENUM ('PENDING', 'PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED', 'CANCELLED');

CREATE TABLE "sales_orders" (
    "orderId" UUID NOT NULL,
    "customerId" UUID,
    "placedAt" TIMESTAMP WITH TIME ZONE,
    "totalCents" BIGINT,
    "status" "OrderStatus" NOT NULL,
    "statusAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "version" INTEGER NOT NULL,
    CONSTRAINT "sales_orders_pkey" PRIMARY KEY ("orderId"),
    -- NEW_ORDER tells all three at once, but a status change may have made the row before it.
    CONSTRAINT "sales_orders_placed_whole" CHECK (num_nulls("customerId", "placedAt", "totalCents") IN (0, 3))
);

-- No column that changes is in it, so a change of status touches no index.
CREATE INDEX "idx_sales_orders_placed_at" ON "sales_orders"("placedAt");

CREATE TABLE "sales_lines" (
    "orderId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "itemId" UUID NOT NULL,
    "itemName" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unitPriceCents" BIGINT NOT NULL,
    "lineTotalCents" BIGINT NOT NULL,
    CONSTRAINT "sales_lines_pkey" PRIMARY KEY ("orderId", "position")
);

CREATE TABLE "order_timelines" (
    "orderId" UUID NOT NULL,
    "placedAt" TIMESTAMP WITH TIME ZONE,
    "preparingAt" TIMESTAMP WITH TIME ZONE,
    "outForDeliveryAt" TIMESTAMP WITH TIME ZONE,
    "deliveredAt" TIMESTAMP WITH TIME ZONE,
    "cancelledAt" TIMESTAMP WITH TIME ZONE,
    "cancelReason" TEXT,
    "version" INTEGER NOT NULL,
    CONSTRAINT "order_timelines_pkey" PRIMARY KEY ("orderId")
);

CREATE INDEX "idx_order_timelines_placed_at" ON "order_timelines"("placedAt");

CREATE TABLE "stock_levels" (
    "itemId" UUID NOT NULL,
    "itemName" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "threshold" INTEGER NOT NULL,
    "priceCents" BIGINT NOT NULL,
    "low" BOOLEAN NOT NULL,
    "deleted" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "stock_levels_pkey" PRIMARY KEY ("itemId")
);

CREATE INDEX "idx_stock_levels_low_first" ON "stock_levels"("low" DESC, "itemName", "itemId");
