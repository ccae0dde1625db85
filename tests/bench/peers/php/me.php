<?php
// SPDX-License-Identifier: Apache-2.0
// GET /api/auth/me in PHP-FPM, with PDO.
declare(strict_types=1);

function refuse(string $code, string $error): never
{
	http_response_code(401);
	exit(json_encode(['success' => false, 'error' => $error, 'code' => $code]));
}

function unbase64url(string $text): string
{
	return (string) base64_decode(strtr($text, '-_', '+/'), true);
}

// The claims of a token that is signed with HS256, for this platform, and not expired.
function claims(string $token): ?array
{
	$parts = explode('.', $token);
	if (count($parts) !== 3)
		return null;
	$signature = hash_hmac('sha256', "$parts[0].$parts[1]", $_SERVER['JWT_SECRET'], true);
	if (!hash_equals($signature, unbase64url($parts[2])))
		return null;
	$header = json_decode(unbase64url($parts[0]), true);
	$c = json_decode(unbase64url($parts[1]), true);
	$good = is_array($header) && is_array($c) && ($header['alg'] ?? '') === 'HS256' &&
		($c['iss'] ?? '') === 'souk' && ($c['aud'] ?? '') === 'platform' && ($c['exp'] ?? 0) > time();
	return $good ? $c : null;
}

// PDO itself would prepare anew in each request; on a persistent connection the statement can stay.
function rows(PDO $db, array $values): array
{
	$run = $db->prepare('EXECUTE me (?, ?)');
	try {
		$run->execute($values);
	} catch (PDOException $e) {
		if ($e->getCode() !== '26000')
			throw $e;
		$db->exec('PREPARE me (uuid, uuid) AS ' . file_get_contents($_SERVER['ME_SQL']));
		$run->execute($values);
	}
	return $run->fetchAll(PDO::FETCH_ASSOC);
}

function rfc3339(?string $time): ?string
{
	return $time === null ? null : (new DateTimeImmutable($time))->format('Y-m-d\TH:i:s.v\Z');
}

function store(array $r): array
{
	return ['id' => $r['store_id'], 'name' => $r['store_name'], 'slug' => $r['store_slug'],
		'status' => $r['store_status'], 'isActive' => $r['store_is_active'], 'hostname' => $r['store_hostname']];
}

function answer(array $rows, ?string $storeId): array
{
	$u = $rows[0];
	$stores = $u['store_id'] === null ? [] : array_map(store(...), $rows);
	$ids = array_column($stores, 'id');
	return ['success' => true, 'data' => [
		'user' => ['id' => $u['id'], 'email' => $u['email'], 'firstName' => $u['first_name'],
			'lastName' => $u['last_name'], 'phone' => $u['phone'], 'avatarUrl' => $u['avatar_url'],
			'companyName' => $u['company_name'], 'role' => $u['role'], 'accountType' => $u['account_type'],
			'isActive' => $u['is_active'], 'emailVerified' => $u['email_verified'],
			'createdAt' => rfc3339($u['created_at']), 'lastLogin' => rfc3339($u['last_login'])],
		'stores' => $stores,
		'currentStoreId' => in_array($storeId, $ids, true) ? $storeId : $ids[0] ?? null]];
}

header('Content-Type: application/json');
$claims = claims(substr($_SERVER['HTTP_AUTHORIZATION'] ?? '', strlen('Bearer ')));
if (!$claims)
	refuse('INVALID_TOKEN', 'Please sign in again');
$db = new PDO($_SERVER['PG_DSN'], $_SERVER['PGUSER'], $_SERVER['PGPASSWORD'], [PDO::ATTR_PERSISTENT => true,
	PDO::ATTR_EMULATE_PREPARES => true, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$rows = rows($db, [$claims['sid'], $claims['sub']]);
if (!$rows)
	refuse('SESSION_REVOKED', 'This session has ended');
echo json_encode(answer($rows, $claims['storeId'] ?? null), JSON_UNESCAPED_SLASHES);
