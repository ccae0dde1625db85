// SPDX-License-Identifier: Apache-2.0
// GET /api/auth/me in Fastify, with postgres.js and fast-jwt, the answer by a compiled schema.
import { createVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import postgres from 'postgres';

import { answer, refused, text } from './answer.js';
import { KEEP_ALIVE_MS, onAllCores } from './cluster.js';

const string = { type: 'string' }, maybe = { type: 'string', nullable: true }, boolean = { type: 'boolean' };
const object = (properties) => ({ type: 'object', properties });
const me = object({ success: boolean, data: object({
	user: object({ id: string, email: string, firstName: string, lastName: string, phone: maybe, avatarUrl: maybe,
		companyName: maybe, role: string, accountType: string, isActive: boolean, emailVerified: boolean,
		createdAt: string, lastLogin: maybe }),
	stores: { type: 'array', items: object({ id: string, name: string, slug: string, status: string,
		isActive: boolean, hostname: maybe }) },
	currentStoreId: maybe }) });

onAllCores(async (path) => {
	const app = Fastify({ keepAliveTimeout: KEEP_ALIVE_MS });
	// Times stay Date objects, which the schema's serializer writes as RFC 3339.
	const sql = postgres({ host: process.env.PGHOST, max: 8 });
	const verify = createVerifier({ key: process.env.JWT_SECRET, algorithms: ['HS256'], allowedIss: 'souk',
		allowedAud: 'platform', cache: false });

	app.get('/api/auth/me', { schema: { response: { 200: me } } }, async (rq, rs) => {
		let claims;
		try {
			claims = verify((rq.headers.authorization ?? '').slice('Bearer '.length));
		} catch {
			return rs.code(401).send(refused('INVALID_TOKEN', 'Please sign in again'));
		}
		const rows = await sql.unsafe(text, [claims.sid, claims.sub], { prepare: true });
		if (!rows.length)
			return rs.code(401).send(refused('SESSION_REVOKED', 'This session has ended'));
		return answer(rows, claims.storeId);
	});

	await app.listen({ path, readableAll: true, writableAll: true });
});
