-- Who put which dead letter back, when. A row without "sentAt" was begun and perhaps not ended. Rows are added, never removed.
CREATE TABLE messaging.redrives (
    "id" BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "eventId" TEXT,
    "by" TEXT NOT NULL,
    "force" BOOLEAN NOT NULL,
    "at" TIMESTAMP WITH TIME ZONE NOT NULL,
    "sentAt" TIMESTAMP WITH TIME ZONE
);

CREATE INDEX redrives_letter ON messaging.redrives ("consumer", "topic", "partition", "offset");
