package mail

import (
	"strings"
	"testing"

	"longtable/server/community"
)

func TestADigestSaysWhereHowMuchAndByWhomInTheReadersLanguageAndTime(t *testing.T) {
	letter := community.DigestLetter{ID: "digest.abc", Stop: "binta~sign", Wish: community.DigestAway, Zone: "Asia/Kathmandu", Lines: []community.DigestLine{
		{Talk: "a~b", Names: []string{"Amara Okafor"}, Count: 1, LastAt: 1_800_000_000_000},
		{Talk: "group-1", Title: "Bakers", Names: []string{"Chen Wei", "Dana Levi", "Noor Aziz", "Esra", "Farid"}, Count: 7, LastAt: 1_800_000_000_000}}}
	for language, sentences := range map[string][]string{
		"en": {"8 messages wait for you", "1 message, on", "Bakers", "2 others", "7 messages", "13:45"},
		"fr": {"8 messages vous attendent", "2 autres", "15 janvier 2027"},
		"ar": {"٨ رسائل", "Bakers", "١٣:٤٥"},
	} {
		box := &Mailbox{}
		must(t, office(box).SendDigest(t.Context(), "binta@example.org", &community.Member{Name: "Binta", Language: language}, letter))
		m := box.Letters()[0]
		for _, s := range append(sentences, "/conversations/a~b\n", "/conversations/group-1\n", "/letters/binta~sign\n", "/settings\n") {
			if !strings.Contains(m.Text, s) {
				t.Errorf("in %s the letter lacks %q:\n%s", language, s, m.Text)
			}
		}
		if m.ID != "digest.abc" || !strings.HasSuffix(m.Stop, "/letters/binta~sign") || strings.Contains(m.Text, "mail.") {
			t.Errorf("in %s the letter is %+v", language, m)
		}
	}
	s := &SMTP{from: "Table <table@example.org>"}
	head, _, _ := strings.Cut(string(s.compose(Message{To: "a@b.c", ID: "digest.abc", Stop: "https://x/letters/t"})), "\r\n\r\n")
	for _, line := range []string{"Message-ID: <digest.abc@example.org>", "List-Unsubscribe: <https://x/letters/t>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"} {
		if !strings.Contains(head, line) {
			t.Errorf("the head lacks %q:\n%s", line, head)
		}
	}
}
