-- Machines write a session, but for one thing: a person has a stay settled again that could not be.
CREATE TRIGGER audit_settle_again AFTER UPDATE OF settle_state ON session FOR EACH ROW
  WHEN (OLD.settle_state = 'REVIEW' AND current_setting('app.audit', true) = 'on') EXECUTE FUNCTION audit_note('id');
