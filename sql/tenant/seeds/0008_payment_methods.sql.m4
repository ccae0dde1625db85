-- SPDX-License-Identifier: Apache-2.0
-- Cash on delivery and bank transfer. The account to pay to is a setting of the method.

SEED(payment_methods, [[id, code, name, provider, kind, position, settings]], [[
	(SEED_UUID(16, 1), 'cash_on_delivery', 'Cash on delivery', 'manual', 'offline', 1, '{}'),
	(SEED_UUID(16, 2), 'bank_transfer', 'Bank transfer', 'manual', 'offline', 2, '{"days_to_pay": 14, "iban": "", "bic": "", "account_holder": ""}')]])

SEED(payment_method_translations, [[payment_method_id, language_code, name, instructions]], [[
	(SEED_UUID(16, 1), 'en', 'Cash on delivery', 'Pay the carrier in cash when your order arrives.'),
	(SEED_UUID(16, 1), 'nl', 'Onder rembours', 'Betaal de bezorger contant wanneer je bestelling aankomt.'),
	(SEED_UUID(16, 2), 'en', 'Bank transfer', 'Transfer the amount within 14 days and give your order number as the reference. We ship once the payment has arrived.'),
	(SEED_UUID(16, 2), 'nl', 'Overschrijving', 'Maak het bedrag binnen 14 dagen over met je bestelnummer als kenmerk. We verzenden zodra de betaling binnen is.')]])
