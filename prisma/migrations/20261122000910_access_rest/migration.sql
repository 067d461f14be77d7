-- Tables that came beside 20261122000300_access and that people change: their changes are noted too.
SELECT audited('weekly_wish', 'person_id'), audited('grid_node', 'id');
-- Migrations are the owner's: the program reads which were applied, and writes none.
REVOKE INSERT, UPDATE ON _prisma_migrations FROM valley_app;
