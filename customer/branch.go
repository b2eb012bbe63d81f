package customer

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/rapport-crm/rapport"
)

// SettingLevel says at which level of a group a setting is made.
type SettingLevel string

// The levels. The last one that says something answers.
const (
	GroupLevel  SettingLevel = "group"  // the default
	TenantLevel SettingLevel = "tenant" // a company of the group
	BranchLevel SettingLevel = "branch"
)

// LayeredSetting is one value at one level: of the group without tenant and branch,
// of a tenant, or of a branch of a tenant. A host with one tenant leaves it out and
// has group and branches.
type LayeredSetting[T any] struct {
	Tenant rapport.ID       `json:"tenant,omitzero"`
	Branch string           `json:"branch,omitzero"`
	Valid  rapport.Interval `json:"valid,omitzero"` // an open side: since ever, until further notice
	Value  T                `json:"value"`
}

// Level returns the level of the setting.
func (s LayeredSetting[T]) Level() SettingLevel {
	switch {
	case s.Branch != "":
		return BranchLevel
	case s.Tenant != "":
		return TenantLevel
	}
	return GroupLevel
}

// Layered is a rule of the house that branches may override: an approval limit, a
// contact frequency, a tone. It is immutable and safe to share, as far as its values
// are. The zero value has no settings.
type Layered[T any] struct {
	settings []LayeredSetting[T] // in the order of compareLayers
}

// NewLayered returns the settings as one rule. The error is a [*ValidationError]:
// with the reason Overlap if two settings of one level and place are valid at the
// same time.
func NewLayered[T any](settings ...LayeredSetting[T]) (Layered[T], error) {
	var k checker
	for i, s := range settings {
		if s.Tenant != "" {
			k.id(path{"settings", i, "tenant"}, s.Tenant)
		}
		k.optional(path{"settings", i, "branch"}, s.Branch, MaxCodeLength)
		k.interval(path{"settings", i, "valid"}, s.Valid)
	}
	order := make([]int, len(settings))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(compareLayers(settings[a], settings[b]), cmp.Compare(a, b))
	})
	sorted := make([]LayeredSetting[T], 0, len(settings))
	for n, i := range order {
		s := settings[i]
		if n > 0 {
			before := settings[order[n-1]]
			if before.Tenant == s.Tenant && before.Branch == s.Branch && before.Valid.Overlaps(s.Valid) {
				k.report(path{"settings", max(i, order[n-1]), "valid"}, Overlap)
			}
		}
		sorted = append(sorted, s)
	}
	if err := k.err("settings", ""); err != nil {
		return Layered[T]{}, err
	}
	return Layered[T]{settings: sorted}, nil
}

// compareLayers orders settings by tenant, branch and start.
func compareLayers[T any](a, b LayeredSetting[T]) int {
	return cmp.Or(strings.Compare(string(a.Tenant), string(b.Tenant)), strings.Compare(a.Branch, b.Branch), a.Valid.Start().Compare(b.Valid.Start()))
}

// At returns the setting that holds for a branch of a tenant at an instant: its own,
// else that of the tenant, else that of the group. Its Level says which one
// answered. It is false if none is valid then.
func (l Layered[T]) At(tenant rapport.ID, branch string, at time.Time) (LayeredSetting[T], bool) {
	for _, place := range [...]LayeredSetting[T]{{Tenant: tenant, Branch: branch}, {Tenant: tenant}, {}} {
		i, _ := slices.BinarySearchFunc(l.settings, place, compareLayers)
		for ; i < len(l.settings) && l.settings[i].Tenant == place.Tenant && l.settings[i].Branch == place.Branch; i++ {
			if l.settings[i].Valid.Contains(at) {
				return l.settings[i], true
			}
		}
	}
	return LayeredSetting[T]{}, false
}

// Settings returns all settings, ordered by tenant, branch and start.
func (l Layered[T]) Settings() []LayeredSetting[T] { return slices.Clone(l.settings) }

type layeredForm[T any] struct {
	Format   int                 `json:"format"`
	Settings []LayeredSetting[T] `json:"settings"`
}

// MarshalJSON writes the settings in a versioned form, each value as its type does.
func (l Layered[T]) MarshalJSON() ([]byte, error) {
	return json.Marshal(layeredForm[T]{jsonFormat, l.settings})
}

// UnmarshalJSON reads what [Layered.MarshalJSON] writes and checks it as
// [NewLayered] does. Null leaves l as it is; so does an error.
func (l *Layered[T]) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var form layeredForm[T]
	if err := decodeStrict("settings", text, &form); err != nil {
		return err
	}
	read, err := NewLayered(form.Settings...)
	if err != nil {
		return err
	}
	*l = read
	return nil
}
