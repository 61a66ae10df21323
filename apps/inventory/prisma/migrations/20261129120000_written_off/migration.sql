-- What does not come back when an order is cancelled, and what was counted. In a migration of their own: PostgreSQL lets new values be used
-- only when they are committed.
ALTER TYPE "MovementReason" ADD VALUE 'COUNTED';
ALTER TYPE "MovementReason" ADD VALUE 'WRITTEN_OFF';
ALTER TYPE "ReservationState" ADD VALUE 'WRITTEN_OFF';
