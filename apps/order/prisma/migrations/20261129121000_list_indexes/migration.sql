-- The lists of a customer and of a status, sorted by time: store/list-orders.ts walks along one of these indexes, or along idx_orders_created_at.
CREATE INDEX IF NOT EXISTS "idx_orders_customer_created" ON "orders"("customerId", "createdAt");
CREATE INDEX IF NOT EXISTS "idx_orders_status_created" ON "orders"("status", "createdAt");
