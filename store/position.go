package store

import (
	"strconv"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
)

// Position is a place in the order of transactions, interactions and purchases:
// by customer, event time, system and external id. Back ends put it into tokens.
type Position struct {
	Customer rapport.ID
	At       int64 // event time in nanoseconds since 1970 UTC
	Key      customer.ExternalKey
}

// Token returns the token of the page that starts after p.
func (p Position) Token(tenant rapport.ID, listing []string) Token {
	return NewToken(tenant, listing, string(p.Customer), strconv.FormatInt(p.At, 10), p.Key.System, p.Key.ID)
}

// Position decodes what [Position.Token] made for the same tenant and listing;
// anything else is [ErrPageToken]. A token is not signed: in the listing of one
// customer a back end has to check that the position is that customer's.
func (t Token) Position(tenant rapport.ID, listing []string) (Position, error) {
	parts, err := t.Key(tenant, listing, 4)
	if err != nil {
		return Position{}, err
	}
	at, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return Position{}, ErrPageToken
	}
	return Position{
		Customer: rapport.ID(parts[0]),
		At:       at,
		Key:      customer.ExternalKey{System: parts[2], ID: parts[3]},
	}, nil
}
