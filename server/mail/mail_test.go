package mail

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
)

func TestALetterIsInTheReadersLanguageAndHasACompleteLink(t *testing.T) {
	box := &Mailbox{}
	o := office(box)
	must(t, o.SendLink(t.Context(), "sign-in", "noor@example.org", "ar", "tok-en_1", 10*time.Minute))
	carryAll(o)
	letters := box.Letters()
	if len(letters) != 1 || letters[0].To != "noor@example.org" {
		t.Fatalf("the box holds %+v", letters)
	}
	if !strings.Contains(letters[0].Text, "https://table.example/sign-in-link/tok-en_1\n") {
		t.Errorf("no link on a line of its own in %q", letters[0].Text)
	}
	if !strings.Contains(letters[0].Subject, "رابط") {
		t.Errorf("the subject is %q", letters[0].Subject)
	}
}

func TestANoticeNamesWhatItIsAboutAndHowToSwitchItOff(t *testing.T) {
	box := &Mailbox{}
	to := &community.Member{Name: "Binta", Language: "en"}
	n := &community.Notice{Say: "notices.introduction", Args: map[string]string{"name": "Amara"}, Path: "/introductions"}
	must(t, office(box).SendNotice(t.Context(), "binta@example.org", to, n))
	letter := box.Letters()[0]
	for _, part := range []string{"Hello Binta,", "Amara would like to meet you", "https://table.example/introductions", "https://table.example/settings"} {
		if !strings.Contains(letter.Text, part) {
			t.Errorf("%q is missing in %q", part, letter.Text)
		}
	}
}

func TestAFullQueueAsksToTryAgainLater(t *testing.T) {
	o := office(&Mailbox{})
	for range queueMax {
		must(t, o.SendLink(t.Context(), "sign-in", "a@example.org", "en", "t", time.Minute))
	}
	if err := o.SendLink(t.Context(), "sign-in", "a@example.org", "en", "t", time.Minute); community.KindOf(err) != community.KindTooMany {
		t.Errorf("one letter too many: %v", err)
	}
}

func TestAMailServerThatHangsHoldsUpNoMoreThanAFewNotices(t *testing.T) {
	hung := &hungCarrier{begun: make(chan struct{}), end: make(chan struct{})}
	o := office(hung)
	send := func() error {
		return o.SendNotice(context.Background(), "a@example.org", &community.Member{Language: "en"}, &community.Notice{Say: "notices.place", Path: "/"})
	}
	var all sync.WaitGroup
	for range noticesAtOnce {
		all.Go(func() { must(t, send()) })
		<-hung.begun
	}
	if err := send(); community.KindOf(err) != community.KindTooMany {
		t.Errorf("one more than may be on their way: %v", err)
	}
	close(hung.end)
	all.Wait()
}

func TestWhatCannotBeCarriedIsTriedAFewTimesAndLoggedWithoutItsWords(t *testing.T) {
	var log strings.Builder
	broken := &brokenCarrier{}
	o := NewOffice(broken, base(), named, time.Now, slog.New(slog.NewTextHandler(&log, nil)))
	must(t, o.SendLink(t.Context(), "sign-in", "noor@example.org", "en", "secrettoken", time.Minute))
	carryAll(o)
	if broken.tries != carryTries {
		t.Errorf("it was tried %d times", broken.tries)
	}
	if text := log.String(); !strings.Contains(text, "not delivered") || strings.Contains(text, "noor") || strings.Contains(text, "secrettoken") {
		t.Errorf("the log says %q", text)
	}
}

func TestTheMailboxKeepsTheNewestAndTakesLettersFromManyAtOnce(t *testing.T) {
	box := &Mailbox{}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range mailboxMax {
				_ = box.Carry(t.Context(), Message{Subject: fmt.Sprint(i, j)}) // never fails
				box.Letters()
			}
			box.Empty()
		})
	}
	all.Wait()
	for range mailboxMax {
		must(t, box.Carry(t.Context(), Message{Subject: "newer"}))
	}
	must(t, box.Carry(t.Context(), Message{Subject: "newest"}))
	if letters := box.Letters(); len(letters) != mailboxMax || letters[0].Subject != "newest" {
		t.Errorf("%d letters, the first is %q", len(letters), letters[0].Subject)
	}
	if box.Empty(); len(box.Letters()) != 0 {
		t.Error("the emptied box holds letters")
	}
}

