-- SPDX-License-Identifier: Apache-2.0
-- Fifteen languages: English is the default, Dutch is active.

SEED(languages, [[code, name, native_name, direction, is_active, is_default, position]], [[
	('en', 'English', 'English', 'ltr', TRUE, TRUE, 1),
	('nl', 'Dutch', 'Nederlands', 'ltr', TRUE, FALSE, 2),
	('de', 'German', 'Deutsch', 'ltr', FALSE, FALSE, 3),
	('fr', 'French', 'Français', 'ltr', FALSE, FALSE, 4),
	('es', 'Spanish', 'Español', 'ltr', FALSE, FALSE, 5),
	('it', 'Italian', 'Italiano', 'ltr', FALSE, FALSE, 6),
	('pt', 'Portuguese', 'Português', 'ltr', FALSE, FALSE, 7),
	('pl', 'Polish', 'Polski', 'ltr', FALSE, FALSE, 8),
	('sv', 'Swedish', 'Svenska', 'ltr', FALSE, FALSE, 9),
	('da', 'Danish', 'Dansk', 'ltr', FALSE, FALSE, 10),
	('cs', 'Czech', 'Čeština', 'ltr', FALSE, FALSE, 11),
	('tr', 'Turkish', 'Türkçe', 'ltr', FALSE, FALSE, 12),
	('ar', 'Arabic', 'العربية', 'rtl', FALSE, FALSE, 13),
	('ja', 'Japanese', '日本語', 'ltr', FALSE, FALSE, 14),
	('zh', 'Chinese', '中文', 'ltr', FALSE, FALSE, 15)]])
