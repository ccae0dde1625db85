-- SPDX-License-Identifier: Apache-2.0
-- Master database, work and its traces: the job queue, idempotency keys, webhooks, the audit log.

CREATE TABLE job_queue (
	id uuid PRIMARY KEY,
	kind text NOT NULL,
	store_id uuid REFERENCES stores (id) ON DELETE CASCADE,
	user_id uuid REFERENCES users (id) ON DELETE SET NULL,
	payload jsonb NOT NULL DEFAULT '{}',
	status text NOT NULL DEFAULT 'queued',
	priority integer NOT NULL DEFAULT 0,
	run_at timestamptz NOT NULL DEFAULT now(),
	attempts integer NOT NULL DEFAULT 0,
	max_attempts integer NOT NULL DEFAULT 5,
	lease_owner text,
	lease_expires_at timestamptz,
	fence bigint NOT NULL DEFAULT 0,
	unique_key text,
	last_error text,
	progress integer NOT NULL DEFAULT 0,
	result jsonb,
	created_at timestamptz NOT NULL DEFAULT now(),
	started_at timestamptz,
	finished_at timestamptz,
	CONSTRAINT job_queue_kind_check CHECK (char_length(kind) BETWEEN 1 AND 64),
	CONSTRAINT job_queue_status_check CHECK (
		status IN ('queued', 'running', 'completed', 'failed', 'dead', 'cancelled')),
	CONSTRAINT job_queue_attempts_check CHECK (attempts >= 0 AND max_attempts >= 1),
	CONSTRAINT job_queue_lease_check CHECK (
		status <> 'running' OR (lease_owner IS NOT NULL AND lease_expires_at IS NOT NULL)),
	CONSTRAINT job_queue_progress_check CHECK (progress >= 0)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX job_queue_claim_idx ON job_queue (priority DESC, run_at, id) WHERE status = 'queued';
CREATE INDEX job_queue_run_at_idx ON job_queue (run_at) WHERE status = 'queued';
CREATE INDEX job_queue_lease_idx ON job_queue (lease_expires_at) WHERE status = 'running';
CREATE INDEX job_queue_running_store_idx ON job_queue (store_id) WHERE status = 'running';
CREATE INDEX job_queue_store_id_idx ON job_queue (store_id, created_at DESC, id DESC);
CREATE INDEX job_queue_user_id_idx ON job_queue (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX job_queue_finished_at_idx ON job_queue (finished_at) WHERE finished_at IS NOT NULL;
CREATE UNIQUE INDEX job_queue_unique_key ON job_queue (unique_key)
	WHERE status IN ('queued', 'running');
ALTER TABLE job_queue ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE job_queue IS 'M9. One queue for all stores: whatever takes longer than a request.';
COMMENT ON COLUMN job_queue.kind IS 'A row of the program''s table of jobs.';
COMMENT ON COLUMN job_queue.store_id IS 'Whose work it is; NULL: the platform''s.';
COMMENT ON COLUMN job_queue.user_id IS 'Who asked for it; NULL: the platform.';
COMMENT ON COLUMN job_queue.payload IS
	'Ids and plain words; secrets stay sealed in their own rows.';
COMMENT ON COLUMN job_queue.status IS
	'queued also while waiting for another try. failed: gave up by itself. dead: out of tries, '
	'for a '
	'person to look at and replay.';
COMMENT ON COLUMN job_queue.priority IS
	'The higher one runs first; among equals the earlier run_at.';
COMMENT ON COLUMN job_queue.run_at IS 'Not before this time.';
COMMENT ON COLUMN job_queue.attempts IS
	'Counted when a try begins, so that a job which kills its runner is counted too.';
COMMENT ON COLUMN job_queue.lease_owner IS 'Host, process and start of the runner that has it.';
COMMENT ON COLUMN job_queue.lease_expires_at IS
	'The runner prolongs it; once past, others may take it.';
COMMENT ON COLUMN job_queue.fence IS
	'Raised at each claim; a write on behalf of the job must name it, so a late runner changes '
	'nothing.';
COMMENT ON COLUMN job_queue.unique_key IS
	'At most one job with this key waits or runs; NULL: as many as you like.';
COMMENT ON COLUMN job_queue.last_error IS 'For people, of the last try; no secret.';
COMMENT ON COLUMN job_queue.progress IS 'As far as it has come, in the job''s own measure.';

CREATE FUNCTION job_queue_notify() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('souk_jobs', NEW.kind);
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION job_queue_notify() IS
	'Wakes the runners that listen on souk_jobs; the others find the job at their next look.';
CREATE TRIGGER job_queue_notify AFTER INSERT ON job_queue
	FOR EACH ROW EXECUTE FUNCTION job_queue_notify();

CREATE TABLE idempotency_keys (
	user_id uuid NOT NULL,
	route text NOT NULL,
	key text NOT NULL,
	request_hash bytea NOT NULL,
	status text NOT NULL DEFAULT 'running',
	response_status integer,
	response_body text,
	locked_until timestamptz,
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
	PRIMARY KEY (user_id, route, key),
	CONSTRAINT idempotency_keys_key_check CHECK (octet_length(key) BETWEEN 1 AND 255),
	CONSTRAINT idempotency_keys_status_check CHECK (status IN ('running', 'done')),
	CONSTRAINT idempotency_keys_response_status_check CHECK (
		(status = 'done') = (response_status IS NOT NULL)
		AND (response_status IS NULL OR response_status BETWEEN 100 AND 599))
);
CREATE INDEX idempotency_keys_expires_at_idx ON idempotency_keys (expires_at);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE idempotency_keys IS
	'Answers kept for a day, so that a repeated request is answered and not done again.';
COMMENT ON COLUMN idempotency_keys.user_id IS
	'The caller. No foreign key: a caller may be a user of a store''s own database.';
COMMENT ON COLUMN idempotency_keys.route IS 'Method and pattern of the route.';
COMMENT ON COLUMN idempotency_keys.key IS 'The Idempotency-Key header.';
COMMENT ON COLUMN idempotency_keys.request_hash IS
	'Of the body: another body under the same key is an error.';
COMMENT ON COLUMN idempotency_keys.locked_until IS
	'While running: after this the one who began is taken for dead and another may go on.';

CREATE TABLE webhook_events (
	provider text NOT NULL,
	event_id text NOT NULL,
	type text NOT NULL,
	payload jsonb NOT NULL,
	received_at timestamptz NOT NULL DEFAULT now(),
	processed_at timestamptz,
	error text,
	PRIMARY KEY (provider, event_id)
);
CREATE INDEX webhook_events_open_idx ON webhook_events (received_at) WHERE processed_at IS NULL;
ALTER TABLE webhook_events ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE webhook_events IS
	'Events that others sent us and whose signature was good; each takes effect once.';
COMMENT ON COLUMN webhook_events.provider IS 'Who sent it, such as stripe.';
COMMENT ON COLUMN webhook_events.event_id IS 'The sender''s id of it.';
COMMENT ON COLUMN webhook_events.processed_at IS
	'Set in the transaction that did what it asks, or found nothing to do.';
COMMENT ON COLUMN webhook_events.error IS 'Why the last try did not succeed.';

CREATE TABLE audit_log (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at timestamptz NOT NULL DEFAULT now(),
	user_id uuid,
	store_id uuid,
	action text NOT NULL,
	request_id text,
	ip text,
	details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_log_store_id_idx ON audit_log (store_id, at DESC) WHERE store_id IS NOT NULL;
CREATE INDEX audit_log_user_id_idx ON audit_log (user_id, at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX audit_log_at_idx ON audit_log (at);
CREATE TRIGGER audit_log_immutable BEFORE UPDATE ON audit_log
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
COMMENT ON TABLE audit_log IS
	'Who did what to whom. Rows are never changed; old ones may be removed when their time is '
	'over.';
COMMENT ON COLUMN audit_log.user_id IS 'No foreign key: the record outlives what it names.';
COMMENT ON COLUMN audit_log.store_id IS 'No foreign key: the record outlives what it names.';
COMMENT ON COLUMN audit_log.action IS 'Thing and verb, such as store.create.';
COMMENT ON COLUMN audit_log.details IS 'What a reader needs to understand it; never a secret.';
