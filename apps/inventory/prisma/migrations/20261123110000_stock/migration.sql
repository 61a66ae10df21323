-- The specification's table, and beside its columns `version` (adds 1 with each change) and `reserved` (held by open reservations).
CREATE TABLE "inventory" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "itemName" VARCHAR(255) NOT NULL,
    "quantity" INTEGER NOT NULL DEFAULT 0,
    "threshold" INTEGER NOT NULL DEFAULT 10,
    "unit" VARCHAR(255) NOT NULL,
    "price" DECIMAL(10,2) NOT NULL,
    "category" VARCHAR(255) NOT NULL,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "reserved" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "inventory_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "inventory_itemName_key" UNIQUE ("itemName"),
    -- The last guard of the stock: whatever the code does, nothing that is not there is promised.
    CONSTRAINT "inventory_quantity_not_negative" CHECK ("quantity" >= 0),
    CONSTRAINT "inventory_reserved_not_negative" CHECK ("reserved" >= 0),
    CONSTRAINT "inventory_threshold_not_negative" CHECK ("threshold" >= 0),
    CONSTRAINT "inventory_price_not_negative" CHECK ("price" >= 0),
    -- So that giving back what is reserved never overflows.
    CONSTRAINT "inventory_reserved_fits_back" CHECK ("quantity"::BIGINT + "reserved" <= 2147483647)
);

CREATE INDEX "idx_inventory_item_name" ON "inventory"("itemName");
CREATE INDEX "idx_inventory_category" ON "inventory"("category");
CREATE INDEX "idx_inventory_low_stock" ON "inventory"("quantity", "threshold");

CREATE TYPE "MovementReason" AS ENUM ('CREATED', 'RESERVED', 'RELEASED', 'RESTOCKED', 'ADJUSTED', 'DELETED');

-- No foreign key to inventory: the ledger of a deleted item stays.
CREATE TABLE "movements" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "itemId" UUID NOT NULL,
    "delta" INTEGER NOT NULL,
    "quantityAfter" INTEGER NOT NULL,
    "reason" "MovementReason" NOT NULL,
    "orderId" UUID,
    "note" VARCHAR(255),
    "changedBy" VARCHAR(255) NOT NULL,
    "itemVersion" INTEGER NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "movements_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "movements_quantity_after_not_negative" CHECK ("quantityAfter" >= 0)
);

-- A version of an item moves its stock once; two writers that both saw the version before cannot both be right.
CREATE UNIQUE INDEX "movements_itemId_itemVersion_key" ON "movements"("itemId", "itemVersion");

CREATE FUNCTION refuse_to_rewrite_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Cannot % a movement: the ledger is append-only. Write an adjustment instead.', TG_OP;
END $$;

CREATE TRIGGER "movements_append_only" BEFORE UPDATE OR DELETE ON "movements"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_the_ledger();

CREATE TYPE "ReservationState" AS ENUM ('HELD', 'CONFIRMED', 'SOLD', 'RELEASED');

CREATE TABLE "reservations" (
    "orderId" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "state" "ReservationState" NOT NULL,
    "orderPlaced" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "reservations_pkey" PRIMARY KEY ("orderId")
);

-- What the sweeper looks through: only what is still held, oldest first.
CREATE INDEX "idx_reservations_held" ON "reservations"("createdAt") WHERE "state" = 'HELD';

CREATE TABLE "reservation_lines" (
    "orderId" UUID NOT NULL,
    "itemId" UUID NOT NULL,
    "itemName" VARCHAR(255) NOT NULL,
    "quantity" INTEGER NOT NULL,
    "unitPrice" DECIMAL(10,2) NOT NULL,
    CONSTRAINT "reservation_lines_pkey" PRIMARY KEY ("orderId", "itemId"),
    CONSTRAINT "reservation_lines_quantity_positive" CHECK ("quantity" > 0)
);

CREATE TABLE "stock_commands" (
    "callerId" VARCHAR(255) NOT NULL,
    "key" VARCHAR(255) NOT NULL,
    "requestHash" TEXT NOT NULL,
    "reply" JSONB NOT NULL,
    "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT "stock_commands_pkey" PRIMARY KEY ("callerId", "key")
);

-- By which replies older than a day are forgotten.
CREATE INDEX "idx_stock_commands_created_at" ON "stock_commands"("createdAt");
