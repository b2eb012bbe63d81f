package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/customer"
	"github.com/rapport-crm/rapport/customer/identity"
	"github.com/rapport-crm/rapport/examples/sheet"
)

// branch is one part of the firm with a customer file of its own. The columns are what
// its file calls them; "" stands for what it does not keep.
type branch struct {
	name                   string
	trust                  int // how far its file is believed where branches disagree
	id, since              string
	name1, surname, first  string // one column with the whole name, or two
	company                string
	born, phone, email     string
	address, addressSecond string // the second is appended
}

// branches are the three of the story, the most trusted first: in the shop somebody saw a
// document, on the web site people typed it themselves, the call centre heard it.
func branches() []branch {
	return []branch{
		{name: "shop", trust: 3, id: "member_no", since: "joined", name1: "name", born: "birthday", phone: "mobile", address: "street", addressSecond: "town"},
		{name: "website", trust: 2, id: "user_id", since: "registered", name1: "full_name", born: "date_of_birth", phone: "phone", email: "email", address: "address"},
		{
			name: "callcentre", trust: 1, id: "caller", since: "first_call", surname: "surname", first: "first_name", company: "company",
			born: "born", phone: "telephone", email: "e_mail", address: "place",
		},
	}
}

// branchFile is what was read of a branch: its customers as source records, and the same
// as rows to be matched.
type branchFile struct {
	Branch  branch
	Sources []identity.Source
	Rows    []identity.Record
}

// schema says what is compared. Branches call it differently; here it has one name.
func schema() identity.Schema {
	return identity.Schema{Fields: []identity.Field{
		{Name: "name", Kind: identity.Name}, {Name: "company", Kind: identity.Organisation}, {Name: "born", Kind: identity.Date},
		{Name: "phone", Kind: identity.Phone}, {Name: "email", Kind: identity.Email}, {Name: "address", Kind: identity.Address},
	}}
}

// readBranches reads the files of all branches from a folder.
func readBranches(folder fs.FS, standard *identity.Standardiser) ([]branchFile, error) {
	var all []branchFile
	for _, b := range branches() {
		name := b.name + ".csv"
		file, err := folder.Open(name)
		if err != nil {
			return nil, err
		}
		read, err := readBranch(file, b, standard)
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, read)
	}
	return all, nil
}

// readBranch reads one file.
func readBranch(file io.Reader, b branch, standard *identity.Standardiser) (branchFile, error) {
	read := branchFile{Branch: b}
	s, err := sheet.Open(file, "one customer a row")
	if err != nil {
		return read, err
	}
	at := make(map[string]int)
	for _, column := range []string{b.id, b.since, b.name1, b.surname, b.first, b.company, b.born, b.phone, b.email, b.address, b.addressSecond} {
		if column == "" {
			continue
		}
		if at[column], err = s.Column(column, true, ""); err != nil {
			return read, err
		}
	}
	first := make(map[rapport.ID]int) // the line of each id
	for record, err := range s.Records() {
		if err != nil {
			return read, err
		}
		cell := func(column string) string {
			if column == "" {
				return ""
			}
			return strings.TrimSpace(record[at[column]])
		}
		row := branchRow{branch: b, sheet: s, cell: cell, standard: standard}
		source, values, err := row.source()
		if err != nil {
			return read, err
		}
		if line, twice := first[source.ID]; twice {
			return read, s.Wrong(b.id, cell(b.id), fmt.Errorf("is the id of row %d too", line))
		}
		first[source.ID] = s.Line()
		read.Sources = append(read.Sources, source)
		read.Rows = append(read.Rows, identity.Record{ID: source.ID, Values: values})
	}
	if len(read.Rows) == 0 {
		return read, errors.New("the file has a header and no rows")
	}
	return read, nil
}

// branchRow is one row of a branch file.
type branchRow struct {
	branch   branch
	sheet    *sheet.Sheet
	cell     func(column string) string
	standard *identity.Standardiser
}

