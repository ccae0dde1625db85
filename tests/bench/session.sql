-- SPDX-License-Identifier: Apache-2.0
-- For pgbench: what the identity gate asks for each request (src/domain/sessions.c).
SELECT s.last_used_at, u.id, u.email, u.first_name, u.last_name, u.phone, u.avatar_url, u.company_name, u.role,
	u.account_type, u.is_active, u.email_verified, u.created_at, u.last_login,
	u.profile_completed_at IS NOT NULL AS profile_completed
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = :sid AND s.user_id = :uid AND s.revoked_at IS NULL AND s.expires_at > CURRENT_TIMESTAMP AND u.is_active;
