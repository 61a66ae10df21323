-- Which orders wait for an item: read by the open reservations, as an index of the lines by item would slow each reservation down. HELD
-- reservations have an index already.
CREATE INDEX "idx_reservations_confirmed" ON "reservations"("createdAt", "orderId") WHERE "state" = 'CONFIRMED';

-- Items of which nothing can be ordered, in the sequence of the list.
CREATE INDEX "idx_inventory_out_of_stock" ON "inventory"("nameKey") WHERE "quantity" = 0;
