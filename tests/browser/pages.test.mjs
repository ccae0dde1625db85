// SPDX-License-Identifier: Apache-2.0
// What threats.md promises of pages: forms, names full of markup, secrets, cookies, headers; and the keyboard.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { agency, connect, PASSWORD, shop, store, unique } from '../lib/actors.mjs';
import { call, get, ok } from '../lib/api.mjs';
import { base } from '../lib/env.mjs';
import { master, quote, row, sql } from '../lib/sql.mjs';
import { leave, missing, path, send, start, stop, visitor } from './chromium.mjs';

const IMAGE = '<img src=x onerror="document.title=\'owned\';alert(1)">';
const SCRIPT = '"><script>alert(document.cookie)</script>';
const FORM = 'application/x-www-form-urlencoded';

const cookieOf = (owner) => ({ cookie: `souk_session=${owner.token}` });

// A page as bytes, and a form as any program could send it.
const fetchPage = (where, headers = {}) => call('GET', where, { headers: { accept: 'text/html', ...headers } });
const sendForm = (where, fields, headers = {}) => call('POST', where, { body: new URLSearchParams(fields).toString(),
	headers: { 'content-type': FORM, accept: 'text/html', ...headers } });

// The last step is behind this person.
const through = (owner) =>
	sql(master(), `UPDATE users SET profile_completed_at = now() WHERE id = ${quote(owner.id)}`);

async function tokenOf(where, headers) {
	const { text } = await fetchPage(where, headers);
	return text.match(/name="_csrf" value="([^"]+)"/)[1];
}

// All that a form could have changed of a person.
async function stateOf(owner) {
	return row(master(), `SELECT u.first_name, u.phone, u.profile_completed_at,
		(SELECT count(*) FROM users) AS users,
		(SELECT json_agg(json_build_array(s.name, s.status, s.onboarding_payments, s.onboarding_credits) ORDER BY s.id)
			FROM stores s WHERE s.user_id = u.id) AS stores,
		(SELECT count(*) FROM credit_transactions t JOIN stores s ON s.id = t.store_id
			WHERE s.user_id = u.id) AS bought,
		(SELECT count(*) FROM sessions n WHERE n.user_id = u.id AND n.revoked_at IS NULL) AS sessions
		FROM users u WHERE u.id = ${quote(owner.id)}`);
}

