package customer

import (
	"encoding/json"
	"slices"
	"time"
)

// ConsentProfile is what a law asks for, as data, together with the purposes that
// a host pursues under it. [GDPR] and [PIPL] return two; a host changes their
// copies or writes its own. It is read by a [ConsentLedger], which keeps a copy.
//
// The profiles help to follow a law; they are no legal advice, and a host has them
// looked at by somebody who may give it.
type ConsentProfile struct {
	Jurisdiction     Jurisdiction  `json:"jurisdiction"`               // required
	Bases            []BasisRule   `json:"bases"`                      // the grounds that the law knows; where several hold, the first decides
	Uses             []UseRule     `json:"uses,omitempty"`             // the special uses that it has rules for
	Purposes         []PurposeRule `json:"purposes,omitempty"`         // what data may be used for; nothing else is allowed
	MarketingArticle string        `json:"marketing_article,omitzero"` // where the law lets a subject refuse direct marketing on any ground
	GuardianAge      int           `json:"guardian_age,omitzero"`      // whole years below which a guardian consents, 0–21; 0: never asked
	GuardianArticle  string        `json:"guardian_article,omitzero"`  // where the law says so
	RequireBirth     bool          `json:"require_birth,omitzero"`     // consent of a subject whose date of birth is not known does not count
}

// BasisRule is a ground that a law knows.
type BasisRule struct {
	Basis   Basis  `json:"basis"`            // required
	Article string `json:"article,omitzero"` // where the law says so
	Refuse  string `json:"refuse,omitzero"`  // the article by which a no of the subject ends it; "": it cannot be refused
}

// SpecialUse is a way of using data that a law has rules of its own for: an open
// set of codes.
type SpecialUse string

// The special uses that [GDPR] and [PIPL] know.
const (
	UseSensitive   SpecialUse = "sensitive-data"
	UseTransfer    SpecialUse = "transfer"
	UsePublication SpecialUse = "publication"
	UseCrossBorder SpecialUse = "cross-border"
	UsePublicImage SpecialUse = "public-image"
	UseAutomated   SpecialUse = "automated-decision"
)

// UseRule is what a law asks for a special use.
type UseRule struct {
	Use      SpecialUse `json:"use"`               // required
	Article  string     `json:"article,omitzero"`  // where the law says so
	Separate bool       `json:"separate,omitzero"` // a consent to it must be separate
	Bases    []Basis    `json:"bases,omitempty"`   // the only grounds that will do; none listed: all of the profile
	Refuse   string     `json:"refuse,omitzero"`   // the article by which a no of the subject ends every ground; "": only those that can be refused
}

// PurposeRule is a purpose that a host pursues.
type PurposeRule struct {
	Purpose   Purpose         `json:"purpose"`             // required, not AnyPurpose
	Uses      []SpecialUse    `json:"uses,omitempty"`      // which special uses it makes
	Bases     []Basis         `json:"bases,omitempty"`     // the only grounds that will do; none listed: all of the profile
	AskFirst  []Channel       `json:"ask_first,omitempty"` // channels over which only consent will do
	Marketing bool            `json:"marketing,omitzero"`  // direct marketing: a no of the subject ends every ground
	LastsDays int             `json:"lasts_days,omitzero"` // a consent older than so many days of 24 hours has expired; 0: no limit
	Notices   []NoticeVersion `json:"notices,omitempty"`   // in order of time; none: the notice is not looked at
}

// NoticeVersion is a text by which subjects are told of a purpose. Once a version
// with a material change of purpose, method or kind of data is in force, a consent
// to an earlier one no longer counts (PIPL 14, GDPR 4(11)).
type NoticeVersion struct {
	Version  string    `json:"version"`           // required: as in [Consent]
	Since    time.Time `json:"since"`             // required: in force from then on
	Material bool      `json:"material,omitzero"` // it asks for new consent
}

// WithPurpose returns the profile with a purpose in place of the one of the same
// name, or added to its list.
func (p ConsentProfile) WithPurpose(rule PurposeRule) ConsentProfile {
	p = p.clone()
	if i := slices.IndexFunc(p.Purposes, func(r PurposeRule) bool { return r.Purpose == rule.Purpose }); i >= 0 {
		p.Purposes[i] = rule
	} else {
		p.Purposes = append(p.Purposes, rule)
	}
	return p.clone()
}

// Validate returns nil or a [*ValidationError] that lists every problem: codes that
// are missing, listed twice or used without being listed, notices that are out of
// order.
func (p ConsentProfile) Validate() error {
	p = p.clone()
	return p.check()
}

