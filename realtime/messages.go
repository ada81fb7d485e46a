package realtime

import (
	"encoding/binary"
	"errors"
)

// errTooLong says that a message is longer than a client may send.
var errTooLong = errors.New("message too long")

// whole returns how many of the first bytes of b hold complete messages, with all their fragments and the control frames
// between those. It looks at nothing but lengths: what else is wrong with a frame the codec finds. limit is in bytes of a
// message.
func whole(b []byte, limit int64) (end int, err error) {
	const final, control, masked = 0x80, 0x08, 0x80
	fragments, size := false, int64(0)
	for pos := 0; ; {
		length, header, ok := lengthOf(b[pos:])
		if !ok {
			return end, nil
		}
		isControl := b[pos]&control != 0
		if !isControl {
			size += length
		}
		if length > limit || size > limit {
			return end, errTooLong
		}
		if b[pos+1]&masked != 0 {
			header += maskBytes
		}
		if int64(len(b)-pos-header) < length {
			return end, nil
		}
		if !isControl {
			if fragments = b[pos]&final == 0; !fragments {
				size = 0
			}
		}
		pos += header + int(length)
		if !fragments {
			end = pos
		}
	}
}

const maskBytes = 4 // of every frame from a client

// lengthOf reads the length of the frame that b begins with, and that of its header without the mask; ok is false while b
// is too short to tell.
func lengthOf(b []byte) (length int64, header int, ok bool) {
	if len(b) < 2 {
		return 0, 0, false
	}
	switch n := b[1] & 0x7f; {
	case n == 126 && len(b) >= 4:
		return int64(binary.BigEndian.Uint16(b[2:])), 4, true
	case n == 127 && len(b) >= 10:
		length := int64(binary.BigEndian.Uint64(b[2:]))
		if length < 0 { // more than anybody may send
			length = 1<<63 - 1
		}
		return length, 10, true
	case n < 126:
		return int64(n), 2, true
	}
	return 0, 0, false
}
