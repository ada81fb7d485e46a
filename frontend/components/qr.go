package components

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// qrQuiet is the empty edge that readers need around a code, in modules.
const qrQuiet = 4

// qrPath draws an address as the path of an image, one module a unit, runs of modules as one stroke. Readers mend a
// quarter of it, so a creased sheet still works. It is empty for what no code can hold.
func qrPath(address string) (path string, size int) {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return "", 0
	}
	var d strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > from {
				d.WriteString("M" + strconv.Itoa(from+qrQuiet) + " " + strconv.Itoa(y+qrQuiet) + "h" + strconv.Itoa(x-from) + "v1h-" + strconv.Itoa(x-from) + "z")
			}
		}
	}
	return d.String(), code.Size + 2*qrQuiet
}
