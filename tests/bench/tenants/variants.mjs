// SPDX-License-Identifier: Apache-2.0
// The ways to reach many tenants' databases that are compared; one more is one row more.

// `via`: which credentials the stores have (make.mjs). `env`: settings of the instance; a row whose settings the
// program does not know is left out. `pooler`: options of PgBouncer (pooler.mjs).
export const variants = [
	{ name: 'direct', via: 'direct', env: {} },
	{ name: 'direct, 64 a worker', via: 'direct', env: { TENANT_CONNS: '64' } },
	{ name: 'PgBouncer', via: 'pooled', env: {}, pooler: { idle: 10 } },
	{ name: 'PgBouncer, no passwords', via: 'trusted', env: {}, pooler: { auth: 'trust', idle: 10 } },
	{ name: 'PgBouncer, no passwords, 256', via: 'trusted', env: { TENANT_CONNS: '256' }, pooler: { auth: 'trust', idle: 10 } },
	{ name: 'direct, shards', via: 'direct', env: { WEB_SHARDS: '4', TENANT_CONNS: '64' } },
	{ name: 'PgBouncer, no passwords, shards', via: 'trusted', env: { WEB_SHARDS: '4' }, pooler: { auth: 'trust', idle: 10 } },
];

// What a fresh instance does without any setting.
export const shipped = { name: 'as shipped', via: 'direct', env: {} };