describe('forms and sessions', () => {
	let owner, made;
	before(async () => {
		({ owner, store: made } = await shop({ name: IMAGE }));
		await through(owner);
	});

	test('every form without its token, with another one, or from another site: 403, no change', async () => {
		const stranger = await agency();
		const theirs = await tokenOf('/onboarding/store', cookieOf(stranger));
		const own = await tokenOf('/dashboard/account', cookieOf(owner));
		const forms = {
			'/onboarding/store': { name: 'Another', slug: unique() },
			'/onboarding/database': { type: 'managed' },
			'/onboarding/payments': { skip: '1' },
			'/onboarding/credits': { amount: '10', key: unique() },
			'/onboarding/profile': { phone: '+31 20 123 4567' },
			'/dashboard/credits': { amount: '10', key: unique() },
			'/dashboard/account': { firstName: 'Eve', lastName: 'Evil' },
			'/dashboard/account/sessions': { others: '1' },
			'/dashboard/switch-store': { storeId: made.id },
			'/logout': { signout: '1' },
		};
		const before = await stateOf(owner);
		let sent = 0;
		for (const [where, fields] of Object.entries(forms)) {
			const tries = [
				[fields, {}], [{ ...fields, _csrf: '' }, {}], [{ ...fields, _csrf: 'wrong' }, {}],
				[{ ...fields, _csrf: theirs }, {}], [{ ...fields, _csrf: own.slice(0, -1) }, {}],
				[{ ...fields, _csrf: own }, { origin: 'https://evil.example' }],
				[{ ...fields, _csrf: own }, { origin: 'null' }],
				[{ ...fields, _csrf: own }, { 'sec-fetch-site': 'cross-site' }],
				[{ ...fields, _csrf: own }, { 'sec-fetch-site': 'same-site' }],
			];
			for (const [body, headers] of tries) {
				const rs = await sendForm(where, body, { ...cookieOf(owner), ...headers });
				assert.equal(rs.status, 403, `${where} ${JSON.stringify([body, headers])}`);
				assert.match(rs.headers['content-type'], /^text\/html/);
				sent++;
			}
		}
		assert.equal(sent, 90);
		assert.deepEqual(await stateOf(owner), before);
		ok(await get('/api/auth/me', { token: owner.token }));
	});

	test('before there is a session, too', async () => {
		const { users } = await row(master(), 'SELECT count(*)::int AS users FROM users');
		const fields = { email: `${unique()}@example.com`, password: PASSWORD, firstName: 'A', lastName: 'B' };
		for (const where of ['/register', '/login']) {
			const page = await fetchPage(where);
			const cookie = page.headers['set-cookie'][0].split(';')[0];
			const token = page.text.match(/name="_csrf" value="([^"]+)"/)[1];
			const other = await tokenOf(where);
			for (const [body, headers] of [[{}, { cookie }], [{ _csrf: other }, { cookie }], [{ _csrf: token }, {}],
				[{ _csrf: token }, { cookie, origin: 'https://evil.example' }],
				[{ _csrf: token }, { cookie, 'sec-fetch-site': 'cross-site' }]]) {
				const rs = await sendForm(where, { ...fields, ...body }, headers);
				assert.equal(rs.status, 403, where);
				assert.equal(rs.headers['set-cookie']?.some((c) => c.startsWith('souk_session=')) ?? false, false);
			}
		}
		assert.equal((await row(master(), 'SELECT count(*)::int AS users FROM users')).users, users);
	});

	test('pages of who is signed in are not kept; no page lets inline scripts run', async () => {
		const pages = ['/', '/docs', '/login', '/register', '/nowhere'];
		const own = ['/', '/docs', '/nowhere', '/onboarding/store?new=1', '/dashboard', '/dashboard/account'];
		for (const [where, headers] of [...pages.map((p) => [p, {}]), ...own.map((p) => [p, cookieOf(owner)])]) {
			const rs = await fetchPage(where, headers);
			const policy = rs.headers['content-security-policy'] ?? '';
			assert.match(policy, /default-src 'none'/, where);
			assert.match(policy, /frame-ancestors 'none'/, where);
			assert.doesNotMatch(policy, /unsafe|\*/, where);
			assert.equal(rs.headers['x-content-type-options'], 'nosniff');
			assert.doesNotMatch(rs.text, /<[^>]+\s(on\w+|style)=|<style|<script(?! src="\/)|javascript:/i, where);
			if (headers.cookie)
				assert.equal(rs.headers['cache-control'], 'no-store', where);
		}
	});

	test('return_to leads to our own paths only', async () => {
		const wishes = { '/dashboard/credits': '/dashboard/credits', 'https://evil.example/': '/dashboard',
			'//evil.example/': '/dashboard', '/\\evil.example': '/dashboard', '\\/evil.example': '/dashboard',
			'/%09/evil.example': null, '/\t/evil.example': 400, '/\r\nX: y': 400,
			'javascript:alert(1)': '/dashboard', 'evil.example': '/dashboard', '': '/dashboard' };
		for (const [wish, end] of Object.entries(wishes)) {
			const shown = await fetchPage(`/login?return_to=${encodeURIComponent(wish)}`);
			const kept = shown.text.match(/name="return_to" value="([^"]*)"/)?.[1];
			assert.ok(kept === undefined || end === null || kept === end, `${JSON.stringify(wish)} kept as ${kept}`);
			const page = await fetchPage('/login');
			const cookie = page.headers['set-cookie'][0].split(';')[0];
			const token = page.text.match(/name="_csrf" value="([^"]+)"/)[1];
			const rs = await sendForm('/login', { _csrf: token, email: owner.email, password: owner.password,
				return_to: wish }, { cookie });
			assert.equal(rs.status, end === 400 ? 400 : 303, JSON.stringify(wish));
			if (end === 400)
				continue;
			const to = new URL(rs.headers.location, base);
			assert.equal(to.origin, base.origin, JSON.stringify(wish));
			assert.equal(to.pathname, end ?? to.pathname, JSON.stringify(wish));
			const there = await fetchPage(`/login?return_to=${encodeURIComponent(wish)}`, cookieOf(owner));
			assert.equal(new URL(there.headers.location, base).origin, base.origin, JSON.stringify(wish));
		}
		const asked = await fetchPage('/dashboard/jobs');
		assert.equal(asked.status, 303);
		assert.equal(asked.headers.location, '/login?return_to=/dashboard/jobs');
	});

	test('a form sent twenty times at once makes one store, and one purchase', async () => {
		const person = await agency(), slug = unique('once-');
		const _csrf = await tokenOf('/onboarding/store', cookieOf(person));
		const sent = await Promise.all(Array.from({ length: 20 }, () =>
			sendForm('/onboarding/store', { _csrf, name: 'Once', slug }, cookieOf(person))));
		for (const rs of sent)
			assert.equal(rs.status, 303, rs.text.slice(0, 300));
		const { stores } = ok(await get('/api/auth/me', { token: person.token }));
		assert.equal(stores.length, 1);
		const page = await fetchPage('/dashboard/credits', cookieOf(owner));
		const [, token] = page.text.match(/name="_csrf" value="([^"]+)"/);
		const [, key] = page.text.match(/name="key" value="([^"]+)"/);
		const bought = await Promise.all(Array.from({ length: 10 }, () =>
			sendForm('/dashboard/credits', { _csrf: token, key, amount: '7' }, cookieOf(owner))));
		for (const rs of bought)
			assert.equal(rs.status, 303, rs.text.slice(0, 300));
		const left = async () => ok(await get('/api/credits/mt/balance', { token: owner.token })).balance;
		assert.equal(await left(), 7);
		// Gone back to, and sent with another amount: it buys at the second press, and says so in words for people.
		const again = await sendForm('/dashboard/credits', { _csrf: token, key, amount: '8' }, cookieOf(owner));
		assert.equal(again.status, 400);
		assert.match(again.text, /has bought credits already/);
		assert.doesNotMatch(again.text, /Idempotency/);
		assert.equal(await left(), 7);
		const [, fresh] = again.text.match(/name="key" value="([^"]+)"/);
		const second = await sendForm('/dashboard/credits', { _csrf: token, key: fresh, amount: '8' }, cookieOf(owner));
		assert.equal(second.status, 303);
		assert.equal(await left(), 15);
	});

	test('another agency\'s store cannot be chosen', async () => {
		const stranger = await agency(), theirs = await store(stranger);
		const _csrf = await tokenOf('/dashboard/account', cookieOf(owner));
		for (const storeId of [theirs.id, '01900000-0000-7000-8000-000000000000', 'x', '']) {
			const rs = await sendForm('/dashboard/switch-store', { _csrf, storeId }, cookieOf(owner));
			assert.ok([400, 404].includes(rs.status), `${storeId}: ${rs.status}`);
			assert.equal(rs.headers['set-cookie'], undefined);
			assert.match(rs.headers['content-type'], /^text\/html/);
		}
	});

	test('errors are pages for people, JSON for programs', async () => {
		for (const [where, method, status] of [['/nowhere', 'GET', 404], ['/dashboard', 'DELETE', 405],
			['/login/x', 'GET', 404]]) {
			const rs = await call(method, where, { headers: { accept: 'text/html,*/*;q=0.8' } });
			assert.equal(rs.status, status, where);
			assert.match(rs.headers['content-type'], /^text\/html/, where);
			assert.match(rs.text, new RegExp(rs.headers['x-request-id']));
		}
		const api = await call('GET', '/api/nowhere', { headers: { accept: 'text/html' } });
		assert.equal(api.code, 'NOT_FOUND');
	});
});

