// SPDX-License-Identifier: Apache-2.0
// Confirming an address, forgotten and changed passwords: what is mailed, and what must not work.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import bcrypt from 'bcryptjs';

import { call, get, ok, patiently, post, refused, tally, times, told } from '../lib/api.mjs';
import { agency, login, PASSWORD, shop, unique } from '../lib/actors.mjs';
import { base, settings, until } from '../lib/env.mjs';
import { mailsTo, mailTo, noMoreThan } from '../lib/mail.mjs';
import { managed, master, quote, row, sql } from '../lib/sql.mjs';

const NEXT = 'another long pass phrase';
const CONFIRM = 'Confirm', RESET = 'Set a new', CHANGED = 'Your password';

const verify = (body) => post('/api/auth/verify-email', body);
const resend = (email) => post('/api/auth/resend-verification', { email });
const forgot = (email, more = {}) => post('/api/auth/forgot-password', { email }, more);
const reset = (token, password = NEXT) => post('/api/auth/reset-password', { token, password });
const change = (token, currentPassword, newPassword = NEXT) =>
	post('/api/auth/change-password', { currentPassword, newPassword }, { token });
const me = async (token) => ok(await get('/api/auth/me', { token })).user;
const wrong = (rs) => refused(rs, 400, 'CODE_INVALID');
const other = (code) => String((Number(code) + 1) % 1e6).padStart(6, '0');

async function asked(email, n = 1) {
	ok(await forgot(email));
	return mailTo(email, RESET, n);
}

test('a registration is mailed a code and a link, in a mail of good form', async () => {
	const a = await agency({ firstName: 'Ada <b>"x"</b>' });
	const mail = await mailTo(a.email, CONFIRM);
	assert.equal(mail.mode, 0o600);
	assert.ok(mail.link.startsWith(`${settings().PUBLIC_URL ?? base.origin}/verify-email?token=`), mail.link);
	assert.ok(mail.token.length >= 22);
	assert.match(mail.code, /^\d{6}$/);
	assert.ok(mail.html.includes(mail.code) && mail.html.includes(mail.token));
	assert.match(mail.head, /^Message-ID: <[\w-]+@[\w.-]+>\r$/m);
	assert.match(mail.head, /^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r$/m);
	assert.match(mail.head, /^MIME-Version: 1\.0\r$/m);
	assert.ok(!/[^\r]\n/.test(mail.raw), 'a bare LF');
	assert.ok(!mail.raw.includes('Ada'), 'what a stranger typed is not mailed to the address');
	assert.equal((await me(a.token)).emailVerified, false);
});

test('the code confirms the address, once', async () => {
	const a = await agency();
	const { code, token } = await mailTo(a.email, CONFIRM);
	wrong(await verify({ email: a.email, code: other(code) }));
	ok(await verify({ email: a.email.toUpperCase(), code: `${code.slice(0, 3)} ${code.slice(3)}` }));
	assert.equal((await me(a.token)).emailVerified, true);
	wrong(await verify({ email: a.email, code }));
	wrong(await verify({ token }));
	const { at } = await row(master(), `SELECT email_verified_at AS at FROM users WHERE email = ${quote(a.email)}`);
	assert.ok(at);
});

test('who is signed in needs no address beside the code', async () => {
	const a = await agency(), b = await agency();
	const { code } = await mailTo(a.email, CONFIRM);
	const own = (body, token) => post('/api/auth/verify-email', body, { token });
	assert.ok(refused(await own({ code }), 400, 'VALIDATION_ERROR').email);
	refused(await own({ code }, `${a.token}x`), 401, 'INVALID_TOKEN');
	await mailTo(b.email, CONFIRM);
	wrong(await own({ code: other(code) }, b.token));
	assert.ok(refused(await own({ code, email: 'junk' }, a.token), 400, 'VALIDATION_ERROR').email);
	ok(await own({ code }, a.token));
	assert.equal((await me(a.token)).emailVerified, true);
	assert.equal((await me(b.token)).emailVerified, false);
});

test('the link confirms the address, once; looking at its page does not', async () => {
	const a = await agency();
	const { link, token } = await mailTo(a.email, CONFIRM);
	const { pathname, search } = new URL(link);
	for (let i = 0; i < 3; i++) {
		const page = await get(pathname + search);
		assert.equal(page.status, 200);
		assert.match(page.text, /method="post" action="\/verify-email"/);
		assert.equal(page.headers['cache-control'], 'no-store');
	}
	assert.equal((await call('HEAD', pathname + search)).status, 200);
	assert.equal((await me(a.token)).emailVerified, false);
	ok(await verify({ token }));
	assert.equal((await me(a.token)).emailVerified, true);
	wrong(await verify({ token }));
});

