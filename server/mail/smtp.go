package mail

import (
	"context"
	"crypto/tls"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/smtp"
	"net/url"
	"strings"
)

// SMTP carries letters to a mail server. Its address is smtp://user:password@host:port?from=table@example.org; smtps://
// speaks TLS from the start, smtp:// as soon as the server offers it, and never sends a password without.
type SMTP struct {
	server *url.URL
	from   string
	dialer func(ctx context.Context, network, address string) (net.Conn, error)
}

// NewSMTP checks the address of the server.
func NewSMTP(server *url.URL) (*SMTP, error) {
	from := server.Query().Get("from")
	if !strings.Contains(from, "@") {
		return nil, fmt.Errorf("smtp-url needs ?from=address, the sender of all letters")
	}
	s := &SMTP{server: server, from: from, dialer: (&net.Dialer{}).DialContext}
	if server.Scheme == "smtps" {
		s.dialer = (&tls.Dialer{Config: &tls.Config{ServerName: server.Hostname(), MinVersion: tls.VersionTLS12}}).DialContext
	}
	return s, nil
}

// Carry sends one letter.
func (s *SMTP) Carry(ctx context.Context, m Message) error {
	client, err := s.dial(ctx)
	if err != nil {
		return fmt.Errorf("reach the mail server: %w", err)
	}
	defer client.Close()
	if err := s.greet(client); err != nil {
		return fmt.Errorf("greet the mail server: %w", err)
	}
	if err := client.Mail(s.from); err != nil {
		return fmt.Errorf("name the sender: %w", err)
	}
	if err := client.Rcpt(m.To); err != nil {
		return fmt.Errorf("name the receiver: %w", err)
	}
	w, err := client.Data()
	if err != nil {
		return fmt.Errorf("begin the letter: %w", err)
	}
	if _, err := w.Write(s.compose(m)); err != nil {
		return fmt.Errorf("write the letter: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("end the letter: %w", err)
	}
	return client.Quit()
}

// Greet does all that comes before a letter and sends none: it reaches the server, speaks TLS where it is offered and signs
// in. It tells whether the line is encrypted.
func (s *SMTP) Greet(ctx context.Context) (encrypted bool, err error) {
	client, err := s.dial(ctx)
	if err != nil {
		return false, fmt.Errorf("reach the mail server: %w", err)
	}
	defer client.Close()
	if err := s.greet(client); err != nil {
		return false, fmt.Errorf("greet the mail server: %w", err)
	}
	_, encrypted = client.TLSConnectionState()
	return encrypted || s.server.Scheme == "smtps", client.Quit()
}

func (s *SMTP) dial(ctx context.Context) (*smtp.Client, error) {
	host, port := s.server.Hostname(), s.server.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[s.server.Scheme]
	}
	conn, err := s.dialer(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}
	return smtp.NewClient(conn, host)
}

func (s *SMTP) greet(client *smtp.Client) error {
	host := s.server.Hostname()
	if ok, _ := client.Extension("STARTTLS"); ok && s.server.Scheme == "smtp" {
		if err := client.StartTLS(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}); err != nil {
			return err
		}
	}
	if s.server.User == nil {
		return nil
	}
	password, _ := s.server.User.Password()
	return client.Auth(smtp.PlainAuth("", s.server.User.Username(), password, host)) // refuses an open line itself
}

// compose writes the letter as bytes. Header values hold no line breaks: the subject is encoded, addresses were parsed.
func (s *SMTP) compose(m Message) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\n", oneLine(s.from), oneLine(m.To),
		mime.QEncoding.Encode("utf-8", oneLine(m.Subject)), m.At.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	if m.ID != "" {
		_, host, _ := strings.Cut(s.from, "@")
		fmt.Fprintf(&b, "Message-ID: <%s@%s>\r\n", oneLine(m.ID), oneLine(strings.Trim(host, "> ")))
	}
	if m.Stop != "" { // mailboxes show a button for it (RFC 8058)
		fmt.Fprintf(&b, "List-Unsubscribe: <%s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", oneLine(m.Stop))
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\nAuto-Submitted: auto-generated\r\n\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(m.Text)) // a strings.Builder takes everything
	_ = w.Close()
	return []byte(b.String())
}

func oneLine(text string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(text) }
