// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Package container packs and unpacks capsule's containers. A container is a zip of
//
//	payload.json    what the media are about: a JSON object
//	media/…         one file or more
//	manifest.json   the SHA-256 of each of them, and a session token
//	manifest.sig    the HMAC-SHA256 of manifest.json, in hex
//
// [Unpack] returns errors of errpact's catalogue; nothing of a container is ever written to disk.
package container

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// DemoKey signs containers unless another key is given. Everybody knows it: it is for trying
// things out, and proves nothing.
const DemoKey = "capsule-demo-key"

const (
	payloadName   = "payload.json"
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"
	mediaFolder   = "media/"
)

// Container is what is in a container, checked.
type Container struct {
	// Payload is payload.json, to the letter.
	Payload []byte
	// Media are in the order of the container.
	Media []File
	// SessionToken is not empty. Whether it is good, the container cannot tell.
	SessionToken string
}

// File is one file of a container.
type File struct {
	// Name is the path in the container, such as "media/front.jpg".
	Name string
	Data []byte
}

// SHA256 is the hash of the file's content, in lower-case hex.
func (f File) SHA256() string {
	sum := sha256.Sum256(f.Data)
	return hex.EncodeToString(sum[:])
}

// manifest is manifest.json.
type manifest struct {
	SessionToken string `json:"session_token"`
	// Files has the SHA-256 in hex by path, without manifest.json and manifest.sig.
	Files map[string]string `json:"files"`
}

func sign(manifest, key []byte) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(manifest)
	return mac.Sum(nil)
}
