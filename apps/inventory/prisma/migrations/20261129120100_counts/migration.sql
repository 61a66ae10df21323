-- "short": promised pieces that a count did not find. It may exceed "reserved" for a moment, while services of the release before still run.
ALTER TABLE "inventory" ADD COLUMN "short" INTEGER NOT NULL DEFAULT 0,
    ADD CONSTRAINT "inventory_short_not_negative" CHECK ("short" >= 0);

-- The sum of "shortDelta" of an item is what it is short of. "writtenOff" are units of an order that do not come back.
ALTER TABLE "movements" ADD COLUMN "shortDelta" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "writtenOff" INTEGER NOT NULL DEFAULT 0;