func TestSMTPSaysWhatWasWrittenAndNothingElse(t *testing.T) {
	server := postOffice(t)
	carrier, err := NewSMTP(&url.URL{Scheme: "smtp", Host: server.addr, RawQuery: "from=table@example.org"})
	must(t, err)
	hostile := "Zoë & نور\r\nBcc: everybody@example.org"
	must(t, carrier.Carry(t.Context(), Message{To: "noor@example.org", Subject: hostile, Text: "First line\n.\nafter a lone dot: é", At: time.Unix(0, 0)}))
	got := <-server.letters
	letter, err := mail.ReadMessage(strings.NewReader(got.data))
	must(t, err)
	if letter.Header.Get("Bcc") != "" || len(got.to) != 1 || got.to[0] != "noor@example.org" {
		t.Errorf("a subject added receivers: %v, %v", letter.Header, got.to)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
	must(t, err)
	if !strings.HasPrefix(subject, "Zoë & نور") {
		t.Errorf("the subject arrives as %q", subject)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(letter.Body))
	must(t, err)
	if !strings.Contains(strings.ReplaceAll(string(text), "\r\n", "\n"), "First line\n.\nafter a lone dot: é") {
		t.Errorf("the text arrives as %q", text)
	}
}

func TestAGreetingSendsNoLetter(t *testing.T) {
	server := postOffice(t)
	carrier, err := NewSMTP(&url.URL{Scheme: "smtp", Host: server.addr, RawQuery: "from=table@example.org"})
	must(t, err)
	if encrypted, err := carrier.Greet(t.Context()); err != nil || encrypted {
		t.Errorf("greeting a server without TLS: encrypted %v, %v", encrypted, err)
	}
	must(t, carrier.Carry(t.Context(), Message{To: "noor@example.org", Subject: "The first", At: time.Unix(0, 0)}))
	if got := <-server.letters; !strings.Contains(got.data, "The first") {
		t.Errorf("the first letter is %q", got.data)
	}
	carrier.server.Host = "127.0.0.1:1"
	if _, err := carrier.Greet(t.Context()); err == nil {
		t.Error("a server that is not there was greeted")
	}
}

func TestAPasswordIsNeverSentOverAnOpenLine(t *testing.T) {
	server := postOffice(t)
	carrier, err := NewSMTP(&url.URL{Scheme: "smtp", User: url.UserPassword("table", "topsecret"), Host: strings.Replace(server.addr, "127.0.0.1", "localhost.example", 1), RawQuery: "from=table@example.org"})
	must(t, err)
	carrier.dialer = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.addr)
	}
	if err := carrier.Carry(t.Context(), Message{To: "noor@example.org", At: time.Unix(0, 0)}); err == nil || strings.Contains(err.Error(), "topsecret") {
		t.Errorf("signing in without TLS: %v", err)
	}
	if _, err := NewSMTP(&url.URL{Scheme: "smtp", Host: "x"}); err == nil {
		t.Error("an address without a sender was taken")
	}
}

// hungCarrier says that it has begun, and waits.
type hungCarrier struct{ begun, end chan struct{} }

func (h *hungCarrier) Carry(context.Context, Message) error {
	h.begun <- struct{}{}
	<-h.end
	return nil
}

type brokenCarrier struct{ tries int }

func (b *brokenCarrier) Carry(context.Context, Message) error {
	b.tries++
	return errors.New("no line")
}

func base() *url.URL               { return &url.URL{Scheme: "https", Host: "table.example"} }
func named(context.Context) string { return "The Table" }
func office(carrier Carrier) *Office {
	return NewOffice(carrier, base(), named, time.Now, slog.New(slog.DiscardHandler))
}

// carryAll carries what is queued and ends.
func carryAll(o *Office) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	o.Run(ctx)
}

// postOffice is a mail server that takes every letter, speaks no TLS and offers to sign in.
type takenLetter struct {
	to   []string
	data string
}

type fakeServer struct {
	addr    string
	letters chan takenLetter
}

func postOffice(t *testing.T) *fakeServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	s := &fakeServer{addr: l.Addr().String(), letters: make(chan takenLetter, 4)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.serve(conn)
		}
	}()
	t.Cleanup(func() {
		must(t, l.Close())
		<-done
	})
	return s
}

func (s *fakeServer) serve(conn net.Conn) {
	defer conn.Close()
	lines := bufio.NewScanner(conn)
	var letter takenLetter
	fmt.Fprint(conn, "220 here\r\n")
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "EHLO"):
			fmt.Fprint(conn, "250-here\r\n250 AUTH PLAIN\r\n")
		case strings.HasPrefix(line, "RCPT"):
			letter.to = append(letter.to, strings.Trim(strings.TrimPrefix(line, "RCPT TO:"), "<>"))
			fmt.Fprint(conn, "250 ok\r\n")
		case line == "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			for lines.Scan() && lines.Text() != "." {
				letter.data += strings.TrimPrefix(lines.Text(), ".") + "\r\n"
			}
			s.letters <- letter
			fmt.Fprint(conn, "250 taken\r\n")
		case line == "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 ok\r\n")
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
