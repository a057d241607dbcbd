// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package container

import (
	"bytes"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/errpact/errpact/gen/errpact/v1/errpactv1err"
	"github.com/errpact/errpact/mapping"
)

// Limits bound what unpacking a container can cost. They hold for what is really there, whatever
// the container says about itself.
type Limits struct {
	// Bytes is the size of the container.
	Bytes int
	// Files is the number of files in it.
	Files int
	// PayloadBytes is the size of payload.json.
	PayloadBytes int
	// UnpackedBytes is the size of all files together.
	UnpackedBytes int
	// Ratio is how many times larger than it was packed a file may be, if it is larger than 1 MiB.
	Ratio int
}

// DefaultLimits fit a few photographs.
var DefaultLimits = Limits{
	Bytes:         16 << 20,
	Files:         256,
	PayloadBytes:  64 << 10,
	UnpackedBytes: 32 << 20,
	Ratio:         100,
}

// Unpack checks the container in data, signed with key, and returns what is in it. What it looks
// at, in this order, and its error:
//
//  1. there is something: CONTAINER_NOT_PROVIDED
//  2. it is a zip within limits, with plain paths and neither encryption nor exotic compression:
//     CONTAINER_UNPACKING_FAILED/INVALID_CONTAINER
//  3. it is whole: INVALID_TYPE/CONTAINER_DAMAGED
//  4. it has a payload, media, and a manifest: INVALID_STRUCTURE/MISSING_PAYLOAD,
//     INVALID_VALUE/NO_MEDIA, CONTAINER_UNPACKING_FAILED/INVALID_CONTAINER
//  5. the signature: CONTAINER_UNPACKING_FAILED/INVALID_SIGNATURE
//  6. the files are those of the manifest: CONTAINER_UNPACKING_FAILED/INVALID_HASH
//  7. the payload is a JSON object: INVALID_STRUCTURE
//  8. there is a session token: CONTAINER_UNPACKING_FAILED/INVALID_SESSION_TOKEN
//
// Nothing that a file says is read before its signature is known to be good.
func Unpack(data, key []byte, limits Limits) (*Container, error) {
	if len(data) == 0 {
		return nil, errpactv1err.ContainerNotProvided
	}
	files, err := extract(data, limits)
	if err != nil {
		return nil, err
	}
	c, text, signature, err := sortOut(files)
	if err != nil {
		return nil, err
	}
	m, err := verify(text, signature, key)
	if err != nil {
		return nil, err
	}
	if err := m.compare(append(c.Media, File{payloadName, c.Payload})); err != nil {
		return nil, err
	}
	if err := checkPayload(c.Payload); err != nil {
		return nil, err
	}
	if m.SessionToken == "" {
		return nil, errpactv1err.ContainerUnpackingFailedInvalidSessionToken
	}
	c.SessionToken = m.SessionToken
	return c, nil
}

// sortOut finds the manifest and its signature among files; the rest is the container's content.
func sortOut(files []File) (c *Container, manifest, signature []byte, err error) {
	c = &Container{}
	for _, f := range files {
		switch f.Name {
		case payloadName:
			c.Payload = f.Data
		case manifestName:
			manifest = f.Data
		case signatureName:
			signature = f.Data
		default:
			c.Media = append(c.Media, f)
		}
	}
	switch {
	case c.Payload == nil:
		err = errpactv1err.InvalidStructureMissingPayload
	case len(c.Media) == 0:
		err = errpactv1err.InvalidValueNoMedia
	case manifest == nil:
		err = invalid("there is no " + manifestName)
	}
	return c, manifest, signature, err
}

// verify reads the manifest, if the signature is good.
func verify(text, signature, key []byte) (*manifest, error) {
	sent, err := hex.DecodeString(string(bytes.TrimSpace(signature)))
	if err != nil || !hmac.Equal(sent, sign(text, key)) {
		return nil, errpactv1err.ContainerUnpackingFailedInvalidSignature
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, invalid(manifestName + " is not of the form expected").Wrap(err)
	}
	return &m, nil
}

// compare finds the first file that the manifest does not know, or knows with another content, and
// then one that the manifest alone knows.
func (m *manifest) compare(files []File) error {
	known := make(map[string]bool, len(files))
	for _, f := range files {
		known[f.Name] = true
		want := strings.ToLower(m.Files[f.Name])
		if subtle.ConstantTimeCompare([]byte(want), []byte(f.SHA256())) != 1 {
			return errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("file", f.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		if !known[name] {
			return errpactv1err.ContainerUnpackingFailedInvalidHash.WithMetadata("file", printable(name))
		}
	}
	return nil
}

// maxDepth keeps the messages that hold a payload, three for a level, below the 100 levels that
// protobuf decodes in C++ and Java.
const maxDepth = 30

// checkPayload makes sure that the payload can be read back as what the API answers with.
func checkPayload(payload []byte) error {
	opts := protojson.UnmarshalOptions{RecursionLimit: maxDepth + 1}
	if err := opts.Unmarshal(payload, &structpb.Struct{}); err != nil {
		return errpactv1err.InvalidStructure.
			WithField(payloadName, fmt.Sprintf("must be a JSON object, up to %d levels deep", maxDepth)).Wrap(err)
	}
	return nil
}

// invalid is the error of what is no container; problem is for the caller.
func invalid(problem string) *mapping.Error {
	return errpactv1err.ContainerUnpackingFailedInvalidContainer.WithMetadata("problem", problem)
}
