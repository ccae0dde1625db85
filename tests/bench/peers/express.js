// SPDX-License-Identifier: Apache-2.0
// GET /api/auth/me in Express, with pg and jsonwebtoken.
import express from 'express';
import jwt from 'jsonwebtoken';
import pg from 'pg';

import { answer, refused, text } from './answer.js';
import { KEEP_ALIVE_MS, onAllCores } from './cluster.js';

onAllCores((path) => {
	const pool = new pg.Pool({ max: 8 }), app = express(), secret = process.env.JWT_SECRET;
	const must = { algorithms: ['HS256'], issuer: 'souk', audience: 'platform' };
	app.disable('x-powered-by');
	app.disable('etag');

	app.get('/api/auth/me', async (rq, rs) => {
		let claims;
		try {
			claims = jwt.verify((rq.headers.authorization ?? '').slice('Bearer '.length), secret, must);
		} catch {
			return rs.status(401).json(refused('INVALID_TOKEN', 'Please sign in again'));
		}
		// A name: prepared once for each connection.
		const { rows } = await pool.query({ name: 'me', text, values: [claims.sid, claims.sub] });
		if (!rows.length)
			return rs.status(401).json(refused('SESSION_REVOKED', 'This session has ended'));
		rs.json(answer(rows, claims.storeId));
	});

	app.listen({ path, readableAll: true, writableAll: true }).keepAliveTimeout = KEEP_ALIVE_MS;
});
