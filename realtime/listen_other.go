//go:build !linux

package realtime

import "net"

// Listen listens for TCP.
func Listen(address string) (net.Listener, error) { return net.Listen("tcp", address) }

// settled is a connection that somebody can wait for, for good.
func settled(socket net.Conn) (net.Conn, error) { return socket, nil }
