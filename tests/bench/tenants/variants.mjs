// SPDX-License-Identifier: Apache-2.0
// The ways to reach many tenants' databases that are compared; one more is one row more.

// `via`: which credentials the stores have (make.mjs). `env`: settings of the instance; a row whose settings the
// program does not know is left out. `pooler`: options of PgBouncer (pooler.mjs).
const TRUST = { auth: 'trust', idle: 10 };
// Room for each of 1,000 tenants in each worker that serves it, and some to spare: at the very edge workers close each
// other's connections. What is shipped has it for 200.
const ROOM = { TENANT_CONNS: '650', MANAGED_CONNS: '2100' };
const ONE = { WEB_SHARDS: '1' }, FOUR = { WEB_SHARDS: '4' };

export const variants = [
	{ name: 'as shipped: two shards, 400 connections', via: 'direct', env: {} },
	{ name: 'two shards, 2,000 connections', via: 'direct', env: ROOM },
	{ name: 'four shards of one worker, 2,000', via: 'direct', env: { ...ROOM, ...FOUR } },
	{ name: 'one shard, 2,000', via: 'direct', env: { ...ROOM, ...ONE } },
	{ name: 'PgBouncer with passwords', via: 'pooled', env: ROOM, pooler: { idle: 60 } },
	{ name: 'PgBouncer without', via: 'pooled-trusted', env: ROOM, pooler: TRUST },
	{ name: 'PgBouncer without, one shard', via: 'pooled-trusted', env: { ...ROOM, ...ONE }, pooler: TRUST },
];

// As `souk up` makes it, but with connections for more tenants than a machine of one developer has.
export const shipped = { name: 'two shards, 2,000 connections', via: 'direct', env: ROOM };
