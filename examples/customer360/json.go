package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/customer/quality"
)

// documentFormat is the version of the form that -format json writes.
const documentFormat = 1

// document is what -format json writes. Instants are RFC 3339 in UTC, weights are in bits;
// what is not known is absent.
type document struct {
	Format   int                   `json:"format"`
	Branches []branchDocument      `json:"branches"`
	Queue    []queueDocument       `json:"queue"`    // pairs for a person
	Clusters [][]rapport.ID        `json:"clusters"` // records that are one customer
	Explain  *explainDocument      `json:"explanation,omitempty"`
	Events   []identity.MergeEvent `json:"events"` // the log of merges, the unmerge last
	Refused  []refusedDocument     `json:"refused"`
	Quality  struct {
		Before readyDocument `json:"before"`
		After  readyDocument `json:"after"`
	} `json:"quality"`
	Customer customerDocument `json:"customer"` // on the day of the merge
	Case     []stepDocument   `json:"case"`
	Unmerge  *unmergeDocument `json:"unmerge,omitempty"`
}

type branchDocument struct {
	Branch        string `json:"branch"`
	Trust         int    `json:"trust"`
	Persons       int    `json:"persons"`
	Organisations int    `json:"organisations"`
}

type queueDocument struct {
	Left        rapport.ID `json:"left"`
	Right       rapport.ID `json:"right"`
	Probability float64    `json:"probability"`
	Weight      float64    `json:"weight"`
	Why         string     `json:"why"`
	Decision    string     `json:"decision,omitempty"`
}

type explainDocument struct {
	Left  rapport.ID `json:"left"`
	Right rapport.ID `json:"right"`
	identity.Explanation
}

type refusedDocument struct {
	IDs    []rapport.ID           `json:"ids"`
	Reason identity.RefusalReason `json:"reason"`
}

type readyDocument struct {
	Records      int                 `json:"records"`
	Completeness rapport.Ratio       `json:"completeness"`
	Validity     rapport.Ratio       `json:"validity"`
	Uniqueness   rapport.Ratio       `json:"uniqueness"`
	Overall      rapport.Ratio       `json:"overall"`
	Ready        bool                `json:"ready"`
	Short        []quality.Dimension `json:"short,omitempty"` // of what the gate asks for
}

type customerDocument struct {
	IDs         []rapport.ID            `json:"ids"` // the current one first
	Golden      identity.GoldenRecord   `json:"golden"`
	Contacts    []customer.ContactPoint `json:"contacts"` // the one to use for each channel
	Stage       string                  `json:"stage,omitempty"`
	Since       time.Time               `json:"stage_since,omitzero"`
	Memberships []clubDocument          `json:"memberships"`
	Needs       []customer.Need         `json:"needs"`
	Cases       []customer.Case         `json:"cases"`
	Consents    []consentDocument       `json:"consents"`
	Timeline    []eventDocument         `json:"timeline"`
	Quality     rapport.Ratio           `json:"quality"`
}

type clubDocument struct {
	Programme string `json:"programme"`
	Number    string `json:"number"`
	Card      string `json:"card,omitempty"`
	Points    int64  `json:"points"`
}

type consentDocument struct {
	Subject rapport.ID             `json:"subject,omitempty"` // as if it were a customer by itself; "": all as one
	Purpose customer.Purpose       `json:"purpose"`
	Channel customer.Channel       `json:"channel"`
	Allowed bool                   `json:"allowed"`
	Reason  customer.ConsentReason `json:"reason"`
}

type eventDocument struct {
	At       time.Time         `json:"at"`
	Kind     customer.FileKind `json:"kind"`
	Channel  customer.Channel  `json:"channel,omitempty"`
	Customer rapport.ID        `json:"customer"` // the id that it is kept under
	Record   any               `json:"record"`
}

type stepDocument struct {
	At      time.Time      `json:"at"`
	By      string         `json:"by"`
	Trigger string         `json:"trigger"`
	Refused []string       `json:"refused,omitempty"`
	Case    *customer.Case `json:"case,omitempty"`
}

