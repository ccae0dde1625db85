-- SPDX-License-Identifier: Apache-2.0
-- The shop's own schedule.

CREATE_TABLE(cron_job_types, [[What can be scheduled; the program and plugins define them.]])
	code varchar(60) PRIMARY KEY CHECK (MATCHES(code, '^[a-z][a-z0-9_]*$')),
	name varchar(120) NOT NULL,
	description varchar(500) NOT NULL DEFAULT '',
	default_schedule varchar(120) NOT NULL,
	parameters_schema JSON_T EMPTY_OBJECT,
	min_interval_seconds int NOT NULL DEFAULT 60 CHECK (min_interval_seconds > 0),
	max_runtime_seconds int NOT NULL DEFAULT 300 CHECK (max_runtime_seconds > 0),
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	TIMESTAMPS
END_TABLE

CREATE_TABLE(cron_jobs, [[Jobs on a schedule of five fields in their own time zone. lease_token is raised at each start, so that a late end is refused.]])
	UUID_ID,
	type_code varchar(60) NOT NULL,
	name varchar(120) NOT NULL CHECK (name <> ''),
	schedule varchar(120) NOT NULL CHECK (schedule <> ''),
	timezone varchar(64) NOT NULL DEFAULT 'UTC',
	parameters JSON_T EMPTY_OBJECT,
	is_active BOOL_T NOT NULL DEFAULT TRUE,
	is_system BOOL_T NOT NULL DEFAULT FALSE,
	max_attempts smallint NOT NULL DEFAULT 3 CHECK (max_attempts BETWEEN 1 AND 20),
	timeout_seconds int NOT NULL DEFAULT 300 CHECK (timeout_seconds > 0),
	next_run_at TIMESTAMP_T,
	last_run_at TIMESTAMP_T,
	last_status varchar(10) CHECK (last_status IN ('succeeded', 'failed', 'timeout', 'skipped')),
	run_count bigint NOT NULL DEFAULT 0 CHECK (run_count >= 0),
	consecutive_failures int NOT NULL DEFAULT 0 CHECK (consecutive_failures >= 0),
	locked_until TIMESTAMP_T,
	lease_token bigint NOT NULL DEFAULT 0 CHECK (lease_token >= 0),
	created_by UUID_T,
	TIMESTAMPS,
	UNIQUE_KEY(name, name),
	FK_INDEXED(type_code, cron_job_types, RESTRICT, code),
	FK_INDEXED(created_by, users, [[SET NULL]])
END_TABLE
INDEX_WHERE(cron_jobs, due, next_run_at, is_active)

CREATE_TABLE(cron_job_executions, [[Runs of a job. One for each tick and attempt, however many schedulers there are.]])
	UUID_ID,
	cron_job_id UUID_T NOT NULL,
	scheduled_for TIMESTAMP_T NOT NULL,
	attempt smallint NOT NULL DEFAULT 1 CHECK (attempt > 0),
	triggered_by varchar(10) NOT NULL DEFAULT 'schedule' CHECK (triggered_by IN ('schedule', 'person', 'retry')),
	status varchar(10) NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'succeeded', 'failed', 'timeout', 'skipped')),
	started_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	finished_at TIMESTAMP_T,
	duration_ms bigint CHECK (duration_ms >= 0),
	result JSON_T EMPTY_OBJECT,
	error varchar(2000),
	lease_token bigint NOT NULL DEFAULT 0,
	UNIQUE_KEY(tick, [[cron_job_id, scheduled_for, attempt]]),
	CHECK_THAT(finished, [[(status = 'running') = (finished_at IS NULL)]]),
	FK_KEYED(cron_job_id, cron_jobs, CASCADE)
END_TABLE
MAKE_INDEX(cron_job_executions, started_at, started_at)
