package community

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // of which the first picture is kept: what moves can't be stopped by who reads
	"image/jpeg"
	"image/png"

	_ "golang.org/x/image/webp"
)

const (
	picturePixelsMax = 24_000_000 // of a picture as it is sent: twice a usual telephone's
	pictureDecoded   = 96 << 20   // bytes that a picture may need once it is unpacked
	pictureSide      = 1600       // pixels of the longer side of a picture as it is kept: fills a screen
	pictureQuality   = 82         // of JPEG: no difference that one sees, at a fifth of the bytes
)

// checkPicture makes a picture anew, at most pictureSide wide and high. Its header is read first, so that a small file can't
// become a large picture; and one is unpacked at a time.
func (n *Network) checkPicture(ctx context.Context, f Upload) (c checkedFile, say string, err error) {
	if len(f.Bytes) > PictureSentMax {
		return c, "problem.picture-too-large", nil
	}
	header, format, err := image.DecodeConfig(bytes.NewReader(f.Bytes))
	if err != nil {
		return c, "problem.file-type", nil
	}
	pixels := int64(header.Width) * int64(header.Height)
	if pixels <= 0 || pixels > picturePixelsMax || pixels*int64(unpacked(f.Bytes, format, header)) > pictureDecoded {
		return c, "problem.picture-too-many-pixels", nil
	}
	select {
	case n.easel <- struct{}{}:
		defer func() { <-n.easel }()
	case <-ctx.Done():
		return c, "", ctx.Err()
	}
	whole, _, err := image.Decode(bytes.NewReader(f.Bytes))
	if err != nil {
		return c, "problem.file-broken", nil
	}
	small := turned(shrunk(whole, pictureSide), orientation(f.Bytes))
	c.Width, c.Height, c.Alt = small.Rect.Dx(), small.Rect.Dy(), f.Alt
	c.Type, c.bytes, err = encoded(small, format != "jpeg")
	return c, "", err
}

// unpacked is about how many bytes a pixel needs while a picture is decoded. A progressive JPEG keeps all its coefficients.
func unpacked(file []byte, format string, header image.Config) int {
	switch {
	case format == "jpeg" && progressive(file):
		return 15
	case header.ColorModel == color.NRGBA64Model || header.ColorModel == color.RGBA64Model:
		return 8
	default:
		return 4
	}
}

// segments hands over the marker and the content of each part of a JPEG before its picture, until take has enough.
func segments(file []byte, take func(marker byte, content []byte) (more bool)) {
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker, length := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == 0xda || length < 2 || at+2+length > len(file) || !take(marker, file[at+4:at+2+length]) {
			return
		}
		at += 2 + length
	}
}

func progressive(file []byte) (found bool) {
	segments(file, func(marker byte, _ []byte) bool {
		found = found || marker == 0xc2
		return !found
	})
	return found
}

// orientation is how a telephone was held, from 1 (upright) to 8, as the picture's notes say; these go, so it is turned.
func orientation(file []byte) (turn int) {
	turn = 1
	if !bytes.HasPrefix(file, []byte{0xff, 0xd8}) {
		return turn
	}
	segments(file, func(marker byte, content []byte) bool {
		notes, ours := bytes.CutPrefix(content, []byte("Exif\x00\x00"))
		if marker != 0xe1 || !ours {
			return true
		}
		turn = orientationIn(notes)
		return false
	})
	return turn
}

// orientationIn looks for tag 0x0112 in the first directory of the notes.
func orientationIn(notes []byte) int {
	if len(notes) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if notes[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(notes[4:]))
	if at < 8 || at+2 > len(notes) {
		return 1
	}
	const entry = 12 // bytes
	entries := int(order.Uint16(notes[at:]))
	for at += 2; entries > 0 && at+entry <= len(notes); entries, at = entries-1, at+entry {
		if turn := int(order.Uint16(notes[at+8:])); order.Uint16(notes[at:]) == 0x0112 && turn >= 1 && turn <= 8 {
			return turn
		}
	}
	return 1
}

// shrunk makes each point of the small picture the mean of those of the large one that it stands for, line by line.
func shrunk(from image.Image, side int) *image.RGBA {
	b := from.Bounds()
	w, h := b.Dx(), b.Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	small, line, sums := image.NewRGBA(image.Rect(0, 0, w, h)), image.NewRGBA(image.Rect(0, 0, b.Dx(), 1)), make([]uint32, 4*w)
	for y := range h {
		clear(sums)
		top, bottom := y*b.Dy()/h, (y+1)*b.Dy()/h
		for row := top; row < bottom; row++ {
			draw.Draw(line, line.Rect, from, image.Pt(b.Min.X, b.Min.Y+row), draw.Src)
			addLine(sums, line.Pix, w, b.Dx())
		}
		for x := range w {
			points := uint32((x+1)*b.Dx()/w-x*b.Dx()/w) * uint32(bottom-top)
			for channel := range 4 {
				small.Pix[y*small.Stride+4*x+channel] = uint8((sums[4*x+channel] + points/2) / points)
			}
		}
	}
	return small
}

// addLine adds the points of a long line to those of a short one.
func addLine(sums []uint32, line []uint8, short, long int) {
	for x := range short {
		for at := x * long / short; at < (x+1)*long/short; at++ {
			for channel := range 4 {
				sums[4*x+channel] += uint32(line[4*at+channel])
			}
		}
	}
}

// turned is the picture upright.
func turned(p *image.RGBA, turn int) *image.RGBA {
	if turn == 1 {
		return p
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			at := [...]image.Point{{}, {}, {w - 1 - x, y}, {w - 1 - x, h - 1 - y}, {x, h - 1 - y}, {y, x}, {h - 1 - y, x}, {h - 1 - y, w - 1 - x}, {y, w - 1 - x}}[turn]
			to.SetRGBA(at.X, at.Y, p.RGBAAt(x, y))
		}
	}
	return to
}

// encoded keeps drawings and what is seen through as PNG, where that is small enough, and anything else as JPEG.
func encoded(p *image.RGBA, exact bool) (FileType, []byte, error) {
	var out bytes.Buffer
	if exact || !p.Opaque() {
		err := png.Encode(&out, p)
		if err != nil || out.Len() <= FileMax/2 {
			return FilePNG, out.Bytes(), err
		}
	}
	white := image.NewRGBA(p.Rect)
	draw.Draw(white, white.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(white, white.Rect, p, image.Point{}, draw.Over)
	out.Reset()
	err := jpeg.Encode(&out, white, &jpeg.Options{Quality: pictureQuality})
	return FileJPEG, out.Bytes(), err
}
