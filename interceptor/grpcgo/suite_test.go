// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package grpcgo_test

import (
	"testing"

	"github.com/errpact/errpact/internal/testkit/suite"
)

func TestG1G9UnmappedErrorsAndPanicsAreOpaque(t *testing.T)    { suite.G1(t, stack) }
func TestG2UpstreamErrorsAreNotOurs(t *testing.T)              { suite.G2(t, stack) }
func TestG2RelayPassesWhatIsListed(t *testing.T)               { suite.Relay(t, stack) }
func TestG3EndsBelongToWhoseTheyAre(t *testing.T)              { suite.G3(t, stack) }
func TestG4AnswersAreWithinTheBudget(t *testing.T)             { suite.G4(t, stack) }
func TestG5TextIsClean(t *testing.T)                           { suite.G5(t, stack) }
func TestG6InvalidCodesBecomeUnknown(t *testing.T)             { suite.G6(t, stack) }
func TestG7TypedNilsAreUnknown(t *testing.T)                   { suite.G7(t, stack) }
func TestG7TypedNilsAreNoPanics(t *testing.T)                  { suite.G7Reports(t, stack) }
func TestG6G8HostileAnswersAreErrors(t *testing.T)             { suite.G8(t, stack) }
func TestG9PanickingHooksHarmNobody(t *testing.T)              { suite.G9(t, stack) }
func TestG10ErrorsAreTypedAndEndsAreClean(t *testing.T)        { suite.G10(t, stack) }
func TestG11ErrorsAreShared(t *testing.T)                      { suite.G11(t, stack) }
func TestG13ResponsesThatCannotBeSentAreReported(t *testing.T) { suite.G13(t, stack) }
func TestG15EncodingTwiceGivesEqualBytes(t *testing.T)         { suite.G15(t, stack) }
func TestReportsKnowTheRequest(t *testing.T)                   { suite.Reports(t, stack) }
func TestLocalizedMessages(t *testing.T)                       { suite.Languages(t, stack) }
func TestClientsKnowLinkedCatalogues(t *testing.T)             { suite.Linked(t, stack) }
