//go:build !linux

package realtime

import (
	"errors"
	"net"
)

// poller is the poll mode, which this system doesn't have.
type poller struct{}

func newPoller(*Hub) (*poller, error) { return nil, errors.New("poll mode needs Linux") }

func (*poller) serve(*conn, net.Conn, []byte, opening) bool { return false }

func (*poller) stop() {}
