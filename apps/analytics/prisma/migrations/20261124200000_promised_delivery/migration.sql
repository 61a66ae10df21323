-- Null for the orders that were promised nothing, and for those whose placement was read before promises were told.
ALTER TABLE "order_timelines" ADD COLUMN "promisedDeliveryAt" TIMESTAMP WITH TIME ZONE;
