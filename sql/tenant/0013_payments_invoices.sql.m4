-- SPDX-License-Identifier: Apache-2.0
-- Money in and money back, and the papers about it.
-- A payment's sums are kept by the database from its captures and refunds, under its row lock: captured + pending never
-- exceeds what was authorised, refunded never exceeds what was captured.

CREATE_TABLE(payments, [[An attempt to pay an order, or a part of it.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	payment_method_id UUID_T,
	provider varchar(40) NOT NULL,
	provider_reference varchar(255),
	currency CURRENCY_T NOT NULL,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor > 0),
	status varchar(18) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'requires_action', 'authorized',
		'partially_captured', 'captured', 'partially_refunded', 'refunded', 'failed', 'cancelled')),
	authorized_minor MONEY_T NOT NULL DEFAULT 0 CHECK (authorized_minor >= 0),
	capturing_minor MONEY_T NOT NULL DEFAULT 0 CHECK (capturing_minor >= 0),
	captured_minor MONEY_T NOT NULL DEFAULT 0 CHECK (captured_minor >= 0),
	refunded_minor MONEY_T NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0),
	failure_code varchar(60),
	failure_message varchar(500),
	idempotency_key varchar(100),
	metadata JSON_T EMPTY_OBJECT,
	TIMESTAMPS,
	UNIQUE_KEY(provider_reference, [[provider, provider_reference]]),
	UNIQUE_KEY(idempotency, idempotency_key),
	CHECK_THAT(authorized, [[authorized_minor <= amount_minor]]),
	CHECK_THAT(captured, [[captured_minor + capturing_minor <= authorized_minor]]),
	CHECK_THAT(refunded, [[refunded_minor <= captured_minor]]),
	FK_INDEXED(order_id, orders, RESTRICT),
	FK_INDEXED(payment_method_id, payment_methods, RESTRICT),
	FK_INDEXED(currency, currencies, RESTRICT, code)
END_TABLE
MAKE_INDEX(payments, status, [[status, created_at]])
ROLLUP(payments, orders, order_id, captured_minor, [[THIS.captured_minor]])
ROLLUP(payments, orders, order_id, refunded_minor, [[THIS.refunded_minor]])

CREATE_TABLE(payment_authorizations, [[Amounts a bank set aside; one that failed, expired or was voided does not count.]])
	UUID_ID,
	payment_id UUID_T NOT NULL,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor > 0),
	status varchar(10) NOT NULL DEFAULT 'succeeded' CHECK (status IN ('succeeded', 'failed', 'expired', 'voided')),
	provider_reference varchar(255),
	expires_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(payment, [[payment_id, id]]),
	UNIQUE_KEY(provider_reference, [[payment_id, provider_reference]]),
	FK_KEYED(payment_id, payments, RESTRICT)
END_TABLE
ROLLUP(payment_authorizations, payments, payment_id, authorized_minor, [[CASE WHEN THIS.status = 'succeeded' THEN THIS.amount_minor ELSE 0 END]])

