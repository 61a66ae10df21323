-- Names are sorted as people sort them (Apple, apple, Éclair, Zebra), and not by their bytes. Of two names that differ in case only, the one
-- with the capital is first.
CREATE COLLATION names (provider = icu, locale = 'und-u-kf-upper');

DROP INDEX "idx_stock_levels_low_first";
CREATE INDEX "idx_stock_levels_low_first" ON "stock_levels"("low" DESC, "itemName" COLLATE names, "itemId");
