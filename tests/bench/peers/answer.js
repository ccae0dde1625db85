// SPDX-License-Identifier: Apache-2.0
// The query of GET /api/auth/me, and its answer from the rows.
import { readFileSync } from 'node:fs';

export const text = readFileSync(new URL('me.sql', import.meta.url), 'utf8').replace(/^--.*\n/gm, '');

const stores = (rows) => rows[0].store_id === null ? [] : rows.map((r) => ({ id: r.store_id, name: r.store_name,
	slug: r.store_slug, status: r.store_status, isActive: r.store_is_active, hostname: r.store_hostname }));

export function answer(rows, storeId) {
	const u = rows[0], list = stores(rows);
	const current = list.find((s) => s.id === storeId) ?? list[0];
	return { success: true, data: {
		user: { id: u.id, email: u.email, firstName: u.first_name, lastName: u.last_name, phone: u.phone,
			avatarUrl: u.avatar_url, companyName: u.company_name, role: u.role, accountType: u.account_type,
			isActive: u.is_active, emailVerified: u.email_verified, createdAt: u.created_at, lastLogin: u.last_login },
		stores: list, currentStoreId: current?.id ?? null } };
}

export const refused = (code, error) => ({ success: false, error, code });