test('twenty uses of one token at once: one succeeds', async () => {
	const a = await agency();
	const { token } = await mailTo(a.email, CONFIRM);
	assert.deepEqual(tally(await times(20, () => verify({ token }))), { 200: 1, '400 CODE_INVALID': 19 });
	const mail = await asked(a.email);
	assert.deepEqual(tally(await times(20, (i) => patiently(() => reset(mail.token, `${NEXT} ${i}`)))),
		{ 200: 1, '400 CODE_INVALID': 19 });
	const b = await agency();
	const { code } = await mailTo(b.email, CONFIRM);
	assert.deepEqual(tally(await times(20, () => verify({ email: b.email, code }))),
		{ 200: 1, '400 CODE_INVALID': 19 });
});

test('five wrong codes, and the right one is refused; the link still works', async () => {
	const a = await agency();
	const { code, token } = await mailTo(a.email, CONFIRM);
	const tries = await times(5, () => verify({ email: a.email, code: other(code) }));
	assert.deepEqual(tally(tries), { '400 CODE_INVALID': 5 });
	wrong(await verify({ email: a.email, code }));
	ok(await verify({ token }));
});

test('another address cannot use a code, nor another purpose a token', async () => {
	const a = await agency(), b = await agency();
	const mine = await mailTo(a.email, CONFIRM);
	await mailTo(b.email, CONFIRM);
	wrong(await verify({ email: b.email, code: mine.code }));
	wrong(await reset(mine.token));
	const { token } = await asked(a.email);
	wrong(await verify({ token }));
	ok(await reset(token));
});

test('a new mail takes the place of the one before', async () => {
	const a = await agency();
	const first = await mailTo(a.email, CONFIRM);
	ok(await resend(a.email));
	const second = await mailTo(a.email, CONFIRM, 2);
	assert.notEqual(second.token, first.token);
	wrong(await verify({ token: first.token }));
	ok(await verify({ email: a.email, code: second.code }));
	ok(await resend(a.email));
	assert.ok(await noMoreThan(a.email, 2), 'who is confirmed gets no mail');
});

test('resend takes the address of who is signed in', async () => {
	const a = await agency();
	await mailTo(a.email, CONFIRM);
	ok(await post('/api/auth/resend-verification', {}, { token: a.token }));
	await mailTo(a.email, CONFIRM, 2);
	refused(await post('/api/auth/resend-verification', {}), 401, 'NO_TOKEN');
});

test('what is too old is refused', async () => {
	const a = await agency();
	const mail = await mailTo(a.email, CONFIRM), link = await asked(a.email);
	await sql(master(), `UPDATE account_tokens SET expires_at = now() - interval '1 second'
		WHERE user_id = ${quote(a.id)}`);
	wrong(await verify({ token: mail.token }));
	wrong(await verify({ email: a.email, code: mail.code }));
	wrong(await reset(link.token));
	assert.equal((await get(`/reset-password?token=${link.token}`)).status, 400);
	await login(a);
	const { minutes } = await row(master(), `SELECT extract(epoch FROM expires_at - created_at) / 60 AS minutes
		FROM account_tokens WHERE user_id = ${quote((await agencyWithMail()).id)}`);
	assert.ok(Math.abs(minutes - 15) < 0.1, String(minutes));
});

async function agencyWithMail() {
	const a = await agency();
	await mailTo(a.email, CONFIRM);
	return a;
}

test('a reset sets the password, ends every session, confirms the address and tells so', async () => {
	const a = await agency();
	const second = await login(a);
	const { link, token } = await asked(a.email);
	assert.ok(link.includes('/reset-password?token='));
	assert.ok(refused(await reset(token, 'short'), 400, 'VALIDATION_ERROR').password);
	assert.ok(refused(await reset(token, 'password'), 400, 'VALIDATION_ERROR').password);
	ok(await reset(token));
	for (const dead of [a.token, second.token])
		refused(await get('/api/auth/me', { token: dead }), 401, 'SESSION_REVOKED');
	refused(await post('/api/auth/refresh', { refreshToken: a.refreshToken }), 401, 'REFRESH_FAILED');
	refused(await post('/api/auth/login', a), 401, 'INVALID_CREDENTIALS');
	const data = await login({ ...a, password: NEXT });
	assert.equal(data.user.emailVerified, true);
	wrong(await reset(token, 'yet another pass phrase'));
	await mailTo(a.email, CHANGED);
});

