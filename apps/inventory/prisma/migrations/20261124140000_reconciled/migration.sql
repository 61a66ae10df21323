-- A repair of the books is a movement of its own, so that the ledger tells of it.
ALTER TYPE "MovementReason" ADD VALUE 'RECONCILED';

-- TRUNCATE is neither UPDATE nor DELETE, and would empty the ledger unasked.
CREATE TRIGGER "movements_never_emptied" BEFORE TRUNCATE ON "movements"
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_the_ledger();