func (p *ConsentProfile) check() error {
	var c checker
	c.required(path{field: "jurisdiction"}, string(p.Jurisdiction), MaxCodeLength)
	if len(p.Bases) == 0 {
		c.report(path{field: "bases"}, Missing)
	}
	if entries(&c, "bases", p.Bases) && entries(&c, "uses", p.Uses) && entries(&c, "purposes", p.Purposes) {
		for i, r := range p.Bases {
			c.key("bases", i, "basis", string(r.Basis), func(j int) bool { return p.Bases[j].Basis == r.Basis })
			c.optional(path{"bases", i, "article"}, r.Article, MaxCodeLength)
			c.optional(path{"bases", i, "refuse"}, r.Refuse, MaxCodeLength)
		}
		for i, r := range p.Uses {
			c.key("uses", i, "use", string(r.Use), func(j int) bool { return p.Uses[j].Use == r.Use })
			c.optional(path{"uses", i, "article"}, r.Article, MaxCodeLength)
			p.checkBases(&c, path{"uses", i, "bases"}, r.Bases)
			c.optional(path{"uses", i, "refuse"}, r.Refuse, MaxCodeLength)
		}
		for i := range p.Purposes {
			p.checkPurpose(&c, i)
		}
	}
	if p.GuardianAge < 0 || p.GuardianAge > 21 {
		c.report(path{field: "guardian_age"}, OutOfRange)
	}
	c.optional(path{field: "marketing_article"}, p.MarketingArticle, MaxCodeLength)
	c.optional(path{field: "guardian_article"}, p.GuardianArticle, MaxCodeLength)
	return c.err("consent profile", string(p.Jurisdiction))
}

// key checks the code that names an entry of a list; same tells an entry of the
// same name.
func (c *checker) key(list string, i int, field, code string, same func(j int) bool) {
	c.required(path{list, i, field}, code, MaxCodeLength)
	for j := range i {
		if same(j) {
			c.report(path{list, i, field}, Duplicate)
			return
		}
	}
}

func (p *ConsentProfile) checkBases(c *checker, at path, bases []Basis) {
	for _, b := range bases {
		if _, known := p.basis(b); !known {
			c.report(at, Unknown)
			return
		}
	}
}

func (p *ConsentProfile) checkPurpose(c *checker, i int) {
	const list = "purposes"
	r := &p.Purposes[i]
	c.key(list, i, "purpose", string(r.Purpose), func(j int) bool { return p.Purposes[j].Purpose == r.Purpose })
	if r.Purpose == AnyPurpose {
		c.report(path{list, i, "purpose"}, NotAllowed)
	}
	for _, use := range r.Uses {
		if _, known := p.use(use); !known {
			c.report(path{list, i, "uses"}, Unknown)
			break
		}
	}
	p.checkBases(c, path{list, i, "bases"}, r.Bases)
	if r.LastsDays < 0 || r.LastsDays > maxConsentDays {
		c.report(path{list, i, "lasts_days"}, OutOfRange)
	}
	at := path{list, i, "notices"}
	for j := range r.Notices {
		n := &r.Notices[j]
		c.required(at, n.Version, MaxCodeLength)
		n.Since = c.instant(at, n.Since, true)
		if j > 0 && !n.Since.After(r.Notices[j-1].Since) {
			c.report(at, OutOfRange)
		}
		if slices.ContainsFunc(r.Notices[:j], func(e NoticeVersion) bool { return e.Version == n.Version }) {
			c.report(at, Duplicate)
		}
	}
}

// maxConsentDays is a century: with it no time leaves the range of a duration.
const maxConsentDays = 36525

func (p *ConsentProfile) basis(b Basis) (BasisRule, bool) {
	for _, r := range p.Bases {
		if r.Basis == b {
			return r, true
		}
	}
	return BasisRule{}, false
}

func (p *ConsentProfile) use(u SpecialUse) (UseRule, bool) {
	for _, r := range p.Uses {
		if r.Use == u {
			return r, true
		}
	}
	return UseRule{}, false
}

func (p *ConsentProfile) purpose(purpose Purpose) (*PurposeRule, bool) {
	for i := range p.Purposes {
		if p.Purposes[i].Purpose == purpose {
			return &p.Purposes[i], true
		}
	}
	return nil, false
}

// clone returns a profile whose lists are its own.
func (p ConsentProfile) clone() ConsentProfile {
	p.Bases = cloneList(p.Bases)
	p.Uses = cloneList(p.Uses)
	for i := range p.Uses {
		p.Uses[i].Bases = cloneList(p.Uses[i].Bases)
	}
	p.Purposes = cloneList(p.Purposes)
	for i := range p.Purposes {
		r := &p.Purposes[i]
		r.Uses, r.Bases = cloneList(r.Uses), cloneList(r.Bases)
		r.AskFirst, r.Notices = cloneList(r.AskFirst), cloneList(r.Notices)
	}
	return p
}

// plainProfile is a ConsentProfile that writes its fields one by one.
type plainProfile ConsentProfile

type profileForm struct {
	Format int `json:"format"`
	*plainProfile
}

// MarshalJSON writes the profile in a versioned form. It refuses what
// [ConsentProfile.Validate] refuses.
func (p ConsentProfile) MarshalJSON() ([]byte, error) {
	p = p.clone()
	if err := p.check(); err != nil {
		return nil, err
	}
	return json.Marshal(profileForm{jsonFormat, (*plainProfile)(&p)})
}

// UnmarshalJSON reads what [ConsentProfile.MarshalJSON] writes and checks it. Null
// leaves p as it is; so does an error.
func (p *ConsentProfile) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var read ConsentProfile
	if err := decodeStrict("consent profile", text, &profileForm{plainProfile: (*plainProfile)(&read)}); err != nil {
		return err
	}
	read = read.clone()
	if err := read.check(); err != nil {
		return err
	}
	*p = read
	return nil
}
