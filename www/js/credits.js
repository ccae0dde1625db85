/* SPDX-License-Identifier: Apache-2.0 */
/* The price of credits as an amount is typed or a pack is chosen. Only shows: the server reckons again. */
(function () {
	'use strict';

	var amount = document.querySelector('[data-credit-cents]');
	var price = document.getElementById('price');
	var packs = document.querySelectorAll('input[name="packId"]');

	if (!amount || !price)
		return;

	function money(cents) {
		return '$' + (cents / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',');
	}

	// As the server takes it: 1 credit at least, and a price in whole cents.
	function said(typed) {
		var cents = Math.round(Number(typed) * 10000) * Number(amount.dataset.creditCents) / 10000;

		if (!/^\d{1,7}(\.\d{1,4})?$/.test(typed) || Number(typed) < 1)
			return 'Please give a number such as 250.';
		if (cents % 1 !== 0)
			return 'Please give a number with at most one decimal, such as 12.5.';
		return typed + ' credits: ' + money(cents);
	}

	function show() {
		var typed = amount.value.trim();
		var chosen = document.querySelector('input[name="packId"]:checked');

		if (typed !== '')
			price.textContent = said(typed);
		else if (chosen)
			price.textContent = chosen.dataset.credits + ' credits: ' + money(Number(chosen.dataset.cents));
		else
			price.textContent = '';
	}

	amount.addEventListener('input', function () {
		if (amount.value.trim() !== '')
			packs.forEach(function (pack) {
				pack.checked = false;
			});
		show();
	});
	packs.forEach(function (pack) {
		pack.addEventListener('change', function () {
			amount.value = '';
			show();
		});
	});
	show();
})();
