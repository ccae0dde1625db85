// SPDX-License-Identifier: Apache-2.0
// People and their stores, made through the API.
import { randomBytes } from 'node:crypto';

import { get, ok, patiently, post, told } from './api.mjs';
import { until } from './env.mjs';

export const unique = (prefix = 't') => `${prefix}${randomBytes(6).toString('hex')}`;

export const PASSWORD = 'a quite long pass phrase';

// Registers an agency: { id, email, password, token, refreshToken }.
export async function agency(fields = {}) {
	const person = { email: `${unique('a')}@example.com`, password: PASSWORD, firstName: 'Ada',
		lastName: 'Agency', ...fields };
	const data = ok(await patiently(() => post('/api/auth/register', person)), 201);
	return { ...person, id: data.user.id, token: data.token, refreshToken: data.refreshToken };
}

export async function store(owner, fields = {}) {
	const body = { name: 'Test shop', slug: unique('s'), ...fields };
	return ok(await post('/api/stores/mt', body, { token: owner.token }), 201).store;
}

export async function status(owner, storeId) {
	return ok(await get(`/api/stores/mt/${storeId}/provisioning-status`, { token: owner.token }));
}

export async function completed(owner, storeId, seconds = 60) {
	return until(`store ${storeId} to be completed`, async () => {
		const s = await status(owner, storeId);
		if (s.status === 'failed')
			throw new Error(`provisioning failed: ${JSON.stringify(s)}`);
		return s.status === 'completed' && s;
	}, seconds, 100);
}

// Connects a database and waits until the store is open.
export async function connect(owner, storeId, body = { type: 'managed' }) {
	const rs = await post(`/api/stores/mt/${storeId}/connect-database`, body,
		{ token: owner.token, headers: { prefer: 'wait=30' } });
	if (rs.status !== 200 && rs.status !== 202)
		throw new Error(told(rs));
	await completed(owner, storeId);
	return rs;
}

export async function login(person, more = {}) {
	return ok(await patiently(() => post('/api/auth/login',
		{ email: person.email, password: person.password, ...more })));
}

// An agency with one finished store; its token names that store.
export async function shop(fields = {}) {
	const owner = await agency();
	const made = await store(owner, fields);
	await connect(owner, made.id);
	const data = await login(owner);
	return { owner: { ...owner, token: data.token, refreshToken: data.refreshToken }, store: made };
}

export async function buy(owner, amount, storeId) {
	return ok(await post('/api/credits/mt/purchase', { amount, paymentMethod: 'test', storeId },
		{ token: owner.token }), 201);
}
