// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package catalogue

// Rule is the identifier of something that a catalogue has to keep, as buf and `errpact check` print it.
type Rule string

// Every catalogue keeps these rules: [Read] refuses an enum that breaks one.
const (
	RuleAnnotated      Rule = "ERRPACT_ANNOTATED"
	RuleNumber         Rule = "ERRPACT_NUMBER_ONCE"
	RuleDomain         Rule = "ERRPACT_DOMAIN"
	RuleSize           Rule = "ERRPACT_SIZE"
	RuleConnectCode    Rule = "ERRPACT_CONNECT_CODE"
	RuleHTTPStatus     Rule = "ERRPACT_HTTP_STATUS"
	RuleMessage        Rule = "ERRPACT_MESSAGE"
	RuleTranslation    Rule = "ERRPACT_TRANSLATION"
	RulePlaceholder    Rule = "ERRPACT_PLACEHOLDER"
	RuleMetadataKey    Rule = "ERRPACT_METADATA_KEY"
	RuleReasonName     Rule = "ERRPACT_REASON_NAME"
	RuleRole           Rule = "ERRPACT_ROLE"
	RuleFallback       Rule = "ERRPACT_FALLBACK"
	RuleDetailsExample Rule = "ERRPACT_DETAILS_EXAMPLE"
	RuleHelpURL        Rule = "ERRPACT_HELP_URL"
	RuleRetryDelay     Rule = "ERRPACT_RETRY_DELAY"
	RuleRetry          Rule = "ERRPACT_RETRY"
	RuleFault          Rule = "ERRPACT_FAULT"
)

// What a good catalogue keeps as well: [Lint] reports it, and [Read] does not mind.
const (
	RuleDescription      Rule = "ERRPACT_DESCRIPTION"
	RuleStatusClass      Rule = "ERRPACT_STATUS_CLASS"
	RuleDistinct         Rule = "ERRPACT_ENTRIES_DISTINCT"
	RulePrimaryRoles     Rule = "ERRPACT_PRIMARY_ROLES"
	RulePrimaryFallbacks Rule = "ERRPACT_PRIMARY_FALLBACKS"
	RuleMethodErrors     Rule = "ERRPACT_METHOD_ERRORS"
	RuleSets             Rule = "ERRPACT_SETS"
	RuleGoName           Rule = "ERRPACT_GO_NAME"
	RuleGoPrefix         Rule = "ERRPACT_GO_PREFIX"
	RuleZero             Rule = "ERRPACT_ZERO"
	RuleCatalogueOption  Rule = "ERRPACT_CATALOGUE_OPTION"
	RuleNumbersDistinct  Rule = "ERRPACT_NUMBERS_DISTINCT"
	RuleDomainsDistinct  Rule = "ERRPACT_DOMAINS_DISTINCT"
	RuleAnchorsDistinct  Rule = "ERRPACT_ANCHORS_DISTINCT"
	RuleRetryAgrees      Rule = "ERRPACT_RETRY_AGREES"
	// RuleMetadataCase is off by default: keys that are published cannot be renamed.
	RuleMetadataCase Rule = "ERRPACT_METADATA_LOWER_CAMEL_CASE"
	// RuleCallerResolution is off by default: some callers' errors explain themselves.
	RuleCallerResolution Rule = "ERRPACT_CALLER_RESOLUTION"
)

// What a catalogue keeps from one version to the next: [Breaking] compares two.
const (
	RuleCatalogueNoDelete   Rule = "ERRPACT_CATALOGUE_NO_DELETE"
	RuleDomainSame          Rule = "ERRPACT_DOMAIN_SAME"
	RuleNumberNoDelete      Rule = "ERRPACT_NUMBER_NO_DELETE"
	RuleNumberSameEntry     Rule = "ERRPACT_NUMBER_SAME_ENTRY"
	RuleReasonNoDelete      Rule = "ERRPACT_REASON_NO_DELETE"
	RuleConnectCodeSame     Rule = "ERRPACT_CONNECT_CODE_SAME"
	RuleHTTPStatusSame      Rule = "ERRPACT_HTTP_STATUS_SAME"
	RulePlaceholderNoDelete Rule = "ERRPACT_PLACEHOLDER_NO_DELETE"
	RuleReasonSame          Rule = "ERRPACT_REASON_SAME"
	RuleGoNameSame          Rule = "ERRPACT_GO_NAME_SAME"
)

// What methods keep that declare their errors, and what only those want to hear of who hold callers to the lists: these
// rules are off by default.
const (
	RuleContractNoAdd    Rule = "ERRPACT_CONTRACT_NO_ADD"
	RuleContractNoDelete Rule = "ERRPACT_CONTRACT_NO_DELETE"
)

// Default reports whether the rule is on for those who do not name it.
func (r Rule) Default() bool {
	return r != RuleMetadataCase && r != RuleCallerResolution && !r.IsContract()
}

// IsContract reports whether the rule compares what methods declare.
func (r Rule) IsContract() bool { return r == RuleContractNoAdd || r == RuleContractNoDelete }