test('whether an address has an account is not told', async () => {
	const a = await agencyWithMail();
	const stranger = `${unique('n')}@example.com`;
	for (const ask of [forgot, resend]) {
		const known = await ask(a.email), unknown = await ask(stranger);
		assert.equal(known.status, 200);
		assert.equal(known.text, unknown.text);
	}
	const code = await verify({ email: a.email, code: '000000' });
	assert.equal(code.text, (await verify({ email: stranger, code: '000000' })).text);
	assert.ok(await noMoreThan(stranger, 0));
	await sql(master(), `UPDATE users SET is_active = false WHERE id = ${quote(a.id)}`);
	const before = mailsTo(a.email).length;
	ok(await forgot(a.email));
	assert.ok(await noMoreThan(a.email, before), 'who is switched off gets no mail');
});

test('too many mails to one address: the same answer, and no mail', async () => {
	const a = await agencyWithMail();
	await sql(master(), `INSERT INTO rate_limits (key, hits) VALUES (${quote(`mail_reset:${a.email}`)}, 1000000)`);
	ok(await forgot(a.email));
	assert.ok(await noMoreThan(a.email, 1));
});

test('links are made of PUBLIC_URL only', async () => {
	const a = await agencyWithMail();
	const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', origin: 'http://evil.example' };
	ok(await forgot(a.email, { headers }));
	const mail = await mailTo(a.email, RESET);
	assert.ok(!mail.raw.includes('evil'));
	refused(await forgot(a.email, { host: 'evil.example' }), 404, 'STORE_NOT_FOUND');
});

test('fields that nobody may set change nothing, and bad ones are named', async () => {
	const a = await agencyWithMail(), b = await agencyWithMail();
	ok(await post('/api/auth/forgot-password', { email: a.email, userId: b.id, user_id: b.id, to: b.email,
		template: 'verify_email', link: 'http://evil.example', role: 'admin' }));
	const { token } = await mailTo(a.email, RESET);
	assert.equal(mailsTo(b.email).length, 1);
	ok(await post('/api/auth/reset-password', { token, password: NEXT, userId: b.id, email: b.email, role: 'admin',
		emailVerified: false, isActive: false }));
	await login(b);
	assert.equal((await login({ ...a, password: NEXT })).user.role, 'store_owner');
	for (const email of ['a@b.example\r\nBcc: c@d.example', 'a@b.example\nX: y', '<a@b.example>', 'a', 5, null, [a.email]])
		assert.ok(refused(await forgot(email), 400, 'VALIDATION_ERROR').email);
	assert.ok(refused(await verify({}), 400, 'VALIDATION_ERROR').code);
	assert.ok(refused(await verify({ email: a.email, code: '12345' }), 400, 'VALIDATION_ERROR').code);
	assert.ok(refused(await verify({ token: 5 }), 400, 'VALIDATION_ERROR').token);
	assert.ok(refused(await verify({ token: null }), 400, 'VALIDATION_ERROR').token);
	assert.ok(refused(await reset(null), 400, 'VALIDATION_ERROR').token);
	for (const odd of ['x', 'A'.repeat(43), "' OR 1=1", '%00', '../..'])
		wrong(await reset(odd));
});

test('no secret of a mail stands in the database', async () => {
	const a = await agency();
	const mail = await mailTo(a.email, CONFIRM), link = await asked(a.email);
	// A code is too short to be looked for alone: elsewhere the same digits may stand by chance.
	for (const secret of [mail.token, link.token, `"${mail.code}"`])
		for (const table of ['account_tokens', 'job_queue', 'audit_log', 'rate_limits']) {
			const { n } = await row(master(), `SELECT count(*) AS n FROM ${table} t
				WHERE replace(t::text, '""', '"') LIKE ${quote(`%${secret}%`)}`);
			assert.equal(n, 0, table);
		}
});

test('a job that is run again mails nothing new, and a stale one nothing at all', async () => {
	const a = await agency();
	const first = await mailTo(a.email, CONFIRM);
	const again = (name) => sql(master(), `UPDATE job_queue SET status = 'queued', attempts = 0, finished_at = NULL,
		run_at = now() WHERE id = ${quote(name.replace('.eml', ''))}`);
	const done = (name) => until('the job', async () => (await row(master(), `SELECT status FROM job_queue
		WHERE id = ${quote(name.replace('.eml', ''))}`)).status === 'completed');
	await again(first.name);
	await done(first.name);
	assert.equal(mailsTo(a.email).length, 1);
	assert.equal(mailsTo(a.email)[0].token, first.token);
	ok(await resend(a.email));
	const second = await mailTo(a.email, CONFIRM, 2);
	await again(first.name);
	await done(first.name);
	wrong(await verify({ token: first.token }));
	ok(await verify({ token: second.token }));
});