CREATE_TABLE(payment_captures, [[Amounts taken, or being taken, from an authorisation of the same payment.]])
	UUID_ID,
	payment_id UUID_T NOT NULL,
	authorization_id UUID_T,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor > 0),
	status varchar(10) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'failed')),
	provider_reference varchar(255),
	captured_by UUID_T,
	idempotency_key varchar(100),
	TIMESTAMPS,
	UNIQUE_KEY(payment, [[payment_id, id]]),
	UNIQUE_KEY(provider_reference, [[payment_id, provider_reference]]),
	UNIQUE_KEY(idempotency, idempotency_key),
	FK_KEYED(payment_id, payments, RESTRICT),
	FK_TOGETHER(authorization, [[payment_id, authorization_id]], payment_authorizations, [[payment_id, id]], RESTRICT),
	FK_INDEXED(captured_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(payment_captures, authorization, [[payment_id, authorization_id]])
ROLLUP(payment_captures, payments, payment_id, capturing_minor, [[CASE WHEN THIS.status = 'pending' THEN THIS.amount_minor ELSE 0 END]])
ROLLUP(payment_captures, payments, payment_id, captured_minor, [[CASE WHEN THIS.status = 'succeeded' THEN THIS.amount_minor ELSE 0 END]])

CREATE_TABLE(payment_refunds, [[Amounts given back. A pending one already counts, so that two at once cannot give back too much.]])
	UUID_ID,
	payment_id UUID_T NOT NULL,
	capture_id UUID_T,
	return_id UUID_T,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor > 0),
	status varchar(10) NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'succeeded', 'failed')),
	reason varchar(500) NOT NULL DEFAULT '',
	provider_reference varchar(255),
	refunded_by UUID_T,
	idempotency_key varchar(100),
	TIMESTAMPS,
	UNIQUE_KEY(provider_reference, [[payment_id, provider_reference]]),
	UNIQUE_KEY(idempotency, idempotency_key),
	FK_KEYED(payment_id, payments, RESTRICT),
	FK_TOGETHER(capture, [[payment_id, capture_id]], payment_captures, [[payment_id, id]], RESTRICT),
	FK_INDEXED(refunded_by, users, [[SET NULL]])
END_TABLE
MAKE_INDEX(payment_refunds, capture, [[payment_id, capture_id]])
ROLLUP(payment_refunds, payments, payment_id, refunded_minor, [[CASE WHEN THIS.status = 'failed' THEN 0 ELSE THIS.amount_minor END]])

CREATE_TABLE(payment_events, [[Events of payment providers as received: each takes effect once, however often it comes.]])
	UUID_ID,
	provider varchar(40) NOT NULL,
	event_id varchar(255) NOT NULL,
	kind varchar(80) NOT NULL,
	payment_id UUID_T,
	payload JSON_T NOT NULL,
	processed_at TIMESTAMP_T,
	error varchar(1000),
	CREATED_AT,
	UNIQUE_KEY(event, [[provider, event_id]]),
	FK_INDEXED(payment_id, payments, [[SET NULL]])
END_TABLE
INDEX_WHERE(payment_events, open, created_at, [[processed_at IS NULL]])

CREATE_TABLE(payment_tokens, [[Means of payment that a customer saved: the name the provider has for them, never a card number.]])
	UUID_ID,
	user_id UUID_T NOT NULL,
	provider varchar(40) NOT NULL,
	provider_token varchar(255) NOT NULL,
	kind varchar(20) NOT NULL DEFAULT 'card',
	brand varchar(40) NOT NULL DEFAULT '',
	last4 char(4),
	expires_on date,
	is_default BOOL_T NOT NULL DEFAULT FALSE,
	TIMESTAMPS,
	UNIQUE_KEY(provider_token, [[provider, provider_token]]),
	FK_INDEXED(user_id, users, CASCADE)
END_TABLE
ONE_EACH_WHERE(payment_tokens, one_default, user_id, is_default)

CREATE_TABLE(payment_disputes, [[Charge-backs and their course.]])
	UUID_ID,
	payment_id UUID_T NOT NULL,
	provider_reference varchar(255) NOT NULL,
	amount_minor MONEY_T NOT NULL CHECK (amount_minor > 0),
	reason varchar(120) NOT NULL DEFAULT '',
	status varchar(12) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'under_review', 'won', 'lost', 'closed')),
	evidence_due_at TIMESTAMP_T,
	TIMESTAMPS,
	UNIQUE_KEY(provider_reference, [[payment_id, provider_reference]]),
	FK_KEYED(payment_id, payments, RESTRICT)
END_TABLE

