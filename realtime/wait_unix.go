//go:build unix

package realtime

import (
	"errors"
	"io"
	"syscall"
)

// canWait tells whether readable works here.
const canWait = true

// readable waits until something can be read, and reads it. While it waits it holds no buffer, and its frames are few: what
// is called here is what a silent connection's stack has to have room for. chunk is nil when there is nothing.
func readable(raw syscall.RawConn) (data []byte, chunk *[chunkBytes]byte, err error) {
	failed := raw.Read(func(fd uintptr) bool {
		buf := chunks.Get().(*[chunkBytes]byte)
		n, problem := syscall.Read(int(fd), buf[:])
		for errors.Is(problem, syscall.EINTR) {
			n, problem = syscall.Read(int(fd), buf[:])
		}
		if n > 0 {
			data, chunk = buf[:n], buf
			return true
		}
		chunks.Put(buf)
		if err = problem; err == nil {
			err = io.EOF
		}
		return !errors.Is(problem, syscall.EAGAIN)
	})
	if chunk != nil {
		return data, chunk, nil
	}
	return nil, nil, errors.Join(failed, err)
}
