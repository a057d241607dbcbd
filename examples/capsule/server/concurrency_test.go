// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"errors"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"

	"github.com/errpact/errpact/examples/capsule/container"
	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/server"
	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
)

// upload sends all containers at once, over all wires, and returns the error of each. A busy
// database is tried again, as its error says.
func upload(t *testing.T, c *capsule, containers [][]byte) []error {
	t.Helper()
	errs := make([]error, len(containers))
	var wg sync.WaitGroup
	for i, data := range containers {
		client := c.typedClient(wires[i%len(wires)], "demo-admin")
		wg.Go(func() {
			for {
				_, errs[i] = client.CreateFolder(t.Context(), createRequest(data))
				if !errors.Is(errs[i], errpactv1err.DatabaseTemporarilyUnavailable) {
					return
				}
			}
		})
	}
	wg.Wait()
	return errs
}

func (c *capsule) count() int {
	c.t.Helper()
	resp, err := c.client(wires[0], "demo-admin").ListFolders(c.t.Context(),
		connect.NewRequest(&capsulev1.ListFoldersRequest{Limit: proto.Int32(100)}))
	must(c.t, err)
	for _, folder := range resp.Msg.GetFolders() {
		if folder.GetMediaCount() != 1 {
			c.t.Errorf("folder %s has %d media, want 1", folder.GetFolderId(), folder.GetMediaCount())
		}
	}
	return len(resp.Msg.GetFolders())
}

func TestParallelUploads(t *testing.T) { testParallelUploads(t, start(t, server.Config{})) }

func testParallelUploads(t *testing.T, c *capsule) {
	containers := make([][]byte, 21)
	for i := range containers {
		containers[i] = c.container(c.sessionToken(), container.NoFault)
	}
	must(t, upload(t, c, containers)...)
	if got := c.count(); got != len(containers) {
		t.Errorf("there are %d folders, want %d", got, len(containers))
	}
}

func TestOneSessionTokenMakesOneFolder(t *testing.T) {
	testOneSessionTokenMakesOneFolder(t, start(t, server.Config{}))
}

func testOneSessionTokenMakesOneFolder(t *testing.T, c *capsule) {
	packed := c.container(c.sessionToken(), container.NoFault)
	containers := make([][]byte, 14)
	for i := range containers {
		containers[i] = packed
	}
	created := 0
	for _, err := range upload(t, c, containers) {
		if err == nil {
			created++
		} else if !errors.Is(err, errpactv1err.ContainerUnpackingFailedInvalidSessionToken) {
			t.Errorf("CreateFolder = %v, want INVALID_SESSION_TOKEN", err)
		}
	}
	if got := c.count(); created != 1 || got != 1 {
		t.Errorf("%d calls say that they created a folder, and there are %d, want 1", created, got)
	}
}

// TestAFailedUploadKeepsTheSessionToken: all of a container is stored, or nothing, the use of its
// token included.
func TestAFailedUploadKeepsTheSessionToken(t *testing.T) {
	c := start(t, server.Config{})
	token := c.sessionToken()
	c.exec(`CREATE TRIGGER fault BEFORE INSERT ON media BEGIN SELECT RAISE(ABORT, 'no'); END`)
	client := c.typedClient(wires[0], "demo-admin")
	_, err := client.CreateFolder(t.Context(), createRequest(c.container(token, container.NoFault)))
	if !errors.Is(err, errpactv1err.Database) {
		t.Errorf("CreateFolder = %v, want Database", err)
	}
	if got := c.count(); got != 0 {
		t.Errorf("there are %d folders, want 0", got)
	}
	c.exec(`DROP TRIGGER fault`)
	_, err = client.CreateFolder(t.Context(), createRequest(c.container(token, container.NoFault)))
	must(t, err)
}
