-- Names are sorted as people sort them (Apple, apple, Éclair, Zebra), and not by their bytes.
CREATE COLLATION names (provider = icu, locale = 'und-u-kf-upper');

-- The normal form of a name, by which names are compared: Unicode NFKC with case folded, without characters that are drawn as nothing, and with
-- one blank for several. domain/item-name.ts has the same rule. A form that is too long for an index ends in a hash.
CREATE FUNCTION item_name_key(name TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT CASE WHEN octet_length(key) <= 1100 THEN key ELSE left(key, 200) || ' ' || encode(sha256(convert_to(key, 'UTF8')), 'hex') END
    FROM (
        SELECT btrim(regexp_replace(regexp_replace(
            normalize(casefold(normalize(name, NFKC) COLLATE pg_catalog."pg_unicode_fast"), NFKC),
            '[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+',
            '', 'g'), '[\u0009-\u000d\u0020\u0085\u1680\u2028\u2029]+', ' ', 'g'), ' ') AS key
    ) AS folded
);

-- "detailsVersion" counts changes of the details, and is not changed by stock. It begins at "version", so that the ETags that clients have stay valid.
-- "nameDuplicate" is 0, except for items that had the same normal form of a name before it was unique: they are numbered, and stay.
ALTER TABLE "inventory"
    ADD COLUMN "detailsVersion" INTEGER NOT NULL DEFAULT 1,
    ADD COLUMN "nameKey" TEXT COLLATE names GENERATED ALWAYS AS (item_name_key("itemName")) STORED,
    ADD COLUMN "nameDuplicate" INTEGER NOT NULL DEFAULT 0;

UPDATE "inventory" AS i
SET "detailsVersion" = i."version", "nameDuplicate" = n."number"
FROM (SELECT id, row_number() OVER (PARTITION BY "nameKey" ORDER BY "createdAt", id) - 1 AS "number" FROM "inventory") AS n
WHERE n.id = i.id;

-- One index for both, uniqueness and the sequence of the list: each change of stock writes all indexes of the table.
-- Deferrable for a recovery, which restores what was published and numbers duplicates afterwards.
ALTER TABLE "inventory" ADD CONSTRAINT "inventory_nameKey_key" UNIQUE ("nameKey", "nameDuplicate") DEFERRABLE INITIALLY IMMEDIATE;
