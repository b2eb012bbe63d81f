package segment

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/rapport-crm/rapport"
)

type serviceForm struct {
	Tier        string      `json:"tier"`
	SLA         int64       `json:"sla_seconds"`
	Discount    BasisPoints `json:"discount_bp"`
	ContactDays *int        `json:"contact_days"` // must be there: 0 is on demand
}

type serviceVersionForm struct {
	Valid    rapport.Interval `json:"valid"`
	Services []serviceForm    `json:"services"`
}

type servicePolicyForm struct {
	Format   int                  `json:"format"`
	Versions []serviceVersionForm `json:"versions"`
}

// MarshalJSON writes the versions in the order of time. The zero ServicePolicy is none
// ([*ServiceError]).
func (p *ServicePolicy) MarshalJSON() ([]byte, error) {
	if len(p.versions) == 0 {
		return nil, &ServiceError{Version: -1, Field: "versions", Value: "0", Reason: "want at least one"}
	}
	form := servicePolicyForm{Format: jsonFormat}
	for _, v := range p.versions {
		version := serviceVersionForm{Valid: v.Valid}
		for _, s := range v.Services {
			version.Services = append(version.Services, serviceForm{s.Tier, int64(s.SLA / time.Second), s.Discount, &s.ContactDays})
		}
		form.Versions = append(form.Versions, version)
	}
	return json.Marshal(form)
}

// UnmarshalJSON reads what [ServicePolicy.MarshalJSON] wrote; it marshals to the same
// bytes. It is for a fresh value, not for a policy in use. The error is a
// [*FormatError], a [*ServiceError] or one of the syntax; after it p is unchanged.
func (p *ServicePolicy) UnmarshalJSON(text []byte) error {
	var form servicePolicyForm
	if err := decode("service policy", text, &form); err != nil {
		return err
	}
	const longest = math.MaxInt64 / int64(time.Second)
	versions := make([]ServiceVersion, len(form.Versions))
	for i, v := range form.Versions {
		versions[i].Valid = v.Valid
		for _, s := range v.Services {
			if s.SLA < 0 || s.SLA > longest { // beyond what a duration holds
				return &ServiceError{Version: i, Tier: s.Tier, Field: "sla", Value: fmt.Sprint(s.SLA), Reason: "out of range"}
			}
			if s.ContactDays == nil {
				return &ServiceError{Version: i, Tier: s.Tier, Field: "contact days", Reason: "missing"}
			}
			versions[i].Services = append(versions[i].Services, Service{s.Tier, time.Duration(s.SLA) * time.Second, s.Discount, *s.ContactDays})
		}
	}
	got, err := NewServicePolicy(versions...)
	if err != nil {
		return err
	}
	*p = *got
	return nil
}
