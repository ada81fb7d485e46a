package community_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"longtable/server/community"
	"longtable/server/community/communitytest"
)

// photo is a picture of a red left and a blue right half, w wide.
func photo(w, h int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 0, 0, 255}
			if x >= w/2 {
				c = color.RGBA{0, 0, 200, 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	return p
}

func asJPEG(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, p, nil))
	return b.Bytes()
}

func asPNG(t *testing.T, p image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, p))
	return b.Bytes()
}

// withNotes puts notes behind the beginning of a JPEG, as a telephone does: how it was held, and a place.
func withNotes(file []byte, turn uint16, place string) []byte {
	notes := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	notes = append(binary.BigEndian.AppendUint16(notes, turn), 0, 0)
	notes = append(notes, place...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(notes)+2))
	return append(append(head, notes...), file[2:]...)
}

// claiming is a small PNG whose header claims another size.
func claiming(file []byte, w, h uint32) []byte {
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[16:], w)
	binary.BigEndian.PutUint32(file[20:], h)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func sendFiles(t *testing.T, x *communitytest.Table, talk community.ConversationID, nonce string, files ...community.Upload) (*community.Message, error) {
	t.Helper()
	return x.Write(t.Context(), x.Amara, talk, community.MessageDraft{Nonce: nonce, Files: files})
}

func TestAPictureIsMadeAnewSmallAndUprightWithoutItsNotes(t *testing.T) {
	x := communitytest.New(t)
	talk := talking(t, x)
	sent := withNotes(asJPEG(t, photo(3200, 1000)), 6, "PLACE 51.5N")
	m, err := sendFiles(t, x, talk, "f1", community.Upload{Name: `C:\pictures\oven.exe`, Alt: "The oven", Bytes: sent})
	must(t, err)
	f, kept, err := x.File(t.Context(), x.Binta, talk, m.Seq, 1)
	must(t, err)
	if f.Name != "oven.jpg" || f.Type != community.FileJPEG || f.Alt != "The oven" || f.Width != 500 || f.Height != 1600 || f.Size != len(kept) {
		t.Errorf("it became %+v with %d bytes", f, len(kept))
	}
	p, _, err := image.Decode(bytes.NewReader(kept))
	must(t, err)
	top, _, _, _ := p.At(250, 100).RGBA()
	bottom, _, _, _ := p.At(250, 1500).RGBA()
	if p.Bounds().Dx() != 500 || top < 3*bottom {
		t.Errorf("it is %v, red above %d, below %d: not upright", p.Bounds(), top, bottom)
	}
	for _, note := range []string{"PLACE", "Exif"} {
		if !bytes.Contains(sent, []byte(note)) || bytes.Contains(kept, []byte(note)) {
			t.Errorf("%q is still in it", note)
		}
	}
}

