package sealed

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	keyBytes  = 32      // AES-256
	markBytes = 8       // of a key's digest: enough to tell keys apart, and says nothing of the key
	fileMax   = 1 << 16 // bytes of a key file: a thousand rotations
)

// fileHead is what somebody reads who opens the file.
const fileHead = "# Longtable: root keys, oldest first. Keep this file apart from the backups: whoever has both can read what people\n" +
	"# declared in confidence, and without it nobody can.\n"

// root is one root key. Its mark names it without telling it.
type root struct {
	mark string // hex
	aead cipher.AEAD
}

func newRoot(key []byte) (root, error) {
	aead, err := aeadOf(key)
	digest := sha256.Sum256(append([]byte("longtable root "), key...))
	return root{hex.EncodeToString(digest[:markBytes]), aead}, err
}

func aeadOf(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// Make writes a new key file, which only its owner can read. One that is there already is an error.
func Make(path string) (*Ring, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the key file can't be made: %w", err)
	}
	_, err = f.WriteString(fileHead + newLine())
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("the key file can't be written: %w", err), os.Remove(path))
	}
	return Read(path)
}

// Append puts a new root key behind those of the file. The file is exchanged whole, so that no moment is without keys.
func Append(path string) error {
	before, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return exchange(path, append(bytes.TrimRight(before, "\n"), "\n"+newLine()...))
}

// Retire takes every key but the newest out of the file. What is wrapped with one of the others can't be read any more, so
// whoever calls it has looked that nothing is.
func Retire(path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := keyLines(content)
	if len(lines) == 0 {
		return errNoKey(path)
	}
	return exchange(path, []byte(fileHead+lines[len(lines)-1]+"\n"))
}

func newLine() string {
	var key [keyBytes]byte
	_, _ = rand.Read(key[:]) // documented never to fail
	return hex.EncodeToString(key[:]) + "\n"
}

func exchange(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // readable by its owner only
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return flushFolder(filepath.Dir(path))
}

// flushFolder makes the exchange of a file survive a power cut.
func flushFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func keyLines(content []byte) (lines []string) {
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

func errNoKey(path string) error {
	return fmt.Errorf("%s holds no root key: a line of %d hexadecimal digits, as openssl rand -hex %d makes", path, 2*keyBytes, keyBytes)
}

// readRoots reads a key file. What it holds is never repeated in an error.
func readRoots(path string) ([]root, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > fileMax {
		return nil, errNoKey(path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var roots []root
	for _, line := range keyLines(content) {
		key, err := hex.DecodeString(line)
		if err != nil || len(key) != keyBytes {
			return nil, errNoKey(path)
		}
		r, err := newRoot(key)
		if err != nil {
			return nil, err
		}
		roots = append(roots, r)
	}
	if len(roots) == 0 {
		return nil, errNoKey(path)
	}
	return roots, nil
}
