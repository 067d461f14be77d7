-- What stays take, learned like how long they last: counts per whole kWh (101 numbers) of everybody, a station and a
-- card. NULL: counted before this migration, when only lengths were.
ALTER TABLE departure_count ADD COLUMN energy jsonb;
-- With its first plan a stay gets the chance that it takes more than 0…100 kWh, a fact of it from then on.
-- NULL: first planned before this migration; it keeps what was assumed then.
ALTER TABLE departure_expected ADD COLUMN energy jsonb;
