package main

import (
	"context"
	"fmt"
	"net"

	"longtable/realtime"
	"longtable/search"
	"longtable/server/mail"
)

// meilisearch checks that it answers, and that it takes the key.
func (d *doctor) meilisearch(ctx context.Context) finding {
	if d.config.MeiliURL == "" {
		return well("not used: the embedded engine searches")
	}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	engine, err := search.OpenMeili(d.config.MeiliURL, d.config.MeiliKey, meiliPrefix)
	if err != nil {
		return failed(err, "correct --meili-url")
	}
	defer engine.Close()
	if err := engine.Health(ctx); err != nil {
		return failed(err, "start Meilisearch, or correct --meili-url; the embedded engine searches meanwhile")
	}
	if err := engine.Admits(ctx); err != nil {
		return failed(err, "correct --meili-key; it must be allowed to manage the indexes "+meiliPrefix+"*")
	}
	return well("Meilisearch answers and takes the key")
}

// nats greets the server. One that is down is no failure of the program, which reads the store instead.
func (d *doctor) nats(context.Context) finding {
	if d.config.NATS == "" {
		return well("not used: this process is the only one")
	}
	version, err := realtime.ProbeNATS(d.config.NATS, reachTime)
	switch {
	case err != nil:
		return failed(err, "start the NATS server, or correct --nats-url; what other processes change shows a second later meanwhile")
	case d.config.MongoDB == "":
		return finding{Level: warning, Found: "NATS " + version + " answers, and the store is a file, which one process has for itself",
			Try: "leave --nats-url out, or share a store with --mongodb-uri"}
	}
	return well("NATS %s answers and takes the user", version)
}

// letters greets the mail server and sends nothing.
func (d *doctor) letters(ctx context.Context) finding {
	if d.config.SMTP == nil {
		return well("no letters are sent: people sign up with a password and come straight in")
	}
	ctx, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	carrier, err := mail.NewSMTP(d.config.SMTP)
	if err != nil {
		return failed(err, "correct --smtp-url")
	}
	encrypted, err := carrier.Greet(ctx)
	switch {
	case err != nil:
		return failed(err, "start the mail server, or correct --smtp-url: its host, port, user and password")
	case !encrypted && !isLoopback(d.config.SMTP.Hostname()):
		return finding{Level: warning, Found: "the mail server answers and offers no encryption: letters can be read on their way", Try: "use smtps://, or a server that offers STARTTLS"}
	}
	return well("the mail server answers and takes the user")
}

// address checks that the public address can be used: by https, because a session's cookie must not be read on its way.
func (d *doctor) address(context.Context) finding {
	u := d.config.URL
	if u == nil {
		return d.ownAddress()
	}
	host := u.Hostname()
	switch {
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return finding{Level: wrong, Found: "--url has more than a host: the program answers at the root of one", Try: "write it as https://table.example"}
	case u.Scheme == "https":
		return well("%s, so cookies are sent encrypted only", u)
	case isLoopback(host):
		return well("%s, on this machine alone", u)
	case isPrivate(host):
		return finding{Level: warning, Found: fmt.Sprintf("%s is not encrypted: whoever shares the network can take over a session", u), Try: "put a proxy with TLS before the program, and set --url to https://…"}
	}
	return finding{Level: wrong, Found: fmt.Sprintf("%s is not encrypted: sessions and everything written can be read on their way", u),
		Try: "put a proxy with TLS before the program, and set --url to https://…"}
}

// ownAddress is the public one where none is set.
func (d *doctor) ownAddress() finding {
	host, _, err := net.SplitHostPort(d.config.Addr)
	if err != nil {
		return failed(err, "correct --addr")
	}
	if isLoopback(host) {
		return well("%s, on this machine alone", d.config.Addr)
	}
	return finding{Level: warning, Found: fmt.Sprintf("the program listens on %s and no public address is set: links in letters would lead to %s", d.config.Addr, d.config.Addr),
		Try: "set --url to the address under which people come, such as https://table.example"}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip.IsLoopback()
}

func isPrivate(host string) bool {
	ip := net.ParseIP(host)
	return ip.IsPrivate() || ip.IsLinkLocalUnicast()
}
