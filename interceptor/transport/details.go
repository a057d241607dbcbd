// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"strings"

	"google.golang.org/protobuf/types/known/anypb"

	"github.com/errpact/errpact/mapping"
)

// AnyDetails returns the details of a google.rpc.Status, as package mapping reads them. A nil one has no type.
func AnyDetails(details []*anypb.Any) mapping.DetailList { return anys(details) }

type anys []*anypb.Any

func (a anys) Len() int { return len(a) }

func (a anys) Type(i int) string {
	url := a[i].GetTypeUrl()
	return url[strings.LastIndexByte(url, '/')+1:]
}

// TypeURL keeps what is before the type's name, where a handler chose it.
func (a anys) TypeURL(i int) string { return a[i].GetTypeUrl() }

func (a anys) Value(i int) []byte { return a[i].GetValue() }
