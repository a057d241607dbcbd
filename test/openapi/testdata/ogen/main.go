// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

// Command client calls the example through the client that ogen generates, and prints each error as the generated
// types have it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"

	"client/api"
	"client/provoked"
)

func main() {
	for _, request := range provoked.Requests {
		client, err := api.NewClient(os.Args[1], api.WithClient(request.Client()))
		if err != nil {
			log.Fatal(err)
		}
		// Without its name, since documents do not agree on that of the parameter.
		params := api.CapsuleV1FolderServiceGetFolderParams{"f-17"}
		answer, err := client.CapsuleV1FolderServiceGetFolder(context.Background(), params)
		got, err := answerOf(answer, err)
		if err != nil {
			log.Fatalf("%s: %v", request.Name, err)
		}
		got.Name = request.Name
		got.Print()
	}
}

// answerOf reads the type that the status has.
func answerOf(answer any, err error) (provoked.Answer, error) {
	var other *api.ErrorDefaultStatusCodeWithHeaders
	if errors.As(err, &other) {
		return answerWith("default", other.Response, other.XRequestID), nil
	}
	switch answer := answer.(type) {
	case *api.Error401Headers:
		return answerWith("401", answer.Response, answer.XRequestID), nil
	case *api.Error405Headers:
		return answerWith("405", answer.Response, answer.XRequestID), nil
	case *api.ErrorEnvelopeHeaders: // of the service's layers and of its database
		return answerWith("500", answer.Response, answer.XRequestID), nil
	case *api.ERRORCODENOTEXISTHeaders:
		typed := answer.Response
		return provoked.Answer{
			Response: "404", Code: typed.ErrorCode, Message: typed.ErrorMessage, Details: typed.Details.Value.Metadata.Value.FolderId.Value,
			HasID: answer.XRequestID != "",
		}, nil
	}
	return provoked.Answer{}, fmt.Errorf("have %T, %w", answer, err)
}

func answerWith(response string, envelope api.ErrorEnvelope, id string) provoked.Answer {
	details, _ := json.Marshal(json.RawMessage(envelope.Details))
	return provoked.Answer{Response: response, Code: envelope.ErrorCode, Message: envelope.ErrorMessage, Details: string(details), HasID: id != ""}
}