CREATE_TABLE(invoices, [[Invoices. One gets its number, without gaps, when it is issued; what credit notes take back is kept by the database.]])
	UUID_ID,
	order_id UUID_T NOT NULL,
	number varchar(40),
	status varchar(8) NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'issued', 'paid', 'void')),
	currency CURRENCY_T NOT NULL,
	billing_address JSON_T EMPTY_OBJECT,
	seller_details JSON_T EMPTY_OBJECT,
	subtotal_minor MONEY_T NOT NULL CHECK (subtotal_minor >= 0),
	tax_minor MONEY_T NOT NULL CHECK (tax_minor >= 0),
	total_minor MONEY_T NOT NULL CHECK (total_minor >= 0),
	credited_minor MONEY_T NOT NULL DEFAULT 0 CHECK (credited_minor >= 0),
	issued_at TIMESTAMP_T,
	due_at TIMESTAMP_T,
	pdf_media_id UUID_T,
	TIMESTAMPS,
	UNIQUE_KEY(number, number),
	CHECK_THAT(number, [[(status = 'draft') = (number IS NULL) AND (number IS NULL) = (issued_at IS NULL)]]),
	CHECK_THAT(total, [[total_minor = subtotal_minor + tax_minor]]),
	CHECK_THAT(credited, [[credited_minor <= total_minor]]),
	FK_INDEXED(order_id, orders, RESTRICT),
	FK_INDEXED(currency, currencies, RESTRICT, code),
	FK_INDEXED(pdf_media_id, media, RESTRICT)
END_TABLE

CREATE_TABLE(invoice_lines, [[Lines of an invoice, without tax and with its rate.]])
	UUID_ID,
	invoice_id UUID_T NOT NULL,
	order_line_id UUID_T,
	position int NOT NULL,
	description varchar(500) NOT NULL,
	quantity int NOT NULL CHECK (quantity > 0),
	net_minor MONEY_T NOT NULL CHECK (net_minor >= 0),
	tax_percent RATE_T NOT NULL DEFAULT 0 CHECK (tax_percent BETWEEN 0 AND 100),
	tax_minor MONEY_T NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
	UNIQUE_KEY(position, [[invoice_id, position]]),
	UNIQUE_KEY(invoice, [[invoice_id, id]]),
	FK_KEYED(invoice_id, invoices, CASCADE),
	FK_INDEXED(order_line_id, order_lines, RESTRICT)
END_TABLE

CREATE_TABLE(credit_notes, [[What an invoice is reduced by; together never more than the invoice.]])
	UUID_ID,
	invoice_id UUID_T NOT NULL,
	number varchar(40) NOT NULL,
	refund_id UUID_T,
	reason varchar(500) NOT NULL DEFAULT '',
	subtotal_minor MONEY_T NOT NULL CHECK (subtotal_minor >= 0),
	tax_minor MONEY_T NOT NULL CHECK (tax_minor >= 0),
	total_minor MONEY_T NOT NULL CHECK (total_minor > 0),
	issued_at TIMESTAMP_T NOT NULL NOW_DEFAULT,
	CREATED_AT,
	UNIQUE_KEY(number, number),
	UNIQUE_KEY(invoice, [[invoice_id, id]]),
	CHECK_THAT(total, [[total_minor = subtotal_minor + tax_minor]]),
	FK_KEYED(invoice_id, invoices, RESTRICT),
	FK_INDEXED(refund_id, payment_refunds, RESTRICT)
END_TABLE
ROLLUP(credit_notes, invoices, invoice_id, credited_minor, [[THIS.total_minor]])

CREATE_TABLE(credit_note_lines, [[Lines of a credit note, each of a line of its own invoice.]])
	UUID_ID,
	invoice_id UUID_T NOT NULL,
	credit_note_id UUID_T NOT NULL,
	invoice_line_id UUID_T NOT NULL,
	quantity int NOT NULL CHECK (quantity > 0),
	net_minor MONEY_T NOT NULL CHECK (net_minor >= 0),
	tax_minor MONEY_T NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
	UNIQUE_KEY(line, [[credit_note_id, invoice_line_id]]),
	FK_TOGETHER(credit_note, [[invoice_id, credit_note_id]], credit_notes, [[invoice_id, id]], CASCADE),
	FK_TOGETHER(invoice_line, [[invoice_id, invoice_line_id]], invoice_lines, [[invoice_id, id]], RESTRICT)
END_TABLE
MAKE_INDEX(credit_note_lines, credit_note, [[invoice_id, credit_note_id]])
MAKE_INDEX(credit_note_lines, invoice_line, [[invoice_id, invoice_line_id]])
