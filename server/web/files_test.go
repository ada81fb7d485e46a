package web

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"longtable/server/community"
)

// formOf is a form with files as a browser sends it: every field, and an empty part where nothing was chosen.
func formOf(t *testing.T, fields map[string]string, files map[string][]byte) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		must(t, w.WriteField(name, value))
	}
	at := 0
	for name, content := range files {
		at++
		part, err := w.CreateFormFile("file"+number(at), name)
		must(t, err)
		_, err = part.Write(content)
		must(t, err)
	}
	for at++; at <= community.FilesOfMessageMax; at++ {
		_, err := w.CreateFormFile("file"+number(at), "")
		must(t, err)
	}
	must(t, w.Close())
	return b.String(), w.FormDataContentType()
}

func smallPNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 6, 4))))
	return b.Bytes()
}

// attach sends a form with files to a conversation of Amara and Chen.
func (r *room) attach(session, talk, body, contentType string, page bool) reply {
	header := map[string]string{"Content-Type": contentType}
	if page {
		header["Accept"] = "text/html"
	}
	return r.do(call{method: "POST", path: "/conversations/" + talk + "/messages", session: session, body: body, header: header})
}

func TestAFileIsSentByAPlainFormAndServedStrictly(t *testing.T) {
	r := openRoom(t)
	talk := r.furnish()["/conversations"]
	amara, chen, binta := r.signIn(r.Amara), r.signIn(r.Chen), r.signIn(r.Binta)
	body, kind := formOf(t, map[string]string{"nonce": "p1", "body": "", "alt1": "A <loom>"}, map[string][]byte{"loom.html": smallPNG(t)})
	if got := r.attach(amara, talk, body, kind, true); got.status != http.StatusSeeOther {
		t.Fatalf("a browser's form gives %d: %s", got.status, got.body)
	}
	var m messageData
	must(t, json.Unmarshal(r.attach(amara, talk, body, kind, false).body, &m))
	if len(m.Files) != 1 || m.Files[0].Alt != "A <loom>" || m.Files[0].Name != "loom.png" {
		t.Fatalf("the message is %+v", m)
	}
	page := r.do(call{method: "GET", path: "/conversations/" + talk, session: chen, header: asPage})
	for _, part := range []string{`alt="A &lt;loom&gt;"`, `src="` + m.Files[0].Address + `"`, `width="6"`, `enctype="multipart/form-data"`} {
		if !strings.Contains(string(page.body), part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	got := r.do(call{method: "GET", path: m.Files[0].Address, session: chen})
	for name, want := range map[string]string{"Content-Type": "image/png", "Content-Disposition": "inline; filename=loom.png", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'", "Cache-Control": "private, no-cache", "Cross-Origin-Resource-Policy": "same-origin"} {
		if got.status != http.StatusOK || got.header.Get(name) != want {
			t.Errorf("%d with %s: %q, not %q", got.status, name, got.header.Get(name), want)
		}
	}
	same := call{method: "GET", path: m.Files[0].Address, session: chen, header: map[string]string{"If-None-Match": got.header.Get("ETag")}}
	if again := r.do(same); again.status != http.StatusNotModified || len(again.body) > 0 {
		t.Errorf("seen already it gives %d with %d bytes", again.status, len(again.body))
	}
	if head := r.do(call{method: "HEAD", path: m.Files[0].Address, session: chen}); head.status != http.StatusOK {
		t.Errorf("its head alone gives %d", head.status)
	}
	for _, session := range []string{binta, ""} {
		if other := r.do(call{method: "GET", path: m.Files[0].Address, session: session, header: map[string]string{"If-None-Match": got.header.Get("ETag")}}); other.status != http.StatusNotFound && other.status != http.StatusUnauthorized {
			t.Errorf("somebody else gets %d", other.status)
		}
	}
	must(t, r.Network.Block(t.Context(), r.Amara, r.Chen.ID))
	if blocked := r.do(same); blocked.status != http.StatusNotFound {
		t.Errorf("who was blocked gets %d, though their browser has it", blocked.status)
	}
	document := call{method: "GET", path: "/conversations/" + talk + "/messages/2/files/1", session: amara}
	must(t, r.Network.Unblock(t.Context(), r.Amara, r.Chen.ID))
	if got := r.do(document); got.header.Get("Content-Disposition") != "attachment; filename=list.txt" || got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("a document comes as %v", got.header)
	}
	r.do(call{method: "POST", path: "/conversations/" + talk + "/messages/2/delete", session: amara})
	if got := r.do(document); got.status != http.StatusNotFound {
		t.Errorf("after the message was taken back it gives %d", got.status)
	}
}

func TestARefusedFileLosesNothingThatWasTyped(t *testing.T) {
	r := openRoom(t)
	talk, session := r.furnish()["/conversations"], r.signIn(r.Amara)
	for name, content := range map[string][]byte{"drawing.svg": []byte("<svg onload=x()>"), "page.png": []byte("<html><script>x()</script>"), "empty.pdf": nil,
		"large.txt": bytes.Repeat([]byte("a"), community.FileMax+1), "large.jpg": append(smallPNG(t), make([]byte, community.PictureSentMax)...)} {
		body, kind := formOf(t, map[string]string{"nonce": "p1", "body": "typed words", "alt1": "typed alt"}, map[string][]byte{name: content})
		got := r.attach(session, talk, body, kind, true)
		text := string(got.body)
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(text, "typed words") || !strings.Contains(text, "typed alt") || !strings.Contains(text, "“"+name+"”") {
			t.Errorf("%s gives %d, and the page lacks something typed, or why", name, got.status)
		}
	}
}

func TestOnlyWhoIsSignedInMaySendALargeBodyAndOnlyWhereFilesAreTaken(t *testing.T) {
	r := openRoom(t)
	talk, session := r.furnish()["/conversations"], r.signIn(r.Amara)
	large, kind := formOf(t, map[string]string{"nonce": "p1", "body": "words"}, map[string][]byte{"a.txt": bytes.Repeat([]byte("a"), community.FileMax)})
	if got := r.attach(session, talk, large, kind, false); got.status != http.StatusCreated {
		t.Errorf("where files are taken it gives %d: %s", got.status, got.body)
	}
	head := func(path, cookie, kind string, length int) string {
		return "POST " + path + " HTTP/1.1\r\nHost: " + r.host() + "\r\nOrigin: " + r.base + "\r\nCookie: session=" + cookie + "\r\nContent-Type: " + kind +
			"\r\nContent-Length: " + number(length) + "\r\nConnection: close\r\n\r\n"
	}
	for what, text := range map[string]string{
		"nobody":         head("/conversations/"+talk+"/messages", "", kind, len(large)),
		"a wrong cookie": head("/conversations/"+talk+"/messages", "abcdef", kind, len(large)),
		"elsewhere":      head("/conversations/"+talk+"/name", session, kind, len(large)),
		"as a form":      head("/conversations/"+talk+"/messages", session, "application/x-www-form-urlencoded", len(large)),
		"too large":      head("/conversations/"+talk+"/messages", session, kind, uploadMax+1),
	} {
		if status, answer := r.raw(text); status != http.StatusUnprocessableEntity && status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s gives %d: %.200s", what, status, answer)
		}
	}
}

