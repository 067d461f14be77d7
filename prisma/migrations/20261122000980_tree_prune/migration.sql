-- Joint plans are many, a row for each plug-in and price; old ones go, and the plans they made stay.
ALTER TABLE plan DROP CONSTRAINT plan_tree_plan_id_fkey,
  ADD CONSTRAINT plan_tree_plan_id_fkey FOREIGN KEY (tree_plan_id) REFERENCES tree_plan (id) ON DELETE SET NULL;
ALTER TABLE tree_plan_limit DROP CONSTRAINT tree_plan_limit_tree_plan_id_fkey,
  ADD CONSTRAINT tree_plan_limit_tree_plan_id_fkey FOREIGN KEY (tree_plan_id) REFERENCES tree_plan (id) ON DELETE CASCADE;
CREATE INDEX tree_plan_made ON tree_plan (made_at);
CREATE INDEX plan_tree_plan ON plan (tree_plan_id) WHERE tree_plan_id IS NOT NULL;
CREATE INDEX tree_plan_limit_tree_plan ON tree_plan_limit (tree_plan_id);
GRANT DELETE ON tree_plan TO valley_app;