// RuleInfo describes a rule for whoever lists them.
type RuleInfo struct {
	Rule Rule
	// Purpose is one sentence, with a verb first.
	Purpose string
	// Breaking rules compare two versions of a catalogue, the others look at one.
	Breaking bool
}

// Rules returns all rules, in the order of a listing.
func Rules() []RuleInfo { return append([]RuleInfo(nil), rules[:]...) }

var rules = [...]RuleInfo{
	{RuleAnnotated, "Checks that the enum has a domain, and every value but a zero …_UNSPECIFIED an entry.", false},
	{RuleNumber, "Checks that every number is given once, without aliases.", false},
	{RuleDomain, "Checks that the catalogue names its domain.", false},
	{RuleSize, "Checks that enum, domain, reason and name have at most 512 bytes together.", false},
	{RuleConnectCode, "Checks that Connect codes are 1 to 16.", false},
	{RuleHTTPStatus, "Checks that HTTP statuses are 400 to 599.", false},
	{RuleMessage, "Checks that messages are there, have at most 512 bytes and no control characters.", false},
	{RuleTranslation, "Checks that translated messages are there, under BCP 47 language tags.", false},
	{RulePlaceholder, "Checks that messages and params agree on placeholders, and that there is a fallback_message.", false},
	{RuleMetadataKey, "Checks that params have names that AIP-193 takes for metadata keys.", false},
	{RuleReasonName, "Checks that entries and reasons are named as AIP-193 asks, and reasons once in an entry.", false},
	{RuleRole, "Checks that each role is played once.", false},
	{RuleFallback, "Checks that each code and status has one fallback for each condition.", false},
	{RuleDetailsExample, "Checks that details_example is JSON.", false},
	{RuleHelpURL, "Checks that help_url is an absolute http or https URL.", false},
	{RuleRetryDelay, "Checks that retry_delay is over 0 s.", false},
	{RuleRetry, "Checks that retry is one of its values.", false},
	{RuleFault, "Checks that fault is one of its values.", false},
	{RuleDescription, "Checks that every entry and reason is described.", false},
	{RuleStatusClass, "Checks that Connect code and HTTP status blame the same side.", false},
	{RuleDistinct, "Checks that no two entries, and no two reasons of one entry, have the same message, and that no two of a domain have the same reason in google.rpc.ErrorInfo.", false},
	{RulePrimaryRoles, "Checks that a catalogue which plays one role plays all of them.", false},
	{RulePrimaryFallbacks, "Checks that a catalogue which plays roles has a fallback for every Connect code.", false},
	{RuleMethodErrors, "Checks that the errors which methods, services and catalogues list are known and listed once, and that a success_status is one of success.", false},
	{RuleSets, "Checks that sets have names of their own in their package, in lower_snake_case, and errors, and do not hold themselves.", false},
	{RuleGoName, "Checks that no two entries, reasons, catalogues or methods' contracts of a package have the same Go name, and that a go_prefix is one of Go's.", false},
	{RuleGoPrefix, "Checks that go_prefix is stated where a package has several catalogues, or services that declare errors for methods of one name.", false},
	{RuleZero, "Checks that no entry has number 0, which much code takes for success.", false},
	{RuleCatalogueOption, "Checks that an enum whose values are entries is a catalogue.", false},
	{RuleNumbersDistinct, "Checks that no two catalogues of a module have the same number. Versions of one catalogue may.", false},
	{RuleDomainsDistinct, "Checks that no two catalogues of a module have the same domain. Versions of one catalogue may.", false},
	{RuleAnchorsDistinct, "Checks that no two catalogues of a module have an entry of the same name, which is its anchor on a page of both. Versions of one catalogue may.", false},
	{RuleMetadataCase, "Checks that params are in lowerCamelCase, as AIP-193 asks of metadata keys. Off by default.", false},
	{RuleRetryAgrees, "Checks that an error which is never to be tried again has no retry_delay, and that none with a role promises that no work was begun.", false},
	{RuleCallerResolution, "Checks that each error of the caller's fault has a resolution. Off by default.", false},
	{RuleCatalogueNoDelete, "Checks that no catalogue is removed, and that each can still be read.", true},
	{RuleDomainSame, "Checks that the domain stays.", true},
	{RuleNumberNoDelete, "Checks that no number is removed.", true},
	{RuleNumberSameEntry, "Checks that no number is given to another entry, whose anchor on the page would be another, too.", true},
	{RuleReasonNoDelete, "Checks that no reason is removed or renamed.", true},
	{RuleConnectCodeSame, "Checks that the Connect code of an entry or reason stays.", true},
	{RuleHTTPStatusSame, "Checks that the HTTP status of an entry or reason stays.", true},
	{RulePlaceholderNoDelete, "Checks that no placeholder is removed, that none changes its type, and that their order stays.", true},
	{RuleReasonSame, "Checks that the reason of an entry in google.rpc.ErrorInfo stays.", true},
	{RuleGoNameSame, "Checks that the Go names of a catalogue, its entries, their constructors and the contracts of a service's methods stay.", true},
	{RuleContractNoAdd, "Checks that no method declares an error that it did not, by its own list, its service's, a catalogue's or a set. Off by default.", true},
	{RuleContractNoDelete, "Checks that every method declares the errors that it did. Off by default.", true},
}
