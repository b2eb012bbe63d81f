package lead

import (
	"fmt"
	"maps"
	"slices"
)

// UnknownAttributesError reports attributes of a profile that no rule reads, so that
// they earn no points whatever they are: a misspelled name, or one that another policy
// reads.
type UnknownAttributesError struct {
	Attributes []string // in byte order
	Known      []string // those that the policy reads, in byte order
}

// Error names the attributes, and those that there are.
func (e *UnknownAttributesError) Error() string {
	return fmt.Sprintf("lead: profile: no rule reads %.60q: the policy reads %.60q", e.Attributes, e.Known)
}

// Attributes returns the names of the attributes that the fit rules of the policy read,
// each once, in byte order.
func (s *Scorer) Attributes() []string { return slices.Clone(s.attributes) }

// Check returns nil if the policy can make something of every attribute of a profile;
// attributes that are missing are no error. [Scorer.Score] passes over what no rule
// reads, as a profile may serve several policies: a host checks where it makes its
// profiles, such as once for every form and import.
//
// The error is a [*ProfileError], with which Score refuses the profile as well, or else
// an [*UnknownAttributesError].
func (s *Scorer) Check(p Profile) error {
	if err := s.policy.Fit.score(p, new(account)); err != nil {
		return err
	}
	unknown := slices.AppendSeq(slices.Collect(maps.Keys(p.Numbers)), maps.Keys(p.Labels))
	unknown = slices.DeleteFunc(unknown, func(name string) bool {
		_, known := slices.BinarySearch(s.attributes, name)
		return known
	})
	if len(unknown) == 0 {
		return nil
	}
	slices.Sort(unknown)
	return &UnknownAttributesError{Attributes: slices.Compact(unknown), Known: s.Attributes()}
}

// attributes returns what the rules read.
func (f *FitPolicy) attributes() []string {
	var names []string
	for _, group := range f.Groups {
		for _, rule := range group.Rules {
			names = append(names, rule.Attribute)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
