// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command client calls the example through the client that oapi-codegen generates, and prints each error as the
// generated types have it.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"client/api"
	"client/provoked"
)

func main() {
	for _, request := range provoked.Requests {
		client, err := api.NewClientWithResponses(os.Args[1], api.WithHTTPClient(request.Client()))
		if err != nil {
			log.Fatal(err)
		}
		answer, err := client.CapsuleV1FolderServiceGetFolderWithResponse(context.Background(), "f-17")
		if err != nil {
			log.Fatalf("%s: %v", request.Name, err)
		}
		got := answerOf(answer)
		got.Name = request.Name
		got.Print()
	}
}

// answerOf reads the member that the status has.
func answerOf(answer *api.CapsuleV1FolderServiceGetFolderResponse) provoked.Answer {
	switch {
	case answer.JSON401 != nil:
		return answerWith("401", *answer.JSON401, answer.Headers401.XRequestId)
	case answer.JSON405 != nil:
		return answerWith("405", *answer.JSON405, answer.Headers405.XRequestId)
	case answer.JSON500 != nil:
		return answerWith("500", *answer.JSON500, answer.Headers500.XRequestId)
	case answer.JSON404 != nil:
		typed := answer.JSON404
		return provoked.Answer{
			Response: "404", Code: typed.ErrorCode, Message: typed.ErrorMessage, Details: *typed.Details.Metadata.FolderId,
			HasID: answer.Headers404.XRequestId != "",
		}
	case answer.JSONDefault != nil:
		return answerWith("default", *answer.JSONDefault, answer.HeadersDefault.XRequestId)
	}
	return provoked.Answer{Response: answer.Status()}
}

func answerWith(response string, envelope api.ErrorEnvelope, id string) provoked.Answer {
	details, _ := json.Marshal(envelope.Details)
	return provoked.Answer{Response: response, Code: envelope.ErrorCode, Message: envelope.ErrorMessage, Details: string(details), HasID: id != ""}
}