func TestWhatAFileIsSaysItsContent(t *testing.T) {
	x := communitytest.New(t)
	talk, small := talking(t, x), photo(8, 8)
	moving := &gif.GIF{}
	for range 3 {
		frame := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.White, color.Black})
		moving.Image, moving.Delay = append(moving.Image, frame), append(moving.Delay, 10)
	}
	var animated bytes.Buffer
	must(t, gif.EncodeAll(&animated, moving))
	pdf := []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n")
	for name, c := range map[string]struct {
		bytes []byte
		is    community.FileType // empty where it is refused
		named string
	}{
		"a.png":      {asPNG(t, small), community.FilePNG, "a.png"},
		"a.html":     {asPNG(t, small), community.FilePNG, "a.png"},
		"b.gif":      {animated.Bytes(), community.FilePNG, "b.png"},
		"c.pdf":      {pdf, community.FilePDF, "c.pdf"},
		"list.CSV":   {[]byte("name,place\nأمارا,مرفأ\n"), community.FileCSV, "list.csv"},
		"notes":      {[]byte("\xef\xbb\xbfbread, salt"), community.FileText, "notes.txt"},
		"../../x.sh": {[]byte("#!/bin/sh\nrm -rf /\n"), community.FileText, "x.txt"},

		"drawing.svg":   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "", ""},
		"drawing.png":   {[]byte(`<?xml version="1.0"?><svg/>`), "", ""},
		"page.txt":      {[]byte("hello\n<!DOCTYPE html><html><body onload=x()>"), "", ""},
		"late.txt":      {[]byte(strings.Repeat("words ", 500) + "<script>x()</script>"), "", ""},
		"program.jpg":   {[]byte("MZ\x90\x00\x03\x00\x00\x00"), "", ""},
		"packed.pdf":    {[]byte("PK\x03\x04%PDF-1.7 %%EOF"), "", ""},
		"before.pdf":    {append([]byte("<html>"), pdf...), "", ""},
		"cut.pdf":       {pdf[:20], "", ""},
		"cut.jpg":       {asJPEG(t, photo(64, 64))[:400], "", ""},
		"cut.png":       {asPNG(t, photo(64, 64))[:60], "", ""},
		"script.gif":    {[]byte("GIF89a/*\x01\x00*/=1;alert(1)//"), "", ""},
		"bomb.png":      {claiming(asPNG(t, small), 60000, 60000), "", ""},
		"thin.png":      {claiming(asPNG(t, small), 1<<31-1, 1), "", ""},
		"nothing.txt":   {nil, "", ""},
		"control.txt":   {[]byte("a\x1b[2Jb"), "", ""},
		"latin.csv":     {[]byte("caf\xe9;1"), "", ""},
		"large.txt":     {bytes.Repeat([]byte("word "), community.FileMax/5+1), "", ""},
		"truncated.gif": {animated.Bytes()[:30], "", ""},
		"fake.webp":     {[]byte("RIFF\x10\x00\x00\x00WEBPVP8 \x04\x00\x00\x00abcd"), "", ""},
	} {
		m, err := sendFiles(t, x, talk, community.NewID[string](), community.Upload{Name: name, Bytes: c.bytes})
		switch {
		case c.is == "" && community.KindOf(err) != community.KindInvalid:
			t.Errorf("%s gives %+v, %v", name, m, err)
		case c.is != "" && (err != nil || m.Files[0].Type != c.is || m.Files[0].Name != c.named):
			t.Errorf("%s gives %+v, %v", name, m, err)
		}
	}
	if kept, _, err := x.Files.In(t.Context(), talk, community.Page{Limit: 100}); err != nil || len(kept) != 7 {
		t.Errorf("%d files are kept, %v: what was refused leaves nothing", len(kept), err)
	}
}

// TestNoRubbishIsTakenForAPicture turns single bytes of good pictures: each is refused or becomes a picture, and nothing breaks.
func TestNoRubbishIsTakenForAPicture(t *testing.T) {
	x := communitytest.New(t)
	talk, dice := talking(t, x), rand.New(rand.NewPCG(1, 2))
	refused := 0
	for i := range 150 {
		file := [][]byte{asJPEG(t, photo(40, 30)), asPNG(t, photo(40, 30)), withNotes(asJPEG(t, photo(40, 30)), 3, "")}[i%3]
		for range 1 + dice.IntN(6) {
			file[2+dice.IntN(len(file)-2)] = byte(dice.Uint32())
		}
		m, err := sendFiles(t, x, talk, community.NewID[string](), community.Upload{Name: "a.jpg", Bytes: file[:len(file)-dice.IntN(3)]})
		switch {
		case err == nil:
			_, kept, err := x.File(t.Context(), x.Binta, talk, m.Seq, 1)
			must(t, err)
			if _, _, err := image.Decode(bytes.NewReader(kept)); err != nil {
				t.Errorf("what was kept is no picture: %v", err)
			}
		case community.KindOf(err) == community.KindInvalid:
			refused++
		default:
			t.Errorf("rubbish gives %v", err)
		}
	}
	if refused == 0 {
		t.Error("nothing was refused: this test would prove little")
	}
}

