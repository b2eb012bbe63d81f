//go:build unix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A report names customers: it is no more public than the user's files are.
func TestReportFileKeepsToTheUmask(t *testing.T) {
	for mask, want := range map[int]fs.FileMode{0o077: 0o600, 0o022: 0o644} {
		path := filepath.Join(t.TempDir(), "report.json")
		before := syscall.Umask(mask)
		code, _, stderr := runWith(t, shop, "-out", path)
		syscall.Umask(before)
		require.Equal(t, 0, code, stderr)
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Equal(t, want, info.Mode().Perm(), "umask %o", mask)
	}

	path := filepath.Join(t.TempDir(), "report.json")
	require.NoError(t, os.WriteFile(path, []byte("older"), 0o600))
	require.NoError(t, os.Chmod(path, 0o664))
	code, _, stderr := runWith(t, shop, "-out", path)
	require.Equal(t, 0, code, stderr)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o664), info.Mode().Perm(), "an older report keeps its permissions")
}

func TestReportThroughASymbolicLink(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target.json"), filepath.Join(folder, "link.json")
	require.NoError(t, os.WriteFile(target, []byte("older"), 0o600))
	require.NoError(t, os.Symlink(target, link))
	_, want, _ := runWith(t, shop, "-format", "json")
	code, _, stderr := runWith(t, shop, "-format", "json", "-out", link)
	require.Equal(t, 0, code, stderr)
	got, err := os.ReadFile(target)
	require.NoError(t, err)
	require.Equal(t, want, string(got))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	require.Equal(t, fs.ModeSymlink, info.Mode().Type(), "the link is a link still")
	left, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, left, 2, "a leftover: %v", left)
}
