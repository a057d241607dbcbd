// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mapping_test

import (
	"archive/zip"
	"bytes"
	"crypto/tls"
	"embed"
	"errors"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

//go:embed rule_fs_test.go
var embedded embed.FS

// TestFSRulesKnowNamesThatCannotExist, each as the real package gives it.
func TestFSRulesKnowNamesThatCannotExist(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.FSRules()...))
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	var packed bytes.Buffer
	zipped := zip.NewWriter(&packed)
	if _, err := zipped.Create("file"); err != nil {
		t.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		t.Fatal(err)
	}
	path := func(name string) string { return dir + "/" + name }
	if err := os.Mkdir(path("sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("sub/file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sub, err := fs.Sub(os.DirFS(dir), "sub")
	if err != nil {
		t.Fatal(err)
	}
	errOf := func(_ any, err error) error { return err }
	lookups := map[string]func(name string) error{
		"os.Open":       func(name string) error { return errOf(os.Open(path(name))) },
		"os.Stat":       func(name string) error { return errOf(os.Stat(path(name))) },
		"os.Lstat":      func(name string) error { return errOf(os.Lstat(path(name))) },
		"os.Readlink":   func(name string) error { return errOf(os.Readlink(path(name))) },
		"os.ReadFile":   func(name string) error { return errOf(os.ReadFile(path(name))) },
		"os.OpenInRoot": func(name string) error { return errOf(os.OpenInRoot(dir, name)) },
		"Root.Open":     func(name string) error { return errOf(root.Open(name)) },
		"Root.Stat":     func(name string) error { return errOf(root.Stat(name)) },
		"Root.Lstat":    func(name string) error { return errOf(root.Lstat(name)) },
		"Root.Readlink": func(name string) error { return errOf(root.Readlink(name)) },
		"Root.ReadFile": func(name string) error { return errOf(root.ReadFile(name)) },
		"Root.Remove":   func(name string) error { return root.Remove(name) },
		"Root.OpenRoot": func(name string) error { return errOf(root.OpenRoot(name)) },
		"Root.FS":       func(name string) error { return errOf(fs.Stat(root.FS(), name)) },
		"Root.FS, link": func(name string) error { return errOf(fs.ReadLink(root.FS(), name)) },
		"DirFS":         func(name string) error { return errOf(os.DirFS(dir).Open(name)) },
		"DirFS, stat":   func(name string) error { return errOf(fs.Stat(os.DirFS(dir), name)) },
		"DirFS, read":   func(name string) error { return errOf(fs.ReadFile(os.DirFS(dir), name)) },
		"DirFS, folder": func(name string) error { return errOf(fs.ReadDir(os.DirFS(dir), name)) },
		"Sub":           func(name string) error { return errOf(sub.Open(name)) },
		"Sub, stat":     func(name string) error { return errOf(fs.Stat(sub, name)) },
		"Sub, link":     func(name string) error { return errOf(fs.ReadLink(sub, name)) },
		"Sub, read":     func(name string) error { return errOf(fs.ReadFile(sub, name)) },
		"Sub, folder":   func(name string) error { return errOf(fs.ReadDir(sub, name)) },
		"an archive's":  func(name string) error { return errOf(archive.Open(name)) },
	}
	for _, name := range []string{"missing", "file/below", "file/below/that", strings.Repeat("n", 300), strings.Repeat("n/", 3000) + "n", "a\x00b", "\x00", "file\x00", "missing/../../../etc/x", "ä" + strings.Repeat("é", 200)} {
		for op, look := range lookups {
			err := look(name)
			if got := translate(p, errors.Join(errMine, err)); got.Code() != errpactv1err.NotExist {
				t.Errorf("%s of %.20q: %v became %v", op, name, err, got)
			}
		}
	}
	for _, name := range []string{"../x", "/etc/passwd", "..", ""} {
		for op, look := range lookups {
			if !strings.Contains(op, "Root") && !strings.HasPrefix(op, "DirFS") && !strings.HasPrefix(op, "Sub") {
				continue // to them it is a name like any other
			}
			if err := look(name); translate(p, err).Code() != errpactv1err.NotExist {
				t.Errorf("%s of %q: %v became %v", op, name, err, translate(p, err))
			}
		}
	}
	// A file is no folder, as for os.ReadDir.
	for op, look := range map[string]func(name string) error{
		"os.OpenRoot":   func(name string) error { return errOf(os.OpenRoot(path(name))) },
		"Root.OpenRoot": lookups["Root.OpenRoot"], "os.ReadDir": func(name string) error { return errOf(os.ReadDir(path(name))) },
		"DirFS, folder": lookups["DirFS, folder"],
	} {
		for _, name := range []string{"file", "sub/../file"} {
			if err := look(name); err == nil || translate(p, err).Code() != errpactv1err.NotExist {
				t.Errorf("%s of %q: %v became %v", op, name, err, translate(p, err))
			}
		}
	}
	below, err := fs.Sub(root.FS(), "sub")
	if err != nil {
		t.Fatal(err)
	}
	for name, fsys := range map[string]fs.FS{
		"Root.FS": root.FS(), "a Sub of it": below, "DirFS without ReadDir": struct{ fs.FS }{os.DirFS(dir)},
		"an archive": archive, "a map": fstest.MapFS{"file": {}}, "embedded": embedded,
	} {
		listed := "file"
		if name == "embedded" {
			listed = "rule_fs_test.go"
		}
		_, err := fs.ReadDir(fsys, listed)
		if err == nil || translate(p, err).Code() != errpactv1err.NotExist {
			t.Errorf("fs.ReadDir of a file, %s: %v became %v", name, err, translate(p, err))
		}
	}
	// Other operating systems have other operations for it.
	for _, op := range []string{"fdopendir", "readdir"} {
		err := &fs.PathError{Op: op, Path: file, Err: syscall.ENOTDIR}
		if translate(p, err).Code() != errpactv1err.NotExist {
			t.Errorf("%v became %v", err, translate(p, err))
		}
	}
	// What is not there counts as removed.
	if err := root.RemoveAll("../x"); translate(p, err).Code() != errpactv1err.NotExist {
		t.Errorf("Root.RemoveAll: %v became %v", err, translate(p, err))
	}
}

// withoutCertificate returns the error of a call of a service that asks for a certificate, whose file is missing.
func withoutCertificate(t *testing.T, file string) error {
	t.Helper()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert, MinVersion: tls.VersionTLS12}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	client := server.Client()
	client.Transport.(*http.Transport).TLSClientConfig.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		pair, err := tls.LoadX509KeyPair(file, file)
		return &pair, err
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err == nil {
		_ = res.Body.Close()
	}
	return err
}

