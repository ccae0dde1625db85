/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed boxes: any bytes; and a box of ours, changed, cut, made longer or carried elsewhere. Only
 * the box as it was, where it was, gives its text. */
#include "fuzz.h"

#include "base/text.h"
#include "crypto/seal.h"

#define KEY "uT0Zr9cJm4xVw1Qe7LhS2pKfYd8NbGa3iRzXo5tCv6E="
#define OLD_KEY "3q2+7wABAgMEBQYHCAkKCw8fLz9PX29/j5+vv8/f7/8="
#define SECRET "kD83hfT2mZqPw7Xc5VbN1sRy9LgJ4tUa"

enum { SHORTEST = 4 };

static struct keyring ring;
static const struct seal_place here = { "store_databases", "credentials", "row-1", 3 };
/* Where no box was ever sealed: libFuzzer learns true boxes from what is compared here. */
static const struct seal_place nowhere = { "nothing", "sealed", "here", 0 };

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char why[128];

	(void)argc;
	(void)argv;
	fuzz_quiet();
	EXPECT(!keyring_load(&ring, KEY, OLD_KEY, SECRET, NULL, why, sizeof(why)));
	return 0;
}

/* Opens in memory of the exact sizes; what does not open leaves nothing behind. */
static bool opens(const struct seal_place *place, const unsigned char *box, size_t box_len,
		  const void *text, size_t len)
{
	size_t room = box_len > SEAL_OVERHEAD ? box_len - SEAL_OVERHEAD : 0, n = 99, i;
	unsigned char *plain = fuzz_alloc(room);
	enum err e;

	memset(plain, 'x', room);
	e = seal_open(&ring, place, box, box_len, plain, &n);
	EXPECT(e == OK || (e == ERR_INTERNAL && n == 0));
	if (!e)
		EXPECT(n == len && room == len && !memcmp(plain, text, len));
	for (i = 0; e && i < room && room <= SEAL_MAX; i++)
		EXPECT(plain[i] == 0);
	free(plain);
	return !e;
}

/* Pairs of bytes: where, and what is xored in. */
static void check_changed(unsigned char *box, size_t box_len, const uint8_t *edits, size_t n,
			  const void *text, size_t len)
{
	unsigned char *changed = fuzz_alloc(box_len);
	size_t i;

	memcpy(changed, box, box_len);
	for (i = 0; i + 1 < n; i += 2)
		changed[(i + 1) * edits[i] % box_len] ^= edits[i + 1];
	EXPECT(opens(&here, changed, box_len, text, len) == !memcmp(changed, box, box_len));
	free(changed);
}

static void check_elsewhere(const unsigned char *box, size_t box_len, const char *word,
			    const void *text, size_t len)
{
	const struct seal_place places[] = {
		{ word, "credentials", "row-1", 3 },       { "store_databases", word, "row-1", 3 },
		{ "store_databases", "credentials", word, 3 },
		{ "store_databases", "credentials", "row-1", (int)strlen(word) },
	};
	const bool same[] = { text_eq(word, here.table), text_eq(word, here.column),
			      text_eq(word, here.row_id), (int)strlen(word) == here.revision };
	size_t i;

	for (i = 0; i < 4; i++)
		EXPECT(opens(&places[i], box, box_len, text, len) == same[i]);
}

/* First byte: how many of the others are edits; the rest is the text. */
static void check_sealed(const uint8_t *data, size_t size)
{
	size_t n = data[0] < size ? data[0] : size - 1, len = size - 1 - n, box_len;
	const uint8_t *edits = data + 1, *text = edits + n;
	unsigned char *box;
	char *word;

	box_len = len + SEAL_OVERHEAD;
	box = fuzz_alloc(box_len + 1);
	EXPECT(!seal_box(&ring, &here, text, len, box));
	EXPECT(opens(&here, box, box_len, text, len));
	EXPECT(!opens(&here, box, box_len - 1, text, len));
	box[box_len] = 0;
	EXPECT(!opens(&here, box, box_len + 1, text, len));
	check_changed(box, box_len, edits, n, text, len);
	word = fuzz_text(edits, n);
	check_elsewhere(box, box_len, word, text, len);
	free(word);
	free(box);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	EXPECT(!opens(&nowhere, data, size, data, 0));
	if (size >= SHORTEST)
		check_sealed(data, size);
	return 0;
}
