/* SPDX-License-Identifier: Apache-2.0 */
/* The passwords that everybody tries first: of eight characters or more, shorter ones are refused
 * anyway. All lower case. */
#include "crypto/password.h"

#include "base/text.h"

static const char *const common_passwords[] = {
	"00000000", "000000000", "0000000000", "0123456789", "0987654321", "11111111",
	"111111111", "1111111111", "11223344", "1122334455", "112233445566", "12121212",
	"123123123", "1231231234", "12341234", "123412345", "12344321", "12345678", "123456789",
	"1234567890", "12345678910", "123456789a", "12345678a", "123456aa", "123456ab",
	"123456abc", "123456qwerty", "12345qwert", "1234abcd", "1234qwer", "123654789",
	"123789456", "123qwe123", "123qweasd", "147258369", "159357456", "1q2w3e4r",
	"1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx", "1qaz2wsx3edc", "1qazxsw2", "22222222",
	"33333333", "44444444", "55555555", "66666666", "741852963", "77777777", "789456123",
	"87654321", "88888888", "888888888", "987654321", "9876543210", "99999999", "999999999",
	"a1234567", "a12345678", "a123456789", "a1b2c3d4", "a1b2c3d4e5", "aa123456",
	"aa12345678", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaaaa", "abc12345", "abc123456",
	"abc123abc", "abcd1234", "abcd12345", "abcdefg1", "abcdefg123", "abcdefgh", "abcdefghi",
	"access14", "admin123", "admin123!", "admin1234", "admin12345", "admin123456",
	"admin@123", "adminadmin", "administrator", "alexander", "alexandra", "andrew123",
	"android1", "anthony1", "apple123", "arsenal1", "asdf1234", "asdfasdf", "asdfghjk",
	"asdfghjkl", "asdfqwer", "ashley123", "autumn2024", "autumn2025", "autumn2026",
	"barcelona", "barcelona1", "baseball", "baseball1", "basketball", "basketball1",
	"batman123", "benjamin", "benjamin1", "blessed1", "blink182", "butterfly", "changeit",
	"changeme", "changeme1", "changeme123", "charlie1", "charlie123", "charlotte",
	"chelsea1", "chocolate", "christian", "cisco123", "company1", "company123", "computer",
	"computer1", "contrasena", "contraseña", "corvette", "daniel123", "danielle", "darkness",
	"database", "database1", "database123", "december", "default1", "default123", "dragon12",
	"dragon123", "elizabeth", "facebook", "facebook1", "ferrari1", "football", "football1",
	"fortnite", "fortnite1", "freedom1", "freedom123", "george123", "godisgood", "goodbye1",
	"goodluck", "google123", "guest123", "guestguest", "hello123", "hello1234", "hellohello",
	"helloworld", "hunter12", "hunter123", "ilovegod", "iloveher", "ilovehim", "iloveyou",
	"iloveyou!", "iloveyou1", "iloveyou2", "internet", "iphone123", "jennifer", "jessica1",
	"jesus123", "jesuschrist", "jordan23", "joshua123", "juventus1", "killer123", "letmein1",
	"letmein12", "letmein123", "letmeinnow", "linkedin", "linkedin1", "linux123",
	"liverpool", "liverpool1", "lovelove", "lovely12", "loveyou1", "manchester", "master12",
	"master123", "mastermaster", "matthew1", "mercedes", "metallica", "michael1",
	"michael23", "michelle", "microsoft", "midnight", "minecraft", "minecraft1", "monkey12",
	"monkey123", "motdepasse", "mustang1", "mypassword", "mypassword1", "mysql123",
	"mystore1", "mystore123", "naruto123", "newpassword", "nicholas", "nintendo",
	"nopassword", "november", "oracle123", "p@ssw0rd", "p@ssw0rd!", "p@ssw0rd1", "p@ssword",
	"p@ssword1", "pa$$w0rd", "pa$$word", "pa55word", "parola123", "pass1234", "pass12345",
	"pass123456", "pass@123", "pass@word1", "passpass", "passw0rd", "password", "password!",
	"password1", "password1!", "password12", "password123", "password123!", "password1234",
	"password12345", "passwort", "passwort1", "playstation", "pokemon1", "pokemon123",
	"porsche911", "postgres", "postgres1", "postgres123", "princess", "princess1",
	"q1w2e3r4", "q1w2e3r4t5", "qazwsx123", "qazwsxedc", "qwe123qwe", "qweasdzxc",
	"qweqweqwe", "qwerasdf", "qwert123", "qwert1234", "qwerty!123", "qwerty12", "qwerty123",
	"qwerty1234", "qwerty12345", "qwerty123456", "qwertyqwerty", "qwertyui", "qwertyuio",
	"qwertyuiop", "rainbow1", "raspberry", "realmadrid", "rockyou1", "root1234", "rootroot",
	"samantha", "samsung1", "samsung123", "secret12", "secret123", "secret1234", "senha123",
	"september", "server123", "shadow12", "shadow123", "shop1234", "shopadmin", "shopshop",
	"slipknot", "snowball", "souk1234", "souksouk", "spiderman", "spring2024", "spring2025",
	"spring2026", "starwars", "starwars1", "storeadmin", "stripe123", "summer2023",
	"summer2024", "summer2025", "summer2026", "sunshine", "sunshine1", "supabase",
	"superman", "superman1", "supersecret", "temp1234", "temporary", "temppass", "test1234",
	"test12345", "tester123", "testing1", "testing123", "testpass", "testtest", "testtest1",
	"thepassword", "thomas123", "tigger123", "toor1234", "topsecret", "trustno1",
	"ubuntu123", "user1234", "user12345", "username", "veronica", "victoria", "volleyball",
	"wachtwoord", "wachtwoord1", "webshop1", "webshop123", "welcome1", "welcome1!",
	"welcome12", "welcome123", "welcome123!", "welcome2024", "welcome2025", "welcome2026",
	"whatever", "whatever1", "whatever123", "windows1", "windows10", "windows11",
	"winter2023", "winter2024", "winter2025", "winter2026", "yourpassword", "zaq12wsx",
	"zaq1xsw2", "zaq1zaq1", "zxcvbnm1", "zxcvbnm123", "zxcvbnmm", "zxcvzxcv", NULL
};

bool password_common(const char *password)
{
	int i;

	for (i = 0; common_passwords[i]; i++)
		if (text_eq_nocase(password, common_passwords[i]))
			return true;
	return false;
}