test('change-password asks for the old one, and ends the other sessions', async () => {
	const a = await agency();
	const second = await login(a);
	refused(await change(a.token, 'not it at all'), 401, 'INVALID_CREDENTIALS');
	refused(await change(undefined, PASSWORD), 401, 'NO_TOKEN');
	assert.ok(refused(await change(a.token, PASSWORD, 'short'), 400, 'VALIDATION_ERROR').newPassword);
	const { token } = await asked(a.email);
	ok(await change(a.token, PASSWORD));
	await me(a.token);
	refused(await get('/api/auth/me', { token: second.token }), 401, 'SESSION_REVOKED');
	refused(await change(a.token, PASSWORD), 401, 'INVALID_CREDENTIALS');
	wrong(await reset(token));
	await login({ ...a, password: NEXT });
	await mailTo(a.email, CHANGED);
});

test('of many changes at once one succeeds', async () => {
	const a = await agency();
	const answers = await times(8, (i) => patiently(() => change(a.token, PASSWORD, `${NEXT} ${i}`)));
	assert.equal(answers.filter((rs) => rs.status === 200).length, 1, JSON.stringify(tally(answers)));
	assert.ok(answers.every((rs) => rs.status === 200 || rs.status === 401), answers.map(told).join('\n'));
});

test('wrong old passwords are counted as failed logins', async () => {
	const a = await agency();
	const hits = async () => (await row(master(), `SELECT sum(hits) AS n FROM rate_limits
		WHERE key LIKE ${quote(`login:platform:${a.email}:%`)}`)).n ?? 0;
	await change(a.token, 'not it at all');
	await change(a.token, 'not it at all');
	assert.equal(await hits(), 2);
	ok(await change(a.token, PASSWORD));
	assert.equal(await hits(), 0);
});

test('a store\'s own users change their password too, and no other endpoint knows them', async (t) => {
	if (settings().EMAIL_VERIFICATION === 'required')
		return t.skip('agencies must be confirmed first here');
	const s = await shop(), host = s.store.hostname, id = randomUUID();
	const person = { email: `${unique('c')}@example.com`, password: PASSWORD };
	await sql(managed(s.store.id), `INSERT INTO users (id, email, password_hash, first_name, last_name, role, account_type)
		VALUES ('${id}', ${quote(person.email)}, ${quote(bcrypt.hashSync(PASSWORD, 6))}, 'C', 'U', 'customer', 'customer')`);
	const first = await login({ ...person }, { hostname: host }), second = await login(person, { hostname: host });
	refused(await change(first.token, 'not it at all'), 401, 'INVALID_CREDENTIALS');
	ok(await change(first.token, PASSWORD));
	ok(await get('/api/auth/me', { token: first.token }));
	refused(await get('/api/auth/me', { token: second.token }), 401, 'SESSION_REVOKED');
	refused(await post('/api/auth/login', { ...person, hostname: host }), 401, 'INVALID_CREDENTIALS');
	await login({ ...person, password: NEXT }, { hostname: host });
	refused(await post('/api/auth/resend-verification', {}, { token: first.token }), 403, 'FORBIDDEN');
	refused(await forgot(s.owner.email, { host }), 404, 'NOT_FOUND');
	ok(await forgot(person.email));
	assert.ok(await noMoreThan(person.email, 0));
});

test('forms without their token change nothing', async () => {
	const a = await agency();
	const { token } = await mailTo(a.email, CONFIRM), link = await asked(a.email);
	const form = (path, fields) => call('POST', path, { body: new URLSearchParams(fields).toString(),
		headers: { 'content-type': 'application/x-www-form-urlencoded' } });
	assert.equal((await form('/verify-email', { token })).status, 403);
	assert.equal((await form('/reset-password', { token: link.token, password: NEXT })).status, 403);
	assert.equal((await form('/forgot-password', { email: a.email })).status, 403);
	assert.equal((await me(a.token)).emailVerified, false);
	await login(a);
});

test('who asks too often for one kind of mail does not silence the other', async () => {
	const a = await agency();
	await sql(master(), `INSERT INTO rate_limits (key, hits) VALUES (${quote(`mail_verify:${a.email}`)}, 1000000)
		ON CONFLICT (key) DO UPDATE SET hits = 1000000`);
	ok(await resend(a.email));
	await asked(a.email);
	assert.equal(mailsTo(a.email).filter((mail) => mail.subject.startsWith(CONFIRM)).length, 1);
});
