package segment

import (
	"fmt"
	"slices"
	"time"

	"github.com/rapport-crm/rapport"
)

// Service is what customers of a tier may expect.
type Service struct {
	Tier string
	// SLA is within which time a request is answered, above 0, in whole seconds. The
	// host counts it in working hours or round the clock.
	SLA time.Duration
	// Discount is the most that may be taken off a price, 0 to 10 000 basis points.
	Discount BasisPoints
	// ContactDays is how many days lie between two contacts; 0: on demand only.
	ContactDays int
}

// ServiceVersion is what a policy says for a time: one service for each tier, the most
// important first.
type ServiceVersion struct {
	Valid    rapport.Interval
	Services []Service
}

// ServicePolicy is the service of each tier through time: an immutable value made by
// [NewServicePolicy], safe to share between goroutines.
type ServicePolicy struct {
	versions []ServiceVersion // by time, each starting where the one before ended
}

// ServiceError reports a policy that makes no sense, or a question that it does not
// answer.
type ServiceError struct {
	Version int // which version, in the order of time, from 0; -1: none
	Tier    string
	Field   string // "valid", "services", "tier", "sla", "discount", "contact days", "versions" or "at"
	Value   string
	Reason  string // "overlaps the version before", "leaves a gap after the version before", "no such tier", "no version then", "no tier then", "out of range", …
}

// Error names the version, the tier, the field and the reason.
func (e *ServiceError) Error() string {
	text := "segment: service policy: "
	if e.Version >= 0 {
		text += fmt.Sprintf("version %d: ", e.Version)
	}
	if e.Tier != "" {
		text += fmt.Sprintf("tier %q: ", e.Tier)
	}
	return text + fmt.Sprintf("%s %q: %s", e.Field, e.Value, e.Reason)
}

// NewServicePolicy returns the policy of the versions, given in any order: each starts
// where the one before ended. The error is a [*ServiceError]; what is given is copied.
func NewServicePolicy(versions ...ServiceVersion) (*ServicePolicy, error) {
	p := &ServicePolicy{versions: slices.Clone(versions)}
	if len(versions) == 0 {
		return nil, &ServiceError{Version: -1, Field: "versions", Value: "0", Reason: "want at least one"}
	}
	slices.SortStableFunc(p.versions, func(a, b ServiceVersion) int { return a.Valid.Compare(b.Valid) })
	for i := range p.versions {
		v := &p.versions[i]
		v.Services = slices.Clone(v.Services)
		if i > 0 {
			before := p.versions[i-1].Valid
			reason := ""
			switch {
			case before.Overlaps(v.Valid):
				reason = "overlaps the version before"
			case !before.End().Equal(v.Valid.Start()):
				reason = "leaves a gap after the version before"
			}
			if reason != "" {
				return nil, &ServiceError{Version: i, Field: "valid", Value: v.Valid.String(), Reason: reason}
			}
		}
		if err := v.fault(i); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (v *ServiceVersion) fault(version int) error {
	if len(v.Services) == 0 || len(v.Services) > MaxTiers {
		return &ServiceError{Version: version, Field: "services", Value: fmt.Sprint(len(v.Services)), Reason: "want 1 to 255"}
	}
	for i, s := range v.Services {
		fault := func(field, value, reason string) error {
			return &ServiceError{Version: version, Tier: s.Tier, Field: field, Value: value, Reason: reason}
		}
		switch {
		case nameReason(s.Tier) != "":
			return fault("tier", s.Tier, nameReason(s.Tier))
		case slices.ContainsFunc(v.Services[:i], func(had Service) bool { return had.Tier == s.Tier }):
			return fault("tier", s.Tier, "name twice")
		case s.SLA < time.Second || s.SLA%time.Second != 0:
			return fault("sla", s.SLA.String(), "not whole seconds above 0")
		case s.Discount < 0 || s.Discount > MaxDiscount:
			return fault("discount", fmt.Sprint(int(s.Discount)), "out of range")
		case s.ContactDays < 0 || s.ContactDays > MaxCadenceDays:
			return fault("contact days", fmt.Sprint(s.ContactDays), "out of range")
		}
	}
	return nil
}

// Versions returns the versions in the order of time.
func (p *ServicePolicy) Versions() []ServiceVersion {
	versions := slices.Clone(p.versions)
	for i := range versions {
		versions[i].Services = slices.Clone(versions[i].Services)
	}
	return versions
}

// version returns the place of the version at an instant.
func (p *ServicePolicy) version(at time.Time) (int, error) {
	i := slices.IndexFunc(p.versions, func(v ServiceVersion) bool { return v.Valid.Contains(at) })
	if i < 0 {
		return 0, &ServiceError{Version: -1, Field: "at", Value: at.UTC().Format(time.RFC3339), Reason: "no version then"}
	}
	return i, nil
}

// At returns the service of a tier at an instant. The error is a [*ServiceError].
func (p *ServicePolicy) At(tier string, at time.Time) (Service, error) {
	version, err := p.version(at)
	if err != nil {
		return Service{}, err
	}
	for _, s := range p.versions[version].Services {
		if s.Tier == tier {
			return s, nil
		}
	}
	return Service{}, &ServiceError{Version: version, Tier: tier, Field: "at", Value: at.UTC().Format(time.RFC3339), Reason: "no such tier"}
}

// Of returns the service of a customer at an instant: that of the tier in which he was
// then, by the version that held then. The error is a [*ServiceError].
func (p *ServicePolicy) Of(customer TierHistory, at time.Time) (Service, error) {
	tier, ok := customer.At(at)
	if !ok {
		return Service{}, &ServiceError{Version: -1, Field: "at", Value: at.UTC().Format(time.RFC3339), Reason: "no tier then"}
	}
	return p.At(tier, at)
}

// ServicePeriod is a time in which a customer's service was the same.
type ServicePeriod struct {
	During rapport.Interval
	Service
}

// Periods returns the services of a customer through time, from his first tier or the
// first version on: each change of tier and of policy begins another period, unless it
// changes nothing. The error is a [*ServiceError] for a tier that a version does not
// have.
func (p *ServicePolicy) Periods(customer TierHistory) ([]ServicePeriod, error) {
	var periods []ServicePeriod
	for i, span := range customer.spans {
		var end time.Time
		if i+1 < len(customer.spans) {
			end = customer.spans[i+1].From
		}
		during, err := rapport.NewInterval(span.From, end)
		if err != nil { // a history has only instants that an interval takes
			return nil, err
		}
		for _, v := range p.versions {
			both, ok := during.Intersect(v.Valid)
			if !ok {
				continue
			}
			service, err := p.At(span.Tier, both.Start())
			if err != nil {
				return nil, err
			}
			if n := len(periods); n > 0 && periods[n-1].Service == service && periods[n-1].During.End().Equal(both.Start()) {
				if both, err = rapport.NewInterval(periods[n-1].During.Start(), both.End()); err != nil {
					return nil, err
				}
				periods = periods[:n-1]
			}
			periods = append(periods, ServicePeriod{During: both, Service: service})
		}
	}
	return periods, nil
}

// Cadence returns how often the tiers are contacted by the version of an instant, for
// [Cadence.Due]. The error is a [*ServiceError].
func (p *ServicePolicy) Cadence(at time.Time) (*Cadence, error) {
	version, err := p.version(at)
	if err != nil {
		return nil, err
	}
	var tiers []TierCadence
	for _, s := range p.versions[version].Services {
		tiers = append(tiers, TierCadence{Tier: s.Tier, Days: s.ContactDays})
	}
	return NewCadence(tiers...)
}