type unmergeDocument struct {
	Whole         bool                  `json:"whole"` // everything is as if the merge had never been
	Sources       int                   `json:"sources"`
	SourcesSame   int                   `json:"sources_same_bytes"`
	IDs           int                   `json:"ids"`
	GoldenSame    int                   `json:"golden_same_bytes"`
	StoredSame    int                   `json:"stored_same"`
	Resolve       int                   `json:"resolve_to_themselves"`
	Dependants    int                   `json:"dependants"`
	DependantsOwn int                   `json:"dependants_own"`
	Undecided     []identity.Assignment `json:"undecided"`
}

// writeJSON writes the story as a [document].
func (s *story) writeJSON(out io.Writer) error {
	m := s.Matching
	d := document{Format: documentFormat, Clusters: list(m.Clusters), Events: list(s.Merges), Customer: s.View.document()}
	for _, f := range s.Files {
		persons, organisations := f.persons()
		d.Branches = append(d.Branches, branchDocument{f.Branch.name, f.Branch.trust, persons, organisations})
	}
	d.Queue = []queueDocument{}
	for _, r := range m.Queue {
		d.Queue = append(d.Queue, queueDocument{r.Left, r.Right, r.Probability, r.Weight, r.Why, r.Decision})
	}
	d.Refused = []refusedDocument{}
	for _, r := range s.Refused {
		d.Refused = append(d.Refused, refusedDocument{list(r.IDs), r.Reason})
	}
	if len(m.Explain.Contributions) > 0 {
		d.Explain = &explainDocument{m.Of[0], m.Of[1], m.Explain}
	}
	d.Quality.Before, d.Quality.After = s.Before.document(), s.After.document()
	d.Case = []stepDocument{}
	for _, step := range s.Steps {
		d.Case = append(d.Case, stepDocument{step.At, step.By, step.Trigger, step.Refused, step.Case})
	}
	if u := s.Undone; u != nil {
		d.Events = append(d.Events, u.Event)
		d.Unmerge = &unmergeDocument{u.whole(), u.Sources, u.SameBytes, u.IDs, u.SameGolden, u.SameStored, u.Resolve, u.Children, u.Own, list(u.Undecided)}
	}
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", text)
	return err
}

func (r *readiness) document() readyDocument {
	d := readyDocument{
		Records: r.Score.Records, Completeness: r.Score.Completeness, Validity: r.Score.Validity, Uniqueness: r.Score.Uniqueness, Overall: r.Score.Overall,
		Ready: len(r.Reasons) == 0,
	}
	for _, why := range r.Reasons {
		d.Short = append(d.Short, why.Dimension)
	}
	return d
}

func (v *view) document() customerDocument {
	c := &v.Card
	d := customerDocument{
		IDs: v.IDs, Golden: v.Golden, Contacts: list(c.Contacts), Stage: c.Standing.Stage.String(), Since: c.Standing.Since,
		Memberships: []clubDocument{}, Needs: list(c.Needs), Cases: list(c.Cases), Consents: []consentDocument{}, Timeline: []eventDocument{}, Quality: c.Figures.Quality,
	}
	for _, m := range c.Memberships {
		d.Memberships = append(d.Memberships, clubDocument{m.Programme, m.Number, m.Card, m.Points.Points})
	}
	add := func(subject rapport.ID, standings []customer.ConsentStanding) {
		for _, s := range standings {
			d.Consents = append(d.Consents, consentDocument{subject, s.Purpose, s.Channel, s.Decision.Allowed, s.Decision.Reason})
		}
	}
	add("", c.Consents)
	for _, id := range v.IDs {
		add(id, v.Apart[id])
	}
	for _, e := range v.Timeline {
		d.Timeline = append(d.Timeline, eventDocument{e.At, e.Kind, e.Channel, e.Customer, e.Record})
	}
	return d
}

// list writes nothing as an empty list.
func list[T any](values []T) []T {
	if values == nil {
		return []T{}
	}
	return values
}
