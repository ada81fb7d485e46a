package community

import (
	"bytes"
	"context"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"
)

// What a file is says its content. Pictures are made anew from their points, so nothing hidden in them comes along: no
// place, no camera, no second file behind the first. Documents are kept as they are and never opened here; browsers are
// told to save them.

// checkedFile is a file that may be kept.
type checkedFile struct {
	Attached
	bytes []byte
}

// checkFiles checks what was sent with a message; what is wrong stands beside the field "files".
func (n *Network) checkFiles(ctx context.Context, p Problems, files []Upload) ([]checkedFile, error) {
	if len(files) > FilesOfMessageMax {
		p["files"] = Problem{Say: "problem.too-many-files", Args: map[string]any{"max": FilesOfMessageMax}}
		return nil, nil
	}
	var checked []checkedFile
	for _, f := range files {
		f.Name, f.Alt = Line(path.Base(strings.ReplaceAll(f.Name, `\`, "/"))), Line(f.Alt)
		c, say, err := n.checkFile(ctx, f)
		if err != nil {
			return nil, err
		}
		if say == "" && utf8.RuneCountInString(f.Alt) > AltMax {
			say = "problem.alt-too-long"
		}
		if say != "" {
			p["files"] = Problem{Say: say, Args: map[string]any{"name": shortened(f.Name, FileNameMax), "max": AltMax, "size": FileMax >> 20, "picture": PictureSentMax >> 20,
				"megapixels": picturePixelsMax / 1_000_000}}
			return nil, nil
		}
		c.Name = nameFor(f.Name, c.Type)
		checked = append(checked, c)
	}
	return checked, nil
}

// checkFile finds out what a file is; say is the key of what is wrong with it.
func (n *Network) checkFile(ctx context.Context, f Upload) (c checkedFile, say string, err error) {
	kind := http.DetectContentType(f.Bytes)
	switch {
	case len(f.Bytes) == 0:
		return c, "problem.file-empty", nil
	case strings.HasPrefix(kind, "image/"):
		return n.checkPicture(ctx, f)
	case len(f.Bytes) > FileMax:
		return c, "problem.file-too-large", nil
	case bytes.HasPrefix(f.Bytes, []byte("%PDF-")):
		if !bytes.Contains(f.Bytes[max(0, len(f.Bytes)-pdfEnd):], []byte("%%EOF")) {
			return c, "problem.file-broken", nil
		}
		return checkedFile{Attached{Type: FilePDF}, f.Bytes}, "", nil
	case kind != "text/plain; charset=utf-8" || !plain(f.Bytes):
		return c, "problem.file-type", nil
	case strings.HasSuffix(strings.ToLower(f.Name), ".csv"):
		return checkedFile{Attached{Type: FileCSV}, f.Bytes}, "", nil
	default:
		return checkedFile{Attached{Type: FileText}, f.Bytes}, "", nil
	}
}

const pdfEnd = 2048 // bytes within which a document ends; some programs write a little behind it

// plain tells whether it is text that nobody takes for a page or a drawing: UTF-8 without control characters, that does not
// begin like markup.
func plain(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) || bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\r\f", r) || r == 0x7f }) {
		return false
	}
	lower := bytes.ToLower(text)
	for _, mark := range []string{"<html", "<svg", "<script", "<!doctype", "<?xml", "<iframe"} {
		if bytes.Contains(lower, []byte(mark)) {
			return false
		}
	}
	return true
}

var endings = map[FileType]string{FileJPEG: ".jpg", FilePNG: ".png", FilePDF: ".pdf", FileText: ".txt", FileCSV: ".csv"}

// nameFor keeps what a file was called, with the ending of what it is.
func nameFor(name string, kind FileType) string {
	name = strings.Trim(strings.TrimSuffix(name, path.Ext(name)), ". ")
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"<>:|?*/\;%`, r) {
			return '-'
		}
		return r
	}, name)
	if name == "" || name == "/" {
		name = "file"
	}
	return shortened(name, FileNameMax) + endings[kind]
}

func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}
