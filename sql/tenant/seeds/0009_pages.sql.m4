-- SPDX-License-Identifier: Apache-2.0
-- System pages. Their texts are a start: a shop checks them against the law where it trades.

SEED(pages, [[id, code, kind, status, published_at]], [[
	(SEED_UUID(17, 1), 'not_found', 'system', 'published', NOW_VALUE),
	(SEED_UUID(17, 2), 'privacy', 'system', 'published', NOW_VALUE),
	(SEED_UUID(17, 3), 'terms', 'system', 'published', NOW_VALUE)]])

SEED(page_translations, [[page_id, language_code, title, slug, content]], [[
	(SEED_UUID(17, 1), 'en', 'Page not found', 'page-not-found', '<p>The page you are looking for is not here. It may have moved, or the address may have a typing error.</p>
<p>Go to the <a href="/">home page</a>, or use the search box to find a product.</p>'),
	(SEED_UUID(17, 1), 'nl', 'Pagina niet gevonden', 'pagina-niet-gevonden', '<p>De pagina die je zoekt is hier niet. Misschien is ze verplaatst, of zit er een typefout in het adres.</p>
<p>Ga naar de <a href="/">startpagina</a> of zoek een product met het zoekveld.</p>'),
	(SEED_UUID(17, 2), 'en', 'Privacy', 'privacy', '<h2>Who we are</h2>
<p>This shop is responsible for the personal data described on this page. Our contact details are at the foot of every page.</p>
<h2>What we keep, and why</h2>
<ul>
<li><strong>Orders:</strong> your name, addresses, e-mail address, telephone number and what you ordered, because we cannot deliver without them. The law obliges us to keep invoices for several years.</li>
<li><strong>Your account:</strong> your e-mail address, a hash of your password, and what you save in it, for as long as you have the account.</li>
<li><strong>Newsletter:</strong> your e-mail address, only with your consent, until you withdraw it with the link in every message.</li>
<li><strong>Visits:</strong> figures that do not lead back to you.</li>
</ul>
<h2>Who else sees it</h2>
<p>Only those we need to serve you: the carrier, the payment provider, and the company that hosts the shop. We do not sell personal data.</p>
<h2>Your rights</h2>
<p>You may see, correct, take with you or have erased what we hold about you, object to its use, and withdraw consent at any time. Write to us; we answer within a month. You may also complain to the data protection authority of your country.</p>
<h2>Cookies</h2>
<p>We set the cookies that your cart and your sign-in need. Any others are set only after you agree.</p>'),
	(SEED_UUID(17, 2), 'nl', 'Privacy', 'privacy', '<h2>Wie we zijn</h2>
<p>Deze winkel is verantwoordelijk voor de persoonsgegevens die op deze pagina worden beschreven. Onze contactgegevens staan onderaan elke pagina.</p>
<h2>Wat we bewaren, en waarom</h2>
<ul>
<li><strong>Bestellingen:</strong> je naam, adressen, e-mailadres, telefoonnummer en wat je hebt besteld, omdat we anders niet kunnen leveren. Facturen moeten we volgens de wet een aantal jaren bewaren.</li>
<li><strong>Je account:</strong> je e-mailadres, een hash van je wachtwoord en wat je erin opslaat, zolang je het account hebt.</li>
<li><strong>Nieuwsbrief:</strong> je e-mailadres, alleen met je toestemming, tot je die intrekt met de link in elk bericht.</li>
<li><strong>Bezoeken:</strong> cijfers die niet naar jou te herleiden zijn.</li>
</ul>
<h2>Wie het nog meer ziet</h2>
<p>Alleen wie we nodig hebben om je te helpen: de vervoerder, de betaaldienst en het bedrijf waar de winkel draait. We verkopen geen persoonsgegevens.</p>
<h2>Je rechten</h2>
<p>Je mag inzien, verbeteren, meenemen of laten wissen wat we van je hebben, bezwaar maken tegen het gebruik ervan en je toestemming altijd intrekken. Schrijf ons: we antwoorden binnen een maand. Je kunt ook een klacht indienen bij de toezichthouder in je land.</p>
<h2>Cookies</h2>
<p>We plaatsen de cookies die je winkelwagen en je aanmelding nodig hebben. Andere plaatsen we alleen als je daarmee instemt.</p>'),
	(SEED_UUID(17, 3), 'en', 'Terms and conditions', 'terms', '<h2>These terms</h2>
<p>They hold for every order in this shop. By ordering you accept them.</p>
<h2>Orders and prices</h2>
<p>An order is a contract once we confirm it by e-mail. The price is the one shown at checkout, with taxes and shipping as stated there. If a price is plainly a mistake, we tell you before we ship and you may withdraw.</p>
<h2>Payment</h2>
<p>You pay in one of the ways offered at checkout. With a bank transfer we reserve the goods for 14 days.</p>
<h2>Delivery</h2>
<p>We deliver to the address you give, in the time shown for the shipping method. If we are late, we tell you, and you may cancel free of charge after 30 days.</p>
<h2>Returns</h2>
<p>Consumers may return goods within 14 days of receipt without giving a reason. Tell us first, send them back complete and undamaged, and we refund the price and the standard shipping costs within 14 days. Goods made to your wishes, and sealed goods that cannot be returned for reasons of hygiene once opened, are excepted.</p>
<h2>Faults</h2>
<p>Goods must be what you may reasonably expect. If they are not, we repair or replace them or give you your money back, as the law provides.</p>
<h2>Complaints</h2>
<p>Write to us; we answer within 14 days. The law of the country in which the shop is established applies, without taking away the protection of the consumer law where you live.</p>'),
	(SEED_UUID(17, 3), 'nl', 'Algemene voorwaarden', 'algemene-voorwaarden', '<h2>Deze voorwaarden</h2>
<p>Ze gelden voor elke bestelling in deze winkel. Door te bestellen ga je ermee akkoord.</p>
<h2>Bestellingen en prijzen</h2>
<p>Een bestelling is een overeenkomst zodra we die per e-mail bevestigen. De prijs is die bij het afrekenen, met belasting en verzendkosten zoals daar vermeld. Is een prijs duidelijk een vergissing, dan laten we dat weten voor we verzenden en mag je afzien van de koop.</p>
<h2>Betaling</h2>
<p>Je betaalt op een van de manieren die bij het afrekenen worden aangeboden. Bij een overschrijving houden we de artikelen 14 dagen voor je vast.</p>
<h2>Levering</h2>
<p>We leveren op het adres dat je opgeeft, binnen de tijd die bij de verzendmethode staat. Zijn we te laat, dan hoor je dat van ons en mag je na 30 dagen kosteloos annuleren.</p>
<h2>Retourneren</h2>
<p>Consumenten mogen artikelen binnen 14 dagen na ontvangst zonder opgaaf van reden terugsturen. Laat het ons eerst weten, stuur ze compleet en onbeschadigd terug, en we betalen de prijs en de standaard verzendkosten binnen 14 dagen terug. Uitgezonderd zijn artikelen op maat en verzegelde artikelen die na openen om redenen van hygiëne niet terug kunnen.</p>
<h2>Gebreken</h2>
<p>Artikelen moeten zijn wat je er redelijkerwijs van mag verwachten. Zijn ze dat niet, dan herstellen of vervangen we ze, of krijg je je geld terug, zoals de wet bepaalt.</p>
<h2>Klachten</h2>
<p>Schrijf ons: we antwoorden binnen 14 dagen. Het recht van het land waar de winkel is gevestigd is van toepassing, zonder afbreuk te doen aan de bescherming van het consumentenrecht waar je woont.</p>')]])

SEED(page_seo, [[page_id, language_code, robots]], [[
	(SEED_UUID(17, 1), 'en', 'noindex, follow'), (SEED_UUID(17, 1), 'nl', 'noindex, follow')]])