describe('pages in a browser', { skip: missing }, () => {
	let owner;
	before(async () => {
		[{ owner }] = await Promise.all([shop(), start()]);
	});
	after(stop);

	test('names full of markup are inert wherever they stand', async () => {
		const person = await agency({ firstName: IMAGE, lastName: SCRIPT, companyName: SCRIPT });
		const page = await visitor({ owner: person });
		await page.goto('/onboarding/store');
		await page.locator('[name=name]').fill('');
		await page.locator('[name=slug]').fill(SCRIPT);
		await send(page);
		await page.getByRole('alert').waitFor();
		await page.locator('[name=name]').fill(IMAGE);
		await page.locator('[name=slug]').fill(unique('x'));
		await send(page);
		await page.waitForURL('**/onboarding/database');
		const inert = async () => {
			assert.equal(await page.locator('img[src=x], main script').count(), 0);
			assert.notEqual(await page.title(), 'owned');
		};
		await inert();
		assert.ok((await page.locator('main').textContent()).includes(IMAGE));
		const { stores } = ok(await get('/api/auth/me', { token: person.token }));
		await connect(person, stores[0].id);
		for (const step of ['payments', 'credits']) {
			await page.goto(`/onboarding/${step}`);
			await inert();
			await page.locator('button[name=skip]').click();
		}
		await page.locator('[name=companyName]').fill(SCRIPT);
		await send(page);
		await page.waitForURL('**/dashboard');
		await store(person, { name: SCRIPT });
		for (const where of ['/dashboard', '/dashboard/credits', '/dashboard/jobs', '/dashboard/database',
			'/dashboard/account', '/onboarding/store?new=1', '/']) {
			await page.goto(where);
			await inert();
		}
		await page.goto('/dashboard');
		assert.equal(await page.locator('h1').textContent(), IMAGE);
		await page.locator('.picker summary').click();
		assert.deepEqual((await page.locator('button[name=storeId] strong').allTextContents()).sort(),
			[SCRIPT, IMAGE].sort());
		for (const where of [`/login?return_to=/${encodeURIComponent(SCRIPT)}`, `/${encodeURIComponent(IMAGE)}`,
			`/dashboard/jobs?cursor=${encodeURIComponent(SCRIPT)}`]) {
			await page.goto(where);
			await inert();
		}
		await leave(page);
	});

	test('a name that turns the direction of writing turns its own only', async () => {
		const { owner: person } = await shop({ name: '\u202eABC' });
		const page = await visitor({ owner: person });
		await page.goto('/onboarding/payments');
		for (const step of ['payments', 'credits']) {
			await page.goto(`/onboarding/${step}`);
			await page.locator('button[name=skip]').click();
		}
		await send(page);
		for (const where of ['credits', 'jobs', 'database']) {
			await page.goto(`/dashboard/${where}`);
			const order = await page.locator('.sub').first().evaluate((p) => {
				const place = (node) => {
					const range = document.createRange();
					range.selectNodeContents(node);
					return range.getBoundingClientRect();
				};
				const [before, name, after] = p.childNodes;
				return place(before).right <= place(name).left + 1 && place(name).right <= place(after).left + 1;
			});
			assert.equal(order, true, where);
		}
		await leave(page);
	});

	test('secrets are never echoed into a form', async () => {
		const page = await visitor({ owner });
		const secret = 'sk_live_51HsoukCanary00000';
		await page.goto('/onboarding/payments');
		await page.getByLabel('Publishable key', { exact: true }).fill('pk_test_51HsoukCanary00000');
		await page.locator('[name=secretKey]').fill(secret);
		await send(page);
		await page.getByRole('alert').waitFor();
		assert.equal((await page.content()).includes('51HsoukCanary'), false);
		assert.equal(await page.locator('[name=secretKey]').inputValue(), '');
		await leave(page);

		const guest = await visitor();
		for (const where of ['/register', '/login']) {
			await guest.goto(where);
			await guest.locator('[name=email]').fill('not an address');
			await guest.locator('[name=password]').fill('canary pass phrase');
			await send(guest);
			await guest.getByRole('alert').waitFor();
			assert.equal(await guest.locator('[name=email]').inputValue(), 'not an address');
			assert.equal(await guest.locator('[name=password]').inputValue(), '');
			assert.equal((await guest.content()).includes('canary pass'), false);
		}
		await leave(guest);
	});

	test('signing in and out: the words for a wrong password, the cookie, the end of the session', async () => {
		await through(owner);
		const page = await visitor(), said = [];
		for (const [email, password] of [[owner.email, 'not the pass phrase'],
			[`${unique()}@example.com`, PASSWORD]]) {
			await page.goto('/dashboard/credits');
			assert.equal(path(page), '/login');
			await page.getByLabel('Email address').fill(email);
			await page.locator('[name=password]').fill(password);
			await send(page);
			const alert = page.getByRole('alert');
			await alert.waitFor();
			said.push(await alert.textContent());
			assert.equal(await alert.evaluate((a) => a === document.activeElement), true, 'the alert has the focus');
			assert.equal(await page.locator('[name=email]').inputValue(), email);
		}
		assert.match(said[0], /password/i);
		assert.equal(said[0], said[1]);
		await page.getByLabel('Email address').fill(owner.email);
		await page.locator('[name=password]').fill(owner.password);
		await send(page);
		await page.waitForURL('**/dashboard/credits');
		const cookies = await page.context().cookies();
		const cookie = cookies.find((c) => c.name === 'souk_session');
		assert.equal(cookie.httpOnly, true);
		assert.equal(cookie.sameSite, 'Lax');
		assert.equal(cookie.path, '/');
		for (const each of cookies)
			assert.equal(each.httpOnly, true, each.name);
		assert.equal(await page.evaluate(() => document.cookie), '');
		await page.goto('/login');
		assert.equal(path(page), '/dashboard');

		await page.getByRole('button', { name: 'Sign out' }).first().click();
		await page.waitForURL(`${base.origin}/`);
		assert.equal((await page.context().cookies()).some((c) => c.name === 'souk_session'), false);
		await page.goto('/dashboard');
		assert.equal(path(page), '/login');
		await page.goBack();
		assert.equal(await page.locator('.picker').count(), 0, 'a signed-in page came back from the history');
		assert.equal((await get('/api/auth/me', { token: cookie.value })).code, 'SESSION_REVOKED');
		const rs = await fetchPage('/dashboard', { cookie: `souk_session=${cookie.value}` });
		assert.equal(rs.status, 303);
		await leave(page);
	});

	test('a button pressed twice sends once', async () => {
		const person = await agency(), page = await visitor({ owner: person });
		let posts = 0;
		page.on('request', (rq) => (posts += rq.method() === 'POST'));
		await page.goto('/onboarding/store');
		await page.locator('[name=name]').fill(`Twice ${unique()}`);
		await page.locator('main button[type=submit]').dblclick();
		await page.waitForURL('**/onboarding/database');
		assert.equal(posts, 1);
		assert.equal(ok(await get('/api/auth/me', { token: person.token })).stores.length, 1);
		await leave(page);
	});

	test('/docs shows every operation of openapi.json', async () => {
		const page = await visitor();
		const api = await (await page.request.get('/openapi.json')).json();
		const wanted = Object.entries(api.paths).flatMap(([where, item]) => Object.keys(item)
			.filter((m) => ['get', 'post', 'put', 'patch', 'delete'].includes(m))
			.map((m) => `${m.toUpperCase()} ${where}`)).sort();
		await page.goto('/docs');
		const shown = await page.locator('.op').evaluateAll((list) => list.map((op) =>
			`${op.querySelector('.verb').textContent} ${op.querySelector('.op-line code').textContent}`));
		assert.deepEqual(shown.sort(), wanted);
		const broken = await page.locator('a[href^="#"]').evaluateAll((links) => links
			.filter((a) => !document.getElementById(a.hash.slice(1))).map((a) => a.hash));
		assert.deepEqual(broken, []);
		const twice = await page.locator('[id]').evaluateAll((all) => all.map((e) => e.id)
			.filter((id, i, ids) => ids.indexOf(id) !== i));
		assert.deepEqual(twice, []);
		await leave(page);
	});

	test('by keyboard alone: skip link, order, and a focus that can be seen', async () => {
		const person = await agency(), page = await visitor();
		const at = () => page.evaluate(() => {
			const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
			const box = e.closest('.choice, .affix, .reveal') ?? e, b = getComputedStyle(box);
			return { what: e.id || e.name || e.textContent.trim(), y: r.top, inside: r.width > 0 && r.bottom > 0,
				ring: [s, b].some((c) => (c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) >= 2) ||
					c.boxShadow !== 'none') };
		});
		await page.goto('/login');
		await page.keyboard.press('Tab');
		assert.equal((await at()).what, 'Skip to content');
		assert.equal((await at()).inside, true, 'the skip link shows when it has the focus');
		await page.keyboard.press('Enter');
		await page.keyboard.press('Tab');
		const order = [];
		for (let i = 0; i < 5; i++) {
			const now = await at();
			assert.equal(now.ring, true, `no focus ring on ${now.what}`);
			order.push(now.what);
			await page.keyboard.press('Tab');
		}
		assert.deepEqual(order, ['Create an account', 'email', 'password', 'Show password', 'Sign in']);
		await page.goto('/login');
		await page.locator('[name=email]').focus();
		await page.keyboard.type(person.email);
		await page.keyboard.press('Tab');
		await page.keyboard.type(person.password);
		await page.keyboard.press('Enter');
		await page.waitForURL('**/onboarding/store');

		await page.keyboard.press('Tab');
		let last = -1;
		for (let i = 0; i < 6; i++) {
			const now = await at();
			assert.equal(now.ring, true, `no focus ring on ${now.what}`);
			assert.ok(now.y >= last - 40, `${now.what} is above what came before it`);
			last = now.what === 'Skip to content' ? -1 : now.y;
			await page.keyboard.press('Tab');
		}
		await leave(page);
	});

	test('the selector of stores opens and closes by keyboard', async () => {
		await through(owner);
		const page = await visitor({ owner });
		await page.goto('/dashboard');
		const summary = page.locator('.picker summary');
		await summary.focus();
		await page.keyboard.press('Enter');
		await page.locator('button[name=storeId]').first().waitFor();
		await page.keyboard.press('Tab');
		assert.equal(await page.evaluate(() => document.activeElement.name), 'storeId');
		await page.keyboard.press('Escape');
		assert.equal(await page.locator('button[name=storeId]').first().isVisible(), false);
		assert.equal(await summary.evaluate((s) => s === document.activeElement), true);
		await leave(page);
	});
});
