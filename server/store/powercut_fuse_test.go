//go:build linux

package store_test

import (
	"context"
	"syscall"
	"testing"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// mount shows the disk to other processes until the function it returns is called, which needs that none of them still
// has a file there. This process must not touch the folder: it would wait for itself.
func mount(t *testing.T, d *disk, dir string) (unmount func()) {
	t.Helper()
	server, err := fs.Mount(dir, &folderNode{disk: d, folder: d.root}, &fs.Options{
		MountOptions: fuse.MountOptions{DirectMountStrict: true, DisableXAttrs: true, FsName: "powercut"},
	})
	if err != nil {
		t.Fatalf("the power-cut proof mounts a file system of its own: it needs Linux, /dev/fuse and the rights of root: %v", err)
	}
	return func() {
		if err := server.Unmount(); err != nil {
			t.Fatalf("unmount %s: %v", dir, err)
		}
	}
}

type folderNode struct {
	fs.Inode
	disk   *disk
	folder *folder
}

type fileNode struct {
	fs.Inode
	disk *disk
	file *file
}

var (
	_ fs.NodeLookuper  = (*folderNode)(nil)
	_ fs.NodeCreater   = (*folderNode)(nil)
	_ fs.NodeMkdirer   = (*folderNode)(nil)
	_ fs.NodeUnlinker  = (*folderNode)(nil)
	_ fs.NodeRenamer   = (*folderNode)(nil)
	_ fs.NodeReaddirer = (*folderNode)(nil)
	_ fs.NodeGetattrer = (*folderNode)(nil)
	_ fs.NodeFsyncer   = (*folderNode)(nil)
	_ fs.NodeOpener    = (*fileNode)(nil)
	_ fs.NodeReader    = (*fileNode)(nil)
	_ fs.NodeWriter    = (*fileNode)(nil)
	_ fs.NodeSetattrer = (*fileNode)(nil)
	_ fs.NodeGetattrer = (*fileNode)(nil)
	_ fs.NodeFsyncer   = (*fileNode)(nil)
)

// powerless is how the kernel is told of the only error that a disk has.
func powerless(err error) syscall.Errno {
	if err != nil {
		return syscall.EIO
	}
	return fs.OK
}

// inode is the node of a thing on the disk, the same one as long as the kernel knows it.
func (n *folderNode) inode(ctx context.Context, item any, out *fuse.EntryOut) *fs.Inode {
	switch item := item.(type) {
	case *file:
		fileAttributes(item.number, len(item.now), &out.Attr)
		return n.NewInode(ctx, &fileNode{disk: n.disk, file: item}, fs.StableAttr{Mode: syscall.S_IFREG, Ino: item.number})
	case *folder:
		folderAttributes(item.number, &out.Attr)
		return n.NewInode(ctx, &folderNode{disk: n.disk, folder: item}, fs.StableAttr{Mode: syscall.S_IFDIR, Ino: item.number})
	}
	return nil
}

func fileAttributes(number uint64, size int, out *fuse.Attr) {
	out.Ino, out.Mode, out.Nlink, out.Size, out.Blksize = number, syscall.S_IFREG|0o600, 1, uint64(size), 4096
}

func folderAttributes(number uint64, out *fuse.Attr) {
	out.Ino, out.Mode, out.Nlink = number, syscall.S_IFDIR|0o700, 2
}

func (n *folderNode) Lookup(ctx context.Context, name string, out *fuse.EntryOut) (in *fs.Inode, errno syscall.Errno) {
	err := n.disk.look(func() { in = n.inode(ctx, n.folder.now[name], out) })
	if err == nil && in == nil {
		return nil, syscall.ENOENT
	}
	return in, powerless(err)
}

func (n *folderNode) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	f, err := n.disk.newFile(n.folder, name)
	if err != nil {
		return nil, nil, 0, powerless(err)
	}
	return n.inode(ctx, f, out), nil, 0, fs.OK
}

func (n *folderNode) Mkdir(ctx context.Context, name string, mode uint32, out *fuse.EntryOut) (*fs.Inode, syscall.Errno) {
	f, err := n.disk.newFolder(n.folder, name)
	if err != nil {
		return nil, powerless(err)
	}
	return n.inode(ctx, f, out), fs.OK
}

func (n *folderNode) Unlink(ctx context.Context, name string) syscall.Errno {
	return powerless(n.disk.move(n.folder, move{gone: name}))
}

// Rename stays within one folder: the store does nothing else.
func (n *folderNode) Rename(ctx context.Context, name string, to fs.InodeEmbedder, newName string, flags uint32) syscall.Errno {
	if to != fs.InodeEmbedder(n) || flags != 0 {
		return syscall.EXDEV
	}
	var item any
	if err := n.disk.look(func() { item = n.folder.now[name] }); err != nil {
		return powerless(err)
	}
	return powerless(n.disk.move(n.folder, move{gone: name, name: newName, to: item}))
}

func (n *folderNode) Readdir(ctx context.Context) (fs.DirStream, syscall.Errno) {
	var list []fuse.DirEntry
	err := n.disk.look(func() {
		for name, item := range n.folder.now {
			switch item := item.(type) {
			case *file:
				list = append(list, fuse.DirEntry{Name: name, Mode: syscall.S_IFREG, Ino: item.number})
			case *folder:
				list = append(list, fuse.DirEntry{Name: name, Mode: syscall.S_IFDIR, Ino: item.number})
			}
		}
	})
	return fs.NewListDirStream(list), powerless(err)
}

func (n *folderNode) Getattr(ctx context.Context, f fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	folderAttributes(n.folder.number, &out.Attr)
	return fs.OK
}

func (n *folderNode) Fsync(ctx context.Context, f fs.FileHandle, flags uint32) syscall.Errno {
	return powerless(n.disk.flushFolder(n.folder))
}

func (n *fileNode) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	return nil, 0, fs.OK
}

func (n *fileNode) Read(ctx context.Context, f fs.FileHandle, into []byte, at int64) (fuse.ReadResult, syscall.Errno) {
	read := 0
	err := n.disk.look(func() {
		if at < int64(len(n.file.now)) {
			read = copy(into, n.file.now[at:])
		}
	})
	return fuse.ReadResultData(into[:read]), powerless(err)
}

func (n *fileNode) Write(ctx context.Context, f fs.FileHandle, data []byte, at int64) (uint32, syscall.Errno) {
	if err := n.disk.edit(n.file, edit{at: at, data: data}); err != nil {
		return 0, powerless(err)
	}
	return uint32(len(data)), fs.OK
}

func (n *fileNode) Setattr(ctx context.Context, f fs.FileHandle, in *fuse.SetAttrIn, out *fuse.AttrOut) syscall.Errno {
	if size, sized := in.GetSize(); sized {
		if err := n.disk.edit(n.file, edit{at: int64(size), resize: true}); err != nil {
			return powerless(err)
		}
	}
	return n.Getattr(ctx, f, out)
}

func (n *fileNode) Getattr(ctx context.Context, f fs.FileHandle, out *fuse.AttrOut) syscall.Errno {
	return powerless(n.disk.look(func() { fileAttributes(n.file.number, len(n.file.now), &out.Attr) }))
}

func (n *fileNode) Fsync(ctx context.Context, f fs.FileHandle, flags uint32) syscall.Errno {
	return powerless(n.disk.flush(n.file))
}
