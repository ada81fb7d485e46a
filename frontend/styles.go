package frontend

import (
	"bytes"
	"io/fs"
	"strings"
)

// layers is the order of the cascade: a rule of a later layer wins, whatever the order of the files.
const layers = "@layer tokens,reset,base,layout,components,print;"

// joinStyles makes one sheet of all files, without comments and indentation. A string in the sources stands on one line.
func joinStyles(files fs.FS) ([]byte, error) {
	names, err := fs.Glob(files, "styles/*.css")
	if err != nil {
		return nil, err
	}
	var sheet bytes.Buffer
	sheet.WriteString(layers)
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(withoutComments(string(source))) {
			line = strings.TrimSpace(line)
			sheet.WriteString(line)
			if line != "" && !strings.ContainsAny(line[len(line)-1:], "{};,") {
				sheet.WriteByte(' ')
			}
		}
	}
	return sheet.Bytes(), nil
}

func withoutComments(source string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(source, "/*")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		_, source, _ = strings.Cut(rest, "*/")
	}
}
