package store

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"strings"

	"github.com/rapport-crm/rapport"
)

// Token marks a place in a listing: the page after it starts there. The empty
// token is the start of a listing, and as [Page.Next] its end. To a host a
// token is opaque text, safe in a URL; it stays valid when rows are inserted or
// deleted, across restarts, and for as long as the version of its format is
// read.
//
// A token belongs to one tenant and one listing with one set of conditions; any
// other use is [ErrPageToken]. It is checked, not signed: a forged token can
// name another place in the caller's own listing and nothing else, because a
// back end takes the tenant from the call and never from the token.
type Token string

// tokenVersion is the first byte of every token.
const tokenVersion = 1

// NewToken encodes the key of the last row of a page, for back ends. The
// listing names the method and its conditions, part by part. Every part is
// written with its length, so no two different keys give one token.
func NewToken(tenant rapport.ID, listing []string, key ...string) Token {
	raw := []byte{tokenVersion}
	raw = appendPart(raw, string(tenant))
	raw = binary.AppendUvarint(raw, uint64(len(listing)))
	for _, part := range listing {
		raw = appendPart(raw, part)
	}
	raw = binary.AppendUvarint(raw, uint64(len(key)))
	for _, part := range key {
		raw = appendPart(raw, part)
	}
	raw = binary.BigEndian.AppendUint32(raw, crc32.ChecksumIEEE(raw))
	return Token(base64.RawURLEncoding.EncodeToString(raw))
}

// Key decodes a token that NewToken made for the same tenant and listing into
// its parts. Anything else, an empty token included, is [ErrPageToken].
func (t Token) Key(tenant rapport.ID, listing []string, parts int) ([]string, error) {
	// The decoder skips line breaks; a token has none.
	raw, err := base64.RawURLEncoding.Strict().DecodeString(string(t))
	if err != nil || strings.ContainsAny(string(t), "\r\n") || len(raw) < 5 || raw[0] != tokenVersion {
		return nil, ErrPageToken
	}
	body, sum := raw[:len(raw)-4], binary.BigEndian.Uint32(raw[len(raw)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return nil, ErrPageToken
	}
	rest := body[1:]
	owner, rest, ok := cutPart(rest)
	if !ok || owner != string(tenant) {
		return nil, ErrPageToken
	}
	rest, ok = cutCount(rest, len(listing))
	for i := 0; ok && i < len(listing); i++ {
		var part string
		part, rest, ok = cutPart(rest)
		ok = ok && part == listing[i]
	}
	if ok {
		rest, ok = cutCount(rest, parts)
	}
	if !ok {
		return nil, ErrPageToken
	}
	key := make([]string, parts)
	for i := range key {
		if key[i], rest, ok = cutPart(rest); !ok {
			return nil, ErrPageToken
		}
	}
	if len(rest) != 0 {
		return nil, ErrPageToken
	}
	return key, nil
}

func appendPart(raw []byte, part string) []byte {
	raw = binary.AppendUvarint(raw, uint64(len(part)))
	return append(raw, part...)
}

func cutPart(raw []byte) (part string, rest []byte, ok bool) {
	size, n := binary.Uvarint(raw)
	if n <= 0 || size > uint64(len(raw)-n) {
		return "", nil, false
	}
	end := n + int(size)
	return string(raw[n:end]), raw[end:], true
}

func cutCount(raw []byte, want int) (rest []byte, ok bool) {
	count, n := binary.Uvarint(raw)
	if n <= 0 || count != uint64(want) {
		return nil, false
	}
	return raw[n:], true
}