func TestAFileIsForWhoCanReadItsMessage(t *testing.T) {
	x := communitytest.New(t)
	group, ctx := bakers(t, x), t.Context()
	_, err := x.AddToGroup(ctx, x.Binta, group, x.Chen.ID)
	must(t, err)
	m, err := sendFiles(t, x, group, "f1", community.Upload{Name: "a.txt", Bytes: []byte("flour")})
	must(t, err)
	reads := func(v community.Viewer) bool {
		t.Helper()
		_, content, err := x.File(ctx, v, group, m.Seq, 1)
		if err != nil && community.KindOf(err) != community.KindNotFound && community.KindOf(err) != community.KindUnauthenticated {
			t.Errorf("%s: %v", v.Name, err)
		}
		return err == nil && string(content) == "flour"
	}
	if !reads(x.Amara) || !reads(x.Binta) || !reads(x.Chen) {
		t.Error("who is in the group does not read it")
	}
	if reads(x.Noor) || reads(x.Farid) || reads(community.Viewer{}) {
		t.Error("somebody outside reads it")
	}
	must(t, x.Network.Block(ctx, x.Chen, x.Amara.ID))
	if reads(x.See(t, x.Chen.ID)) {
		t.Error("who is apart from its sender reads it")
	}
	must(t, x.LeaveGroup(ctx, x.Binta, group))
	if reads(x.Binta) {
		t.Error("who left the group reads it")
	}
	for _, number := range []int{0, 2, -1} {
		if _, _, err := x.File(ctx, x.Amara, group, m.Seq, number); community.KindOf(err) != community.KindNotFound {
			t.Errorf("file %d gives %v", number, err)
		}
	}
}

// pieces counts what is left of files in the store.
func pieces(t *testing.T, x *communitytest.Table, talk community.ConversationID, owner community.MemberID) (files, pieces int) {
	t.Helper()
	f, _, err := x.Files.In(t.Context(), talk, community.Page{Limit: 100})
	must(t, err)
	p, _, err := x.Pieces.Of(t.Context(), owner, community.Page{Limit: 100})
	must(t, err)
	return len(f), len(p)
}

func TestAFileGoesWithItsMessage(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	long := community.Upload{Name: "long.txt", Bytes: bytes.Repeat([]byte("word\n"), 300_000)} // three pieces
	m, err := sendFiles(t, x, talk, "f1", long)
	must(t, err)
	again, err := sendFiles(t, x, talk, "f1", long)
	if err != nil || again.ID != m.ID || again.Seq != m.Seq {
		t.Errorf("sent again it is %+v, %v", again, err)
	}
	if f, p := pieces(t, x, talk, x.Amara.ID); f != 1 || p != 3 {
		t.Fatalf("%d files in %d pieces are kept", f, p)
	}
	if _, content, err := x.File(ctx, x.Binta, talk, m.Seq, 1); err != nil || !bytes.Equal(content, long.Bytes) {
		t.Errorf("%d bytes come back, %v", len(content), err)
	}
	if _, err := sendFiles(t, x, talk, "f1", community.Upload{Name: "other.txt", Bytes: []byte("other")}); err != nil {
		t.Error(err)
	}
	if f, _ := pieces(t, x, talk, x.Amara.ID); f != 1 {
		t.Errorf("another file under the same nonce leaves %d", f)
	}
	must(t, x.DeleteMessage(ctx, x.Amara, talk, m.Seq))
	if f, p := pieces(t, x, talk, x.Amara.ID); f+p != 0 {
		t.Errorf("of what was taken back %d files in %d pieces are left", f, p)
	}
	if _, _, err := x.File(ctx, x.Amara, talk, m.Seq, 1); community.KindOf(err) != community.KindNotFound {
		t.Errorf("what was taken back is read: %v", err)
	}
	_, err = sendFiles(t, x, talk, "f1", long) // a late repetition
	must(t, err)
	if f, p := pieces(t, x, talk, x.Amara.ID); f+p != 0 {
		t.Errorf("a repetition brings %d files in %d pieces back", f, p)
	}
}

func TestFilesGoWithWhoSentThem(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	_, err := sendFiles(t, x, talk, "f1", community.Upload{Name: "canary.txt", Alt: "canary", Bytes: []byte("canary")})
	must(t, err)
	_, err = x.Write(ctx, x.Binta, talk, community.MessageDraft{Nonce: "f2", Files: []community.Upload{{Name: "hers.txt", Bytes: []byte("hers")}}})
	must(t, err)
	must(t, x.Pieces.Add(ctx, &community.Piece{Record: community.Record[community.PieceID]{ID: "left~0"}, Owner: x.Amara.ID, Bytes: []byte("late")}))
	must(t, x.Leave(ctx, x.Amara))
	must(t, x.Erase(ctx, x.Amara.ID, true))
	if f, p := pieces(t, x, talk, x.Amara.ID); f != 1 || p != 0 {
		t.Errorf("%d files of both and %d pieces of who left are kept", f, p)
	}
	for _, m := range entries(t, x, talk) {
		if m.Sender == x.Amara.ID && len(m.Files) > 0 {
			t.Errorf("a message of who left names %+v", m.Files)
		}
	}
}

