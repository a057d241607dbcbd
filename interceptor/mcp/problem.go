// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/errpact/errpact/mapping"
)

// A Problem is the error of a tool, or of another handler, for programs.
type Problem struct {
	// Code is the entry's name, such as "ERROR_CODE_NOT_EXIST", Number its number, and Reason what is finer.
	Code   string `json:"code"`
	Number int32  `json:"number"`
	Reason string `json:"reason,omitempty"`
	// Retryable says that the same call may be sent again. An error after which the work may have been done is
	// retryable only for a tool whose annotations say that it reads only or may be repeated, and for the protocol's own
	// methods that read.
	Retryable bool `json:"retryable"`
	// RetryAfterSeconds is how long to wait at least; 0 is not sent.
	RetryAfterSeconds int64 `json:"retry_after_seconds,omitempty"`
	// Fields are the arguments that are wrong.
	Fields []Field `json:"fields,omitempty"`
	// RequestID is the id under which the server's log has the cause; it is there if the cause is not told.
	RequestID string `json:"request_id,omitempty"`
}

// A Field is an argument that is wrong, and why.
type Field struct {
	Path        string `json:"path"`
	Description string `json:"description"`
}

func problemOf(answer *mapping.Answer, isIdempotent bool) Problem {
	e := answer.Error()
	code, retry := e.Code(), mapping.RetryOf(e)
	p := Problem{
		Code: code.Name(), Number: code.Number(), Reason: e.Reason(),
		Retryable: retry.Allows(isIdempotent), RequestID: e.RequestID(),
	}
	if p.Retryable {
		p.RetryAfterSeconds = seconds(retry.Delay)
	}
	for _, f := range e.Fields() {
		p.Fields = append(p.Fields, Field{f.Path, f.Description})
	}
	return p
}

// seconds rounds up: a caller who comes too early is refused again.
func seconds(delay time.Duration) int64 { return int64(math.Ceil(delay.Seconds())) }

func isIdempotent(tool *sdk.Tool) bool {
	return tool != nil && tool.Annotations != nil && (tool.Annotations.IdempotentHint || tool.Annotations.ReadOnlyHint)
}

// resultOf returns the result of a tool that failed.
func resultOf(ctx context.Context, next sdk.MethodHandler, call *sdk.CallToolRequest, answer *mapping.Answer) *sdk.CallToolResult {
	tool := find(ctx, next, call)
	problem := problemOf(answer, isIdempotent(tool))
	result := &sdk.CallToolResult{IsError: true, Content: []sdk.Content{&sdk.TextContent{Text: text(answer, problem)}}}
	if tool != nil && tool.OutputSchema == nil {
		result.StructuredContent = problem
		return result
	}
	if encoded, err := json.Marshal(problem); err == nil {
		result.Content = append(result.Content, &sdk.TextContent{Text: string(encoded)})
	}
	return result
}

// text is what a model reads.
func text(answer *mapping.Answer, problem Problem) string {
	e := answer.Error()
	parts := []string{answer.Message()}
	for _, f := range problem.Fields {
		parts = append(parts, line(f.Path+": "+f.Description))
	}
	code := e.Code()
	if resolution := code.WithReason(e.Reason()).Resolution(); resolution != "" {
		parts = append(parts, resolution)
	}
	switch {
	case problem.RetryAfterSeconds > 0:
		parts = append(parts, fmt.Sprintf("The same call may be sent again after %d s.", problem.RetryAfterSeconds))
	case problem.Retryable:
		parts = append(parts, "The same call may be sent again.")
	default:
		parts = append(parts, "Sending the same call again does not help.")
	}
	if problem.RequestID != "" {
		parts = append(parts, "Request id: "+problem.RequestID)
	}
	return strings.Join(parts, "\n")
}

// line keeps a text on one line. A field's text may come with the request, and must not look like advice.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, text)
}

// find returns the tool that was called, as the server lists it; nil if it does not.
func find(ctx context.Context, next sdk.MethodHandler, call *sdk.CallToolRequest) (tool *sdk.Tool) {
	defer func() {
		if recover() != nil { // of another middleware
			tool = nil
		}
	}()
	if call.Params == nil {
		return nil
	}
	list := &sdk.ListToolsRequest{Session: call.Session, Extra: call.Extra, Params: new(sdk.ListToolsParams)}
	for range maxPages {
		result, err := next(ctx, methodListTools, list)
		page, ok := result.(*sdk.ListToolsResult)
		if err != nil || !ok || page == nil {
			return nil
		}
		for _, t := range page.Tools {
			if t != nil && t.Name == call.Params.Name {
				return t
			}
		}
		if page.NextCursor == "" {
			return nil
		}
		list.Params = &sdk.ListToolsParams{Cursor: page.NextCursor}
	}
	return nil
}

const (
	methodListTools = "tools/list"
	// maxPages bounds what a middleware that gives the same page again can cost.
	maxPages = 100
)