func TestRubbishFormsWithFilesAreCalmlyAnswered(t *testing.T) {
	r := openRoom(t)
	talk, session := r.furnish()["/conversations"], r.signIn(r.Amara)
	part := func(head, content string) string { return "--b\r\n" + head + "\r\n\r\n" + content + "\r\n" }
	named := part(`Content-Disposition: form-data; name="nonce"`, "n")
	for what, body := range map[string]string{
		"nothing": "", "no end": named, "no head": "--b\r\n\r\nx\r\n--b--\r\n", "not a form": "{}", "only an end": "--b--\r\n",
		"many parts":    strings.Repeat(named, 2*partsMax) + "--b--\r\n",
		"a long field":  part(`Content-Disposition: form-data; name="body"`, strings.Repeat("a", fieldMax+1)) + "--b--\r\n",
		"no name":       part(`Content-Disposition: form-data`, "x") + "--b--\r\n",
		"a nested form": part("Content-Disposition: form-data; name=\"file1\"; filename=\"a\"\r\nContent-Type: multipart/mixed; boundary=c", "--c\r\n\r\nx\r\n--c--") + "--b--\r\n",
		"packed":        part("Content-Disposition: form-data; name=\"file1\"; filename=\"a\"\r\nContent-Transfer-Encoding: quoted-printable", "=41") + "--b--\r\n",
		"a bad name":    part("Content-Disposition: form-data; name=\"file1\"; filename=\"\x00\xff../..\"", "x") + named + "--b--\r\n",
		"a long head":   "--b\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 200) + "\r\nx\r\n--b--\r\n",
	} {
		for _, kind := range []string{"multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=" + strings.Repeat("b", 300)} {
			got := r.attach(session, talk, body, kind, false)
			calm(t, what, got.status, string(got.body))
		}
	}
}
