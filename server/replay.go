package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"longtable/server/community"
)

// replayMax bounds the file of a draw: twenty thousand rows take some 4 MB.
const replayMax = 32 << 20 // bytes

// replayDraw repeats a draw from its public file. Codes behind the file
// find their own rows.
func replayDraw(_ context.Context, _ Config, operand string, out io.Writer) error {
	words := strings.Fields(operand)
	if len(words) == 0 {
		return errors.New("replay-draw needs the file of a draw; save it from the programme's page")
	}
	source, err := os.Open(words[0])
	if err != nil {
		return fmt.Errorf("can't read %s: %w", words[0], err)
	}
	defer source.Close()
	var file community.DrawFile
	if err := json.NewDecoder(io.LimitReader(source, replayMax)).Decode(&file); err != nil {
		return fmt.Errorf("%s is not the file of a draw: %w", words[0], err)
	}
	if err := file.Check(); err != nil {
		return err
	}
	fmt.Fprintf(out, "The list of %d rows has the digest %s.\n", len(file.Rows), file.List)
	if file.Eligible != "" {
		fmt.Fprintf(out, "Whether a place could go to a row was fixed with it, under the root %s; each applicant has the proof for their own.\n", file.Eligible)
	}
	if file.Seed == "" {
		fmt.Fprintln(out, "It is frozen and not drawn yet.")
		return nil
	}
	fmt.Fprintf(out, "The values shown make the seed %s, and the seed makes the order of the file: %d rows for %d places, %d of them reserved.\n",
		file.Seed, len(file.Order), file.Places, file.Reserved)
	for _, code := range words[1:] {
		row, place, found := file.Find(code)
		switch {
		case !found:
			return fmt.Errorf("no row belongs to the code %s", code)
		case place == 0:
			fmt.Fprintf(out, "%s is row %s, which was not drawn.\n", code, row)
		default:
			fmt.Fprintf(out, "%s is row %s, at %d of %d.\n", code, row, place, len(file.Order))
		}
	}
	return nil
}
