-- Stations write their events, but a person settles them: that is noted as any change by a person is.
SELECT audited('station_event', 'id');
-- The last stays that ended at a charging point: whose cards a page at the kerb may go on asking with.
CREATE INDEX session_ended_at_evse ON session (station_id, evse_id, plug_out_at DESC) WHERE state = 'CLOSED';
