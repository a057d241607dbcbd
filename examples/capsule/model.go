// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"

	"connectrpc.com/connect"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	capsulev1 "github.com/errpact/errpact/examples/capsule/gen/capsule/v1"
	"github.com/errpact/errpact/examples/capsule/gen/capsule/v1/capsulev1connect"
	"github.com/errpact/errpact/interceptor"
	errpactmcp "github.com/errpact/errpact/interceptor/mcp"
)

const modelUsage = `Usage: capsule mcp -server URL [-token TOKEN]

Offers the folders of a running server to a model: an MCP server on standard
input and output. An error of the API reaches the model as its entry, with
what to do about it; the text of any other error does not.

Flags:
`

// serveModel serves until the model's program closes standard input.
func serveModel(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("mcp", flag.ContinueOnError)
	url := flags.String("server", "", "the `URL` of a running server")
	token := flags.String("token", "", "the access `token` that all calls carry")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), modelUsage)
		flags.PrintDefaults()
	}
	if err := parse(flags, args, stdout); err != nil {
		return err
	}
	if *url == "" || flags.NArg() > 0 {
		return usageErrorf("want -server and no arguments; see capsule mcp -h")
	}
	return modelServer(*url, *token).Run(ctx, &sdk.StdioTransport{})
}

// modelServer has a tool for each method that a model may call.
func modelServer(url, token string) *sdk.Server {
	client := capsulev1connect.NewFolderServiceClient(
		&http.Client{Transport: interceptor.LimitResponses(http.DefaultTransport)},
		strings.TrimSuffix(url, "/"),
		// The model is the API's caller: it gets the API's errors, and not "External service failed".
		connect.WithInterceptors(interceptor.New(interceptor.WithRelay())),
		connect.WithReadMaxBytes(1<<20),
	)
	server := sdk.NewServer(&sdk.Implementation{Name: "capsule", Version: "v1"}, nil)
	server.AddReceivingMiddleware(errpactmcp.Middleware())
	reads, writes := &sdk.ToolAnnotations{ReadOnlyHint: true}, &sdk.ToolAnnotations{}
	addTool(server, client.GetFolder, token, &sdk.Tool{Name: "get_folder", Description: "Get a folder by its id.", Annotations: reads},
		func(in folderInput) *capsulev1.GetFolderRequest {
			return &capsulev1.GetFolderRequest{FolderId: in.FolderID}
		})
	addTool(server, client.ListFolders, token, &sdk.Tool{Name: "list_folders", Description: "List the folders.", Annotations: reads},
		func(struct{}) *capsulev1.ListFoldersRequest { return &capsulev1.ListFoldersRequest{} })
	addTool(server, client.StartAnalysis, token, &sdk.Tool{Name: "start_analysis", Description: "Analyse the media of a folder.", Annotations: writes},
		func(in analysisInput) *capsulev1.StartAnalysisRequest {
			return &capsulev1.StartAnalysisRequest{FolderId: in.FolderID, Type: in.Type}
		})
	return server
}

type folderInput struct {
	FolderID string `json:"folder_id" jsonschema:"the id of the folder"`
}

type analysisInput struct {
	FolderID string `json:"folder_id" jsonschema:"the id of the folder"`
	Type     string `json:"type" jsonschema:"what to analyse: QUALITY"`
}

// addTool makes a tool of a method.
func addTool[In, Req, Resp any](
	server *sdk.Server, call func(context.Context, *connect.Request[Req]) (*connect.Response[Resp], error), token string,
	tool *sdk.Tool, request func(In) *Req,
) {
	sdk.AddTool(server, tool, func(ctx context.Context, _ *sdk.CallToolRequest, in In) (*sdk.CallToolResult, any, error) {
		req := connect.NewRequest(request(in))
		if token != "" {
			req.Header().Set("Authorization", "Bearer "+token)
		}
		resp, err := call(ctx, req)
		if err != nil {
			return nil, nil, err
		}
		return nil, resp.Msg, nil
	})
}
