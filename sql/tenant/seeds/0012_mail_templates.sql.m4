-- SPDX-License-Identifier: Apache-2.0
-- The mails every shop sends, in English and Dutch.

SEED(mail_templates, [[id, code, name, fields, is_system]], [[
	(SEED_UUID(22, 1), 'email_verification', 'Verification of an address', '["store","first_name","code","link","minutes"]', TRUE),
	(SEED_UUID(22, 2), 'welcome', 'Welcome of a new customer', '["store","first_name","link"]', TRUE),
	(SEED_UUID(22, 3), 'order_confirmation', 'Confirmation of an order', '["store","first_name","order_number","lines","subtotal","discount","shipping","tax","total","shipping_address","payment_instructions","link"]', TRUE),
	(SEED_UUID(22, 4), 'invoice', 'Invoice', '["store","first_name","order_number","invoice_number","total","due_date","link"]', TRUE),
	(SEED_UUID(22, 5), 'shipment', 'Shipment on its way', '["store","first_name","order_number","carrier","tracking_number","tracking_link","lines"]', TRUE),
	(SEED_UUID(22, 6), 'password_reset', 'Reset of a password', '["store","first_name","link","minutes"]', TRUE)]])

SEED(mail_template_translations, [[mail_template_id, language_code, subject, body_text, body_html]], [[
	(SEED_UUID(22, 1), 'en', 'Confirm your e-mail address', 'Hello {{first_name}},

Your code for {{store}} is {{code}}.

Or confirm your address with this link: {{link}}

Both are valid for {{minutes}} minutes. If you did not ask for this, you can ignore this message.',
'<p>Hello {{first_name}},</p>
<p>Your code for {{store}} is {{code}}.</p>
<p><a href="{{link}}">Or confirm your address with this link</a></p>
<p>Both are valid for {{minutes}} minutes. If you did not ask for this, you can ignore this message.</p>'),
	(SEED_UUID(22, 1), 'nl', 'Bevestig je e-mailadres', 'Hallo {{first_name}},

Je code voor {{store}} is {{code}}.

Of bevestig je adres met deze link: {{link}}

Beide zijn {{minutes}} minuten geldig. Heb je hier niet om gevraagd, dan kun je dit bericht negeren.',
'<p>Hallo {{first_name}},</p>
<p>Je code voor {{store}} is {{code}}.</p>
<p><a href="{{link}}">Of bevestig je adres met deze link</a></p>
<p>Beide zijn {{minutes}} minuten geldig. Heb je hier niet om gevraagd, dan kun je dit bericht negeren.</p>'),
	(SEED_UUID(22, 2), 'en', 'Welcome to {{store}}', 'Hello {{first_name}},

Thank you for making an account at {{store}}. In it you can follow your orders, keep addresses and save what you like.

To your account: {{link}}',
'<p>Hello {{first_name}},</p>
<p>Thank you for making an account at {{store}}. In it you can follow your orders, keep addresses and save what you like.</p>
<p><a href="{{link}}">To your account</a></p>'),
	(SEED_UUID(22, 2), 'nl', 'Welkom bij {{store}}', 'Hallo {{first_name}},

Bedankt voor het maken van een account bij {{store}}. Je kunt er je bestellingen volgen, adressen bewaren en opslaan wat je mooi vindt.

Naar je account: {{link}}',
'<p>Hallo {{first_name}},</p>
<p>Bedankt voor het maken van een account bij {{store}}. Je kunt er je bestellingen volgen, adressen bewaren en opslaan wat je mooi vindt.</p>
<p><a href="{{link}}">Naar je account</a></p>'),
	(SEED_UUID(22, 3), 'en', 'Your order {{order_number}} at {{store}}', 'Hello {{first_name}},

Thank you for your order {{order_number}}.

{{#lines}}
{{quantity}} x {{name}}: {{total}}
{{/lines}}

Subtotal: {{subtotal}}
{{#discount}}Discount: -{{discount}}
{{/discount}}Shipping: {{shipping}}
Tax: {{tax}}
Total: {{total}}

We deliver to:
{{shipping_address}}

{{payment_instructions}}

Follow your order: {{link}}',
'<p>Hello {{first_name}},</p>
<p>Thank you for your order {{order_number}}.</p>
{{#lines}}<p>{{quantity}} x {{name}}: {{total}}</p>{{/lines}}
<p>Subtotal: {{subtotal}}<br>
{{#discount}}Discount: -{{discount}}<br>
{{/discount}}Shipping: {{shipping}}<br>
Tax: {{tax}}<br>
Total: {{total}}</p>
<p>We deliver to:<br>
{{shipping_address}}</p>
<p>{{payment_instructions}}</p>
<p><a href="{{link}}">Follow your order</a></p>'),
	(SEED_UUID(22, 3), 'nl', 'Je bestelling {{order_number}} bij {{store}}', 'Hallo {{first_name}},

Bedankt voor je bestelling {{order_number}}.

{{#lines}}
{{quantity}} x {{name}}: {{total}}
{{/lines}}

Subtotaal: {{subtotal}}
{{#discount}}Korting: -{{discount}}
{{/discount}}Verzending: {{shipping}}
Belasting: {{tax}}
Totaal: {{total}}

We bezorgen op:
{{shipping_address}}

{{payment_instructions}}

Volg je bestelling: {{link}}',
'<p>Hallo {{first_name}},</p>
<p>Bedankt voor je bestelling {{order_number}}.</p>
{{#lines}}<p>{{quantity}} x {{name}}: {{total}}</p>{{/lines}}
<p>Subtotaal: {{subtotal}}<br>
{{#discount}}Korting: -{{discount}}<br>
{{/discount}}Verzending: {{shipping}}<br>
Belasting: {{tax}}<br>
Totaal: {{total}}</p>
<p>We bezorgen op:<br>
{{shipping_address}}</p>
<p>{{payment_instructions}}</p>
<p><a href="{{link}}">Volg je bestelling</a></p>'),
	(SEED_UUID(22, 4), 'en', 'Invoice {{invoice_number}} from {{store}}', 'Hello {{first_name}},

Here is invoice {{invoice_number}} for your order {{order_number}}, {{total}} in all.

{{#due_date}}Please pay by {{due_date}}, with the invoice number as the reference.

{{/due_date}}See or download the invoice: {{link}}',
'<p>Hello {{first_name}},</p>
<p>Here is invoice {{invoice_number}} for your order {{order_number}}, {{total}} in all.</p>
{{#due_date}}
<p>Please pay by {{due_date}}, with the invoice number as the reference.</p>
{{/due_date}}
<p><a href="{{link}}">See or download the invoice</a></p>'),
	(SEED_UUID(22, 4), 'nl', 'Factuur {{invoice_number}} van {{store}}', 'Hallo {{first_name}},

Hier is factuur {{invoice_number}} voor je bestelling {{order_number}}, in totaal {{total}}.

{{#due_date}}Betaal graag voor {{due_date}}, met het factuurnummer als kenmerk.

{{/due_date}}Bekijk of download de factuur: {{link}}',
'<p>Hallo {{first_name}},</p>
<p>Hier is factuur {{invoice_number}} voor je bestelling {{order_number}}, in totaal {{total}}.</p>
{{#due_date}}
<p>Betaal graag voor {{due_date}}, met het factuurnummer als kenmerk.</p>
{{/due_date}}
<p><a href="{{link}}">Bekijk of download de factuur</a></p>'),
	(SEED_UUID(22, 5), 'en', 'Your order {{order_number}} is on its way', 'Hello {{first_name}},

We have handed your order {{order_number}} to {{carrier}}.

{{#lines}}
{{quantity}} x {{name}}
{{/lines}}

{{#tracking_number}}Follow the parcel {{tracking_number}}: {{tracking_link}}{{/tracking_number}}',
'<p>Hello {{first_name}},</p>
<p>We have handed your order {{order_number}} to {{carrier}}.</p>
{{#lines}}<p>{{quantity}} x {{name}}</p>{{/lines}}
{{#tracking_number}}<p><a href="{{tracking_link}}">Follow the parcel {{tracking_number}}</a></p>{{/tracking_number}}'),
	(SEED_UUID(22, 5), 'nl', 'Je bestelling {{order_number}} is onderweg', 'Hallo {{first_name}},

We hebben je bestelling {{order_number}} aan {{carrier}} meegegeven.

{{#lines}}
{{quantity}} x {{name}}
{{/lines}}

{{#tracking_number}}Volg het pakket {{tracking_number}}: {{tracking_link}}{{/tracking_number}}',
'<p>Hallo {{first_name}},</p>
<p>We hebben je bestelling {{order_number}} aan {{carrier}} meegegeven.</p>
{{#lines}}<p>{{quantity}} x {{name}}</p>{{/lines}}
{{#tracking_number}}<p><a href="{{tracking_link}}">Volg het pakket {{tracking_number}}</a></p>{{/tracking_number}}'),
	(SEED_UUID(22, 6), 'en', 'Choose a new password', 'Hello {{first_name}},

Someone asked for a new password for your account at {{store}}. If it was you, choose one here within {{minutes}} minutes: {{link}}

If it was not you, do nothing: your password stays as it is.',
'<p>Hello {{first_name}},</p>
<p><a href="{{link}}">Someone asked for a new password for your account at {{store}}. If it was you, choose one here within {{minutes}} minutes</a></p>
<p>If it was not you, do nothing: your password stays as it is.</p>'),
	(SEED_UUID(22, 6), 'nl', 'Kies een nieuw wachtwoord', 'Hallo {{first_name}},

Iemand heeft een nieuw wachtwoord gevraagd voor je account bij {{store}}. Was jij dat, kies er dan hier een binnen {{minutes}} minuten: {{link}}

Was jij het niet, doe dan niets: je wachtwoord blijft zoals het is.',
'<p>Hallo {{first_name}},</p>
<p><a href="{{link}}">Iemand heeft een nieuw wachtwoord gevraagd voor je account bij {{store}}. Was jij dat, kies er dan hier een binnen {{minutes}} minuten</a></p>
<p>Was jij het niet, doe dan niets: je wachtwoord blijft zoals het is.</p>')]])
