//go:build !linux

package main

// fileSystemOf names the file system of a folder; only Linux tells.
func fileSystemOf(string) (string, error) { return "", nil }

// freeSpace is what this user may still write to the disk of a folder, in bytes; only Linux tells.
func freeSpace(string) (bytes int64, known bool, err error) { return 0, false, nil }
