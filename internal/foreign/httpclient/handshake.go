// SPDX-FileCopyrightText: The errpact authors
// SPDX-License-Identifier: Apache-2.0

package httpclient

// handshake are crypto/tls's texts about a handshake that its client gave up, in the order of handshake_client.go,
// handshake_client_tls13.go and key_agreement.go: nothing of a request was sent. An alert, and a certificate that was not
// accepted, have types; see [IsUnreachable].
var handshake = [...]string{
	"tls: either ServerName or InsecureSkipVerify must be specified in the tls.Config", "tls: invalid NextProtos value",
	"tls: NextProtos values too large", "tls: no supported versions satisfy MinVersion and MaxVersion",
	"tls: short read from Rand: %v", "tls: no supported elliptic curves for ECDHE",
	"tls: CurvePreferences includes unsupported curve",
	"tls: MinVersion must be >= VersionTLS13 if EncryptedClientHelloConfigList is populated",
	"tls: MaxVersion must be >= VersionTLS13 if EncryptedClientHelloConfigList is populated",
	"tls: EncryptedClientHelloConfigList contains no valid configs",
	"tls: downgrade attempt detected, possibly due to a MitM attack or a broken middlebox",
	"tls: server selected unsupported protocol version %x",
	"tls: server echoed TLS 1.3 compatibility session ID in TLS 1.2", "tls: server chose an unconfigured cipher suite",
	"tls: received unexpected CertificateStatus message", "tls: FIPS 140-3 requires the use of Extended Master Secret",
	"tls: failed to write to key log: %v",
	"tls: client certificate private key of type %T does not implement crypto.Signer",
	"tls: internal error: did not keep handshake transcript for TLS 1.2",
	"tls: server selected unsupported compression format", "tls: server offered only incompatible point formats",
	"tls: initial handshake had non-empty renegotiation extension",
	"tls: server resumed a session with a different version",
	"tls: server resumed a session with a different cipher suite",
	"tls: server resumed a session with a different EMS extension", "tls: server did not select an ALPN protocol",
	"tls: server advertised unrequested ALPN extension", "tls: server selected unadvertised ALPN protocol",
	"tls: server's Finished message was incorrect", "tls: server sent unrequested session ticket",
	"tls: failed to parse certificate from server: %v",
	"tls: server sent certificate containing RSA key larger than %d bits",
	"tls: server's certificate contains an unsupported type of public key: %T",
	"tls: unexpected encrypted client hello extension in server hello despite ECH being accepted",
	"tls: unexpected server_name extension in server hello",
	"tls: server selected TLS 1.3 using the legacy version field",
	"tls: server selected an invalid version after a HelloRetryRequest", "tls: server sent an incorrect legacy version",
	"tls: server sent a ServerHello extension forbidden in TLS 1.3", "tls: server did not echo the legacy session ID",
	"tls: server sent non-zero legacy TLS compression method",
	"tls: server changed cipher suite after a HelloRetryRequest", "tls: malformed encrypted client hello extension",
	"tls: unexpected encrypted client hello extension in serverHello",
	"tls: server sent an unnecessary HelloRetryRequest message", "tls: received malformed key_share extension",
	"tls: server selected unsupported group", "tls: server sent an unnecessary HelloRetryRequest key_share",
	"tls: server sent two HelloRetryRequest messages", "tls: server sent a cookie in a normal ServerHello",
	"tls: malformed key_share extension", "tls: server did not send a key share", "tls: server selected an invalid PSK",
	"tls: server selected an invalid PSK and cipher suite pair", "tls: invalid server key share",
	"tls: server sent an unexpected early_data extension", "tls: server accepted 0-RTT with the wrong cipher suite",
	"tls: server accepted 0-RTT with the wrong ALPN",
	"tls: server sent encrypted client hello retry configs after accepting encrypted client hello",
	"tls: received empty certificates message", "tls: certificate used with invalid signature algorithm",
	"tls: invalid signature by the server certificate: %v", "tls: invalid server finished hash",
	"tls: failed to sign handshake: %v", "tls: invalid ServerKeyExchange message", "tls: unexpected ServerKeyExchange",
	"tls: server certificate contains incorrect key type for selected ciphersuite",
	"tls: certificate private key of type %T does not implement crypto.Signer",
	"tls: server selected unsupported curve", "tls: server selected unoffered curve",
	"tls: missing ServerKeyExchange message", "tls: internal error: unsupported curve",
}

// inUse are its texts in the same files about a connection that may have been in use: those of TLS 1.3's session tickets,
// and of a renegotiation, which a client has to allow.
var inUse = [...]string{
	"tls: incorrect renegotiation extension contents",
	"tls: received a session ticket with empty opaque ticket label",
	"tls: received a session ticket with invalid lifetime",
	"tls: received new session ticket from a client",
	"tls: server selected TLS 1.3 in a renegotiation",
	"tls: server's identity changed during renegotiation",
}
