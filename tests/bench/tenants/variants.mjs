// SPDX-License-Identifier: Apache-2.0
// The ways to reach many tenants' databases that are compared; one more is one row more.

// `via`: which credentials the stores have (make.mjs). `env`: settings of the instance; a row whose settings the
// program does not know is left out. `pooler`: options of PgBouncer (pooler.mjs).
const TRUST = { auth: 'trust', idle: 10 };
const MANY = { TENANT_CONNS: '600', MANAGED_CONNS: '2000', WEB_SHARDS: '1' };
const SHARDS = { ...MANY, WEB_SHARDS: '2' };

export const variants = [
	{ name: 'direct', via: 'direct', env: {} },
	{ name: 'direct, no passwords', via: 'direct-trusted', env: {} },
	{ name: 'direct, no passwords, 64', via: 'direct-trusted', env: { TENANT_CONNS: '64' } },
	{ name: 'PgBouncer', via: 'pooled', env: {}, pooler: { idle: 10 } },
	{ name: 'PgBouncer, no passwords', via: 'pooled-trusted', env: {}, pooler: TRUST },
	{ name: 'PgBouncer, no passwords, 256', via: 'pooled-trusted', env: { TENANT_CONNS: '256' }, pooler: TRUST },
	{ name: 'direct, shards', via: 'direct', env: SHARDS },
	{ name: 'direct, no passwords, shards', via: 'direct-trusted', env: SHARDS },
	{ name: 'PgBouncer, no passwords, shards', via: 'pooled-trusted', env: SHARDS, pooler: TRUST },
];

// What a fresh instance does without any setting.
export const shipped = { name: 'as shipped', via: 'direct', env: {} };
