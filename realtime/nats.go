package realtime

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// natsSubject is where all nodes of a network speak; several networks on one server each need an account of their own.
	natsSubject = "longtable.live"
	// natsPatience is how long the first try may take; then the program serves, and tries again beside it.
	natsPatience = 2 * time.Second
	// natsAgain is the pause between tries, and a random part of the same.
	natsAgain = 500 * time.Millisecond
	// natsWaiting bounds what waits for this node, in hints; when more come, the bus loses some, and the node notices.
	natsWaiting = 1 << 16
)

// NATS is a bus over a NATS server. It needs nothing of the server but its core: no streams, no files.
type NATS struct {
	conn *nats.Conn
	log  *slog.Logger
}

// CheckNATS says what is wrong with the form of an address, without repeating it: there may be a password in it. Several
// servers of one cluster are separated by commas.
func CheckNATS(address string) error {
	for one := range strings.SplitSeq(address, ",") {
		u, err := url.Parse(strings.TrimSpace(one))
		if err != nil || u.Hostname() == "" || !slices.Contains([]string{"nats", "tls", "ws", "wss"}, u.Scheme) {
			return errors.New("the address of the NATS server can't be used; write it as nats://user:password@host:4222")
		}
	}
	return nil
}

// OpenNATS makes the bus. A server that doesn't answer is no error: the bus goes on trying, and nodes look into the logs
// meanwhile. Close ends it.
func OpenNATS(address string, log *slog.Logger) (*NATS, error) {
	if err := CheckNATS(address); err != nil {
		return nil, err
	}
	b := &NATS{log: log}
	conn, err := nats.Connect(address,
		nats.Name("longtable"), nats.Timeout(natsPatience),
		nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort(),
		nats.ReconnectWait(natsAgain), nats.ReconnectJitter(natsAgain, natsAgain),
		nats.ReconnectBufSize(-1), // an old hint says nothing that a look at the logs does not
		nats.DisconnectErrHandler(b.lost), nats.ConnectHandler(b.found), nats.ReconnectHandler(b.found), nats.ErrorHandler(b.failed),
	)
	if err != nil {
		return nil, errors.New("the NATS server can't be used: " + plainly(err, address))
	}
	b.conn = conn
	return b, nil
}

// Connected tells whether the server answers at the moment.
func (b *NATS) Connected() bool { return b.conn.IsConnected() }

// Publish hands a hint to the client, which sends it at once, or not at all while there is no connection.
func (b *NATS) Publish(data []byte) {
	if err := b.conn.Publish(natsSubject, data); err != nil && !errors.Is(err, nats.ErrReconnectBufExceeded) {
		b.log.Debug("hint not published", "error", err)
	}
}

// Listen hears what all nodes publish, on a goroutine of the client that ends with stop or Close.
func (b *NATS) Listen(hear func(data []byte)) (stop func(), err error) {
	sub, err := b.conn.Subscribe(natsSubject, func(m *nats.Msg) { hear(m.Data) })
	if err == nil {
		err = sub.SetPendingLimits(natsWaiting, natsWaiting*hintMax/8)
	}
	if err != nil {
		return nil, fmt.Errorf("listen to the NATS server: %w", err)
	}
	return func() { _ = sub.Unsubscribe() }, nil // the connection may be closed already
}

// Close ends the connection; what was published just before is sent.
func (b *NATS) Close() {
	if b.conn.IsConnected() {
		if err := b.conn.FlushTimeout(natsPatience); err != nil {
			b.log.Debug("last hints not sent", "error", err)
		}
	}
	b.conn.Close()
}

func (b *NATS) lost(_ *nats.Conn, err error) {
	if err != nil {
		b.log.Warn("the NATS server is gone; changes from other nodes are read from the store until it is back", "error", err)
	}
}

func (b *NATS) found(*nats.Conn) { b.log.Info("the NATS server answers") }

func (b *NATS) failed(_ *nats.Conn, _ *nats.Subscription, err error) {
	b.log.Warn("trouble with the NATS server; what it lost is read from the store", "error", err)
}

// ProbeNATS connects once, for a check of the installation, and returns the server's version.
func ProbeNATS(address string, patience time.Duration) (version string, err error) {
	if err := CheckNATS(address); err != nil {
		return "", err
	}
	conn, err := nats.Connect(address, nats.Name("longtable doctor"), nats.Timeout(patience), nats.NoReconnect())
	if err != nil {
		return "", errors.New(plainly(err, address))
	}
	defer conn.Close()
	if err := conn.FlushTimeout(patience); err != nil {
		return "", errors.New(plainly(err, address))
	}
	return conn.ConnectedServerVersion(), nil
}

// plainly is an error of the client in our words where people meet it often, without the address.
func plainly(err error, address string) string {
	switch {
	case errors.Is(err, nats.ErrNoServers), errors.Is(err, nats.ErrTimeout):
		return "the NATS server does not answer"
	case errors.Is(err, nats.ErrAuthorization):
		return "the NATS server refuses the user or the password"
	}
	return strings.ReplaceAll(err.Error(), address, "…")
}