// source returns the row as a source record, and its values in the order of [schema].
func (r branchRow) source() (identity.Source, []string, error) {
	b := r.branch
	for _, column := range r.sheet.Header {
		if value := r.cell(column); !utf8.ValidString(value) {
			return identity.Source{}, nil, r.sheet.Wrong(column, value, errors.New("is not UTF-8"))
		}
	}
	if r.cell(b.id) == "" {
		return identity.Source{}, nil, r.sheet.Wrong(b.id, "", errors.New("is empty"))
	}
	id := rapport.ID(b.name + ":" + r.cell(b.id))
	if err := id.Validate(); err != nil {
		return identity.Source{}, nil, r.sheet.Wrong(b.id, r.cell(b.id), sheet.IDReason(err))
	}
	since, err := r.date(b.since)
	if err != nil {
		return identity.Source{}, nil, err
	}
	draft := customer.Draft{ID: id, Kind: customer.Person, Name: r.name(), RecordedAt: imported()}
	if company := r.cell(b.company); company != "" {
		draft.Kind, draft.Name = customer.Organisation, company
	}
	draft.Since, _ = since.Bounds()
	account, err := identity.NormaliseIdentifier(customer.Identifier{System: b.name, Type: "account", Value: r.cell(b.id)})
	if err != nil {
		return identity.Source{}, nil, r.sheet.Wrong(b.id, r.cell(b.id), err)
	}
	draft.Identifiers = []customer.Identifier{account}
	if err := r.contacts(&draft); err != nil {
		return identity.Source{}, nil, err
	}
	born, err := r.date(b.born)
	if err != nil {
		return identity.Source{}, nil, err
	}
	if born.IsValid() {
		draft.Attributes = []customer.Attribute{{Name: customer.AttributeBirthDate, Value: customer.DateOf(born), Basis: customer.BasisContract}}
	}
	record, err := customer.New(draft)
	if err != nil {
		return identity.Source{}, nil, r.sheet.Wrong("", "", err)
	}
	source := identity.Source{ID: id, System: b.name, Trust: b.trust, Record: record, At: draft.Since, RecordedAt: imported()}
	return source, []string{r.name(), r.cell(b.company), r.cell(b.born), r.cell(b.phone), r.cell(b.email), r.address()}, nil
}

// name is the whole name of a person, in the order of its script.
func (r branchRow) name() string {
	first, surname := r.cell(r.branch.first), r.cell(r.branch.surname)
	switch {
	case r.branch.name1 != "":
		return r.cell(r.branch.name1)
	case strings.ContainsFunc(surname, func(letter rune) bool { return unicode.Is(unicode.Han, letter) }):
		return surname + first
	}
	return strings.TrimSpace(first + " " + surname)
}

func (r branchRow) address() string {
	street, town := r.cell(r.branch.address), r.cell(r.branch.addressSecond)
	if street == "" || town == "" {
		return street + town
	}
	return street + ", " + town
}

// contacts adds the ways to reach the customer. A number is kept in its international
// form, so that the same number from two branches is one entry of the golden record.
func (r branchRow) contacts(draft *customer.Draft) error {
	for _, c := range []struct {
		channel customer.Channel
		column  string
		kind    identity.Kind
	}{{customer.ChannelPhone, r.branch.phone, identity.Phone}, {customer.ChannelEmail, r.branch.email, identity.Email}} {
		value := r.cell(c.column)
		if value == "" {
			continue
		}
		form, err := r.standard.Form(c.kind, value)
		if err == nil && !form.Valid {
			err = fmt.Errorf("is not a valid %s", c.channel)
		}
		if err != nil {
			return r.sheet.Wrong(c.column, value, err)
		}
		draft.Contacts = append(draft.Contacts, customer.ContactPoint{Channel: c.channel, Value: form.Text})
	}
	if address := r.address(); address != "" {
		draft.Contacts = append(draft.Contacts, customer.ContactPoint{Channel: customer.ChannelPost, Value: address, Preferred: true})
	}
	return nil
}

// date reads a day in any spelling, the zero date for an empty cell.
func (r branchRow) date(column string) (customer.Date, error) {
	value := r.cell(column)
	if value == "" {
		return customer.Date{}, nil
	}
	form, err := r.standard.Form(identity.Date, value)
	var date customer.Date
	if err == nil {
		date, err = customer.ParseDate(form.Text)
	}
	if err != nil || date.Day == 0 {
		return customer.Date{}, r.sheet.Wrong(column, value, errors.New("is not a day such as 2026-01-31 or 31/01/2026"))
	}
	return date, nil
}

// The instants of the story: it has no clock, so each run says the same.
func imported() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }
func merged() time.Time   { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }
func today() time.Time    { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }
func unmerged() time.Time { return time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC) }