// TestFSRulesLeaveTheServersOwnAlone: none of these is the caller's, whatever the path.
func TestFSRulesLeaveTheServersOwnAlone(t *testing.T) {
	p := newPolicy(t, mapping.WithRules(mapping.FSRules()...))
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	below, long := filepath.Join(file, "below"), filepath.Join(dir, strings.Repeat("n", 300))
	opened, err := os.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = opened.Close() })
	_, read := opened.Read(make([]byte, 1))
	_, seek := opened.Seek(-1, 0)
	_, write := opened.Write([]byte("x"))
	_, link := os.Readlink(file)
	_, socket := net.Dial("unix", filepath.Join(dir, "socket"))
	program := exec.Command("true")
	program.Dir = filepath.Join(dir, "missing")
	_, noProgram := exec.LookPath(filepath.Join(dir, "missing"))
	_, impossibleProgram := exec.LookPath(below)
	_, longProgram := exec.LookPath(long)
	_, unlisted := fs.ReadDir(noFolders{os.DirFS(dir)}, ".")
	var none *os.File
	closed := none.Close()
	for name, err := range map[string]error{
		"read of a folder": read, "seek": seek, "write": write, "readlink of a file": link, "nil file": closed,
		"mkdir": os.Mkdir(below, 0o700), "mkdir, long": os.Mkdir(long, 0o700), "rename": os.Rename(below, file), "rename, long": os.Rename(file, long), "link": os.Link(file, below),
		"chdir": &fs.PathError{Op: "chdir", Path: dir, Err: syscall.ENOENT}, "chdir to a file": &fs.PathError{Op: "chdir", Path: file, Err: syscall.ENOTDIR}, "a program's folder": program.Run(), "a program": exec.Command(below).Run(),
		"a missing program": exec.Command(filepath.Join(dir, "missing")).Run(), "a unix socket": socket, "looking for a program": noProgram, "looking for one below a file": impossibleProgram, "looking for a long one": longProgram, "truncate": os.Truncate(below, 0), "chmod": os.Chmod(long, 0o600),
		"EINVAL of a flag":                &fs.PathError{Op: "open", Path: "x", Err: syscall.EINVAL},
		"ENOTDIR alone":                   syscall.ENOTDIR,
		"ENOTDIR of a read":               &fs.PathError{Op: "read", Path: "x", Err: syscall.ENOTDIR},
		"a read with a number of its own": &fs.PathError{Op: "read", Path: "x", Err: notFolder{}},
		"no folder can be listed":         unlisted,
		"a disk that fails in a listing":  &fs.PathError{Op: "readdirent", Path: "x", Err: syscall.EIO},
		"a text of a file system's own":   &fs.PathError{Op: "open", Path: "x", Err: errors.New("not implemented")},
		"fs.ErrInvalid alone":             fs.ErrInvalid,
		"too many files":                  &fs.PathError{Op: "open", Path: "x", Err: syscall.EMFILE},
		"no space":                        &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOSPC},
		"a loop of links":                 &fs.PathError{Op: "open", Path: "x", Err: syscall.ELOOP},
		"not permitted":                   &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission},
		"a read before a file's start":    &fs.PathError{Op: "read", Path: "x", Err: fs.ErrInvalid},
		"closed":                          &fs.PathError{Op: "read", Path: "x", Err: fs.ErrClosed},
		"a missing certificate of a call": withoutCertificate(t, filepath.Join(dir, "missing.pem")),
		"a missing file beside a program": errors.Join(&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, &fs.PathError{Op: "chdir", Path: "x", Err: fs.ErrNotExist}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if got := translate(p, err); got.Code() == errpactv1err.NotExist {
			t.Errorf("%s: %v became %v", name, err, got)
		}
	}
}

// noFolders is a file system without listings, as one of a blob store may be.
type noFolders struct{ files fs.FS }

func (f noFolders) Open(name string) (fs.File, error) {
	file, err := f.files.Open(name)
	return struct{ fs.File }{file}, err
}

// notFolder is a number of another operating system, such as those of a protocol for remote files, with the text of
// package os.
type notFolder struct{}

func (notFolder) Error() string { return "not a directory" }
