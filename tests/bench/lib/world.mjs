// SPDX-License-Identifier: Apache-2.0
// The people of a run: an agency that has finished its onboarding, and a user of its store with 20 sessions.
import { shop } from '../../lib/actors.mjs';
import { get, ok, told } from '../../lib/api.mjs';
import { managed, master, quote, row, sql } from '../../lib/sql.mjs';
import { addSessions, tenantToken } from '../tenants/make.mjs';

async function finishOnboarding(s) {
	await sql(master(), `UPDATE users SET profile_completed_at = now() WHERE id = ${quote(s.owner.id)};
		UPDATE stores SET onboarding_payments = 'skipped', onboarding_credits = 'skipped'
		WHERE id = ${quote(s.store.id)}`);
}

// { shop, token, me (the answer's JSON), login, session: { sid, uid }, page, tenant: { host, token } }
export async function makeWorld() {
	const s = await shop(), { token } = s.owner;
	await finishOnboarding(s);
	const me = await get('/api/auth/me', { token });
	ok(me);
	const person = await addSessions(managed(s.store.id));
	const tenant = { host: s.store.hostname, token: tenantToken(s.store.id, person) };
	const list = ok(await get('/api/auth/sessions', tenant)).sessions;
	if (list.length !== 20)
		throw new Error(`the tenant's user has ${list.length} sessions`);
	const cookie = `souk_session=${token}`, page = await get('/dashboard/credits', { headers: { cookie } });
	if (page.status !== 200)
		throw new Error(`the page cannot be had: ${told(page)}`);
	const session = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
	await row(master(), `SELECT id FROM sessions WHERE id = ${quote(session.sid)}`);
	return { shop: s, token, me: me.json, meText: me.text, cookie, tenant,
		login: JSON.stringify({ email: s.owner.email, password: s.owner.password }),
		session: { sid: session.sid, uid: s.owner.id } };
}
