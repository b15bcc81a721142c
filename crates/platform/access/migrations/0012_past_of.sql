-- Whoever grants within a part of the house passes on no more of the past than they see: what a thing
-- of the past must have been below, something of each. Null: all of its past.
ALTER TABLE access_grant ADD COLUMN past_of TEXT;
