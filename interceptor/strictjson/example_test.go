// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package strictjson_test

import (
	"fmt"

	"google.golang.org/protobuf/types/known/apipb"

	"github.com/errpact/errpact/interceptor/strictjson"
)

// The codec refuses what Connect's own would ignore, and names the field.
func ExampleCodec() {
	var codec strictjson.Codec[any]
	for _, body := range []string{`{"name":"folders"}`, `{"title":"folders"}`, `{"syntax":"SYNTAX_PROTO9"}`} {
		err := codec.Unmarshal([]byte(body), new(apipb.Api))
		fmt.Println(body, err != nil)
	}
	// Output:
	// {"name":"folders"} false
	// {"title":"folders"} true
	// {"syntax":"SYNTAX_PROTO9"} true
}
