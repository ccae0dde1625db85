-- SPDX-License-Identifier: Apache-2.0
-- What GET /api/auth/me needs, in one round trip: the live session, its user, the user's stores. $1 session, $2 user.
SELECT u.id, u.email, u.first_name, u.last_name, u.phone, u.avatar_url, u.company_name, u.role, u.account_type,
	u.is_active, u.email_verified, u.created_at, u.last_login,
	st.id AS store_id, st.name AS store_name, st.slug AS store_slug, st.status AS store_status,
	st.is_active AS store_is_active, h.hostname AS store_hostname
FROM sessions s
JOIN users u ON u.id = s.user_id
LEFT JOIN stores st ON st.user_id = u.id AND st.deleted_at IS NULL
LEFT JOIN store_hostnames h ON h.store_id = st.id AND h.is_primary
WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > CURRENT_TIMESTAMP AND u.is_active
ORDER BY st.id DESC
LIMIT 100
