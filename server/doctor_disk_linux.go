package main

import (
	"fmt"
	"os"
	"syscall"
)

// magics are the numbers by which Linux tells file systems apart; the others are local disks, or unknown.
var magics = map[int64]string{
	0x01021994: "tmpfs", 0x858458f6: "ramfs", 0x794c7630: "overlay", 0x6969: "nfs", 0x517b: "smb", 0xff534d42: "smb",
	0xfe534d42: "smb", 0x00c36400: "ceph", 0x01021997: "9p", 0x65735546: "fuse",
	0xef53: "ext4", 0x58465342: "xfs", 0x9123683e: "btrfs", 0x2fc12fc1: "zfs", 0xf2f52010: "f2fs",
}

// fileSystemOf names the file system of a folder; empty for one that is not known here.
func fileSystemOf(dir string) (string, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return "", &os.PathError{Op: "statfs", Path: dir, Err: err}
	}
	return magics[int64(uint32(s.Type))], nil
}

// freeSpace is what this user may still write to the disk of a folder, in bytes; known is false where the system does not
// say.
func freeSpace(dir string) (bytes int64, known bool, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false, fmt.Errorf("free space: %w", &os.PathError{Op: "statfs", Path: dir, Err: err})
	}
	return int64(s.Bavail) * int64(s.Bsize), true, nil
}
