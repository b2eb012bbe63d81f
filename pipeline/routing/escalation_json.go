package routing

import (
	"encoding/json"
	"time"

	"github.com/rapport-crm/rapport"
)

type levelFile struct {
	After span       `json:"after"`
	To    rapport.ID `json:"to"`
	Owned bool       `json:"owned,omitempty"`
}

type routeFile struct {
	Request rapport.ID  `json:"request"`
	Team    rapport.ID  `json:"team"`
	Levels  []levelFile `json:"levels,omitempty"`
}

type escalationFile struct {
	header
	Routes []routeFile `json:"routes"`
}

// MarshalJSON writes the routes with a kind and a version, by ascending request, times as
// "1h30m0s".
func (t *EscalationTable) MarshalJSON() ([]byte, error) {
	file := escalationFile{header: headerOf("escalation"), Routes: []routeFile{}}
	for _, route := range t.Routes() {
		written := routeFile{Request: route.Request, Team: route.Team}
		for _, level := range route.Levels {
			written.Levels = append(written.Levels, levelFile{After: span(level.After), To: level.To, Owned: level.Owned})
		}
		file.Routes = append(file.Routes, written)
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [EscalationTable.MarshalJSON] wrote, which marshals to the same
// bytes. It is for a fresh value, not for a table in use. The error wraps [ErrFormat] or is
// one of [NewEscalationTable]; t is then unchanged.
func (t *EscalationTable) UnmarshalJSON(text []byte) error {
	var file escalationFile
	if err := read(text, "escalation", &file); err != nil {
		return err
	}
	routes := make([]Route, 0, len(file.Routes))
	for _, written := range file.Routes {
		route := Route{Request: written.Request, Team: written.Team}
		for _, level := range written.Levels {
			route.Levels = append(route.Levels, Level{After: time.Duration(level.After), To: level.To, Owned: level.Owned})
		}
		routes = append(routes, route)
	}
	got, err := NewEscalationTable(routes)
	if err != nil {
		return err
	}
	*t = *got
	return nil
}
