//go:build !unix

package realtime

import (
	"errors"
	"syscall"
)

// canWait tells whether readable works here.
const canWait = false

func readable(syscall.RawConn) (data []byte, chunk *[chunkBytes]byte, err error) {
	return nil, nil, errors.ErrUnsupported
}