func TestFilesHaveARoomForEachMemberAndConversation(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	owned := func(owner community.MemberID, at community.ConversationID, bytes int) {
		t.Helper()
		must(t, x.Files.Add(ctx, &community.File{Record: community.Record[community.FileID]{ID: community.NewID[community.FileID]()}, Owner: owner, Conversation: at,
			Message: "m", Size: bytes}))
	}
	owned(x.Amara.ID, "elsewhere", community.FilesOfMemberMax-100)
	if _, err := sendFiles(t, x, talk, "fits", community.Upload{Name: "a.txt", Bytes: bytes.Repeat([]byte("a"), 60)}); err != nil {
		t.Errorf("what fits is refused: %v", err)
	}
	var both sync.WaitGroup // each alone would be too much
	for _, nonce := range []string{"one", "two"} {
		both.Go(func() {
			if _, err := sendFiles(t, x, talk, nonce, community.Upload{Name: "a.txt", Bytes: bytes.Repeat([]byte(nonce[:1]), 60)}); community.KindOf(err) != community.KindInvalid {
				t.Errorf("beyond the room of a member: %v", err)
			}
		})
	}
	both.Wait()
	if f, _ := pieces(t, x, talk, x.Amara.ID); f != 1 {
		t.Errorf("%d files are kept", f)
	}
	owned("somebody", talk, community.FilesOfConversationMax)
	_, err := x.Write(ctx, x.Binta, talk, community.MessageDraft{Nonce: "b", Files: []community.Upload{{Name: "b.txt", Bytes: []byte("b")}}})
	if community.KindOf(err) != community.KindInvalid {
		t.Errorf("beyond the room of a conversation: %v", err)
	}
	four := []community.Upload{{Name: "1"}, {Name: "2"}, {Name: "3"}, {Name: "4"}}
	if _, err := sendFiles(t, x, talk, "four", four...); community.KindOf(err) != community.KindInvalid {
		t.Errorf("four files: %v", err)
	}
}

func TestAFileWithoutItsMessageIsSwept(t *testing.T) {
	x := communitytest.New(t)
	talk, ctx := talking(t, x), t.Context()
	m, err := sendFiles(t, x, talk, "f1", community.Upload{Name: "a.txt", Bytes: []byte("a")})
	must(t, err)
	orphan := &community.File{Record: community.Record[community.FileID]{ID: "never~1~0"}, Conversation: talk, Message: "never", Owner: x.Amara.ID, Size: 1, Pieces: 1, UnsaidAt: x.Now()}
	must(t, x.Files.Add(ctx, orphan))
	must(t, x.SweepFiles(ctx))
	if f, _ := pieces(t, x, talk, x.Amara.ID); f != 2 {
		t.Errorf("what may be on its way is swept: %d are left", f)
	}
	x.Clock.Pass(2 * time.Hour)
	must(t, x.SweepFiles(ctx))
	must(t, x.SweepFiles(ctx))
	if _, _, err := x.File(ctx, x.Binta, talk, m.Seq, 1); err != nil {
		t.Errorf("a file with its message is swept: %v", err)
	}
	if f, _ := pieces(t, x, talk, x.Amara.ID); f != 1 {
		t.Errorf("%d files are left", f)
	}
}

func TestAFirstMessageCarriesNoFiles(t *testing.T) {
	x := communitytest.New(t)
	ctx := t.Context()
	p, err := x.Post(ctx, x.Amara, community.PostingDraft{Kind: community.Ask, Title: "A van"})
	must(t, err)
	m, err := x.AnswerPosting(ctx, x.Chen, p.ID, "n1", "I have one.")
	must(t, err)
	files := community.MessageDraft{Nonce: "n2", Files: []community.Upload{{Name: "a.txt", Bytes: []byte("a")}}}
	if _, err := x.Write(ctx, x.Chen, m.Conversation, files); community.KindOf(err) != community.KindInvalid {
		t.Errorf("a stranger sends files: %v", err)
	}
	_, err = x.AcceptRequest(ctx, x.Amara, m.Conversation)
	must(t, err)
	if _, err := x.Write(ctx, x.Chen, m.Conversation, files); err != nil {
		t.Errorf("once accepted: %v", err)
	}
}
