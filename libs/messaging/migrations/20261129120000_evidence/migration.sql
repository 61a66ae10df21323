-- Where each message was read, and which messages became dead letters: evidence for people who ask why an order waits.

-- Null for rows of earlier releases. No index: the messages of an aggregate are looked up by their ids, by the primary key.
ALTER TABLE messaging.inbox
    ADD COLUMN "partition" INTEGER,
    ADD COLUMN "offset" BIGINT;

-- One row for each message that a group sent to its dead letters. The dead-letter topic has the message itself; this table finds it by its
-- aggregate. A message that was redriven and then applied has a row in the inbox.
CREATE TABLE messaging.dead_letters (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "aggregateId" UUID,
    "aggregateVersion" INTEGER,
    "eventId" UUID,
    "eventType" TEXT,
    "reason" TEXT NOT NULL,
    "error" TEXT NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(),
    PRIMARY KEY ("consumer", "topic", "partition", "offset")
);

CREATE INDEX dead_letters_aggregate ON messaging.dead_letters ("aggregateId");
CREATE INDEX dead_letters_at ON messaging.dead_letters ("at");
