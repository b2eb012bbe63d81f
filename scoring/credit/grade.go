package credit

import (
	"fmt"
	"math"
	"slices"

	"github.com/rapport-crm/rapport"
)

// Grade is one line of a [GradeTable].
type Grade struct {
	Name string
	// From is the least score of the grade; that of the last grade is not used, as it
	// takes everything below.
	From float64
	// PD is the probability of default within the horizon of the table, 0 to 1, with its
	// interval if it has one; absent (N 0) if none was estimated.
	PD rapport.Estimate
	// LGD is the share of an exposure that a default costs, 0 to 1.
	LGD float64
	// Cap is the highest limit for the grade; the zero Money: none.
	Cap rapport.Money
}

// GradeTable is a policy that turns scores, higher being better, into grades. It is
// immutable and safe to share; the zero value has no grades.
type GradeTable struct {
	grades []Grade
}

// NewGradeTable takes grades from the best to the worst. The error is an [*InputError]
// for no grades, a name that is empty or comes twice, scores that do not descend, a
// share outside 0 to 1 or a negative cap; or the error of an estimate.
func NewGradeTable(grades ...Grade) (*GradeTable, error) {
	t := GradeTable{slices.Clone(grades)}
	if len(grades) > 0 {
		t.grades[len(grades)-1].From = 0
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	return &t, nil
}

// Validate returns nil, or the error of [NewGradeTable].
func (t GradeTable) Validate() error {
	if len(t.grades) == 0 {
		return &InputError{Name: "grades", Want: "at least one"}
	}
	for i, g := range t.grades {
		if g.Name == "" || slices.ContainsFunc(t.grades[:i], func(had Grade) bool { return had.Name == g.Name }) {
			return &InputError{Name: "grade", Value: fmt.Sprintf("%q", g.Name), Want: "a name that no other grade has"}
		}
		if err := checkUTF8("name of a grade", g.Name); err != nil {
			return err
		}
		last := i == len(t.grades)-1
		if !last && (math.IsNaN(g.From) || math.IsInf(g.From, 0) || i > 0 && g.From >= t.grades[i-1].From) {
			return &InputError{Name: "least score of grade " + g.Name, Value: fmt.Sprint(g.From), Want: "a finite number below that of the grade before"}
		}
		if err := g.PD.Validate(); err != nil {
			return err
		}
		if !share(g.PD.Value) || !share(g.PD.Low) || !share(g.PD.High) {
			return &InputError{Name: "PD of grade " + g.Name, Value: fmt.Sprintf("%v [%v, %v]", g.PD.Value, g.PD.Low, g.PD.High), Want: "0 to 1"}
		}
		if !share(g.LGD) {
			return &InputError{Name: "LGD of grade " + g.Name, Value: fmt.Sprint(g.LGD), Want: "0 to 1"}
		}
		if err := checkLimit("cap of grade "+g.Name, g.Cap); err != nil {
			return err
		}
	}
	return nil
}

func share(v float64) bool { return v >= 0 && v <= 1 }

// Grades returns the grades, the best first.
func (t *GradeTable) Grades() []Grade { return slices.Clone(t.grades) }

// Of returns the grade of a score. The error is an [*InputError] for a score that is
// not finite or a table without grades.
func (t *GradeTable) Of(score float64) (Grade, error) {
	if math.IsNaN(score) || math.IsInf(score, 0) || len(t.grades) == 0 {
		return Grade{}, &InputError{Name: "score", Value: fmt.Sprint(score), Want: "a finite number and a table with grades"}
	}
	last := len(t.grades) - 1
	for _, g := range t.grades[:last] {
		if score >= g.From {
			return g, nil
		}
	}
	return t.grades[last], nil
}

// Named returns the grade of a name; the error is an [*InputError].
func (t *GradeTable) Named(name string) (Grade, error) {
	at := slices.IndexFunc(t.grades, func(g Grade) bool { return g.Name == name })
	if at < 0 {
		return Grade{}, &InputError{Name: "grade", Value: fmt.Sprintf("%q", name), Want: "one of the table"}
	}
	return t.grades[at], nil
}

type gradeFile struct {
	Name string           `json:"name"`
	From float64          `json:"from"`
	PD   rapport.Estimate `json:"pd"`
	LGD  float64          `json:"lgd"`
	Cap  rapport.Money    `json:"cap"`
}

// MarshalJSON writes the table with a kind and a format. It refuses what
// [NewGradeTable] refuses.
func (t GradeTable) MarshalJSON() ([]byte, error) {
	body := make([]gradeFile, len(t.grades))
	for i, g := range t.grades {
		body[i] = gradeFile(g)
	}
	return write("grades", &t, body)
}

// UnmarshalJSON reads what [GradeTable.MarshalJSON] wrote; it marshals to the same
// bytes. The error wraps [ErrFormat], or is that of [NewGradeTable]; after it t is
// unchanged.
func (t *GradeTable) UnmarshalJSON(text []byte) error {
	body, err := read[[]gradeFile](text, "grades")
	if err != nil {
		return err
	}
	grades := make([]Grade, len(body))
	for i, f := range body {
		grades[i] = Grade(f)
	}
	got, err := NewGradeTable(grades...)
	if err != nil {
		return err
	}
	*t = *got
	return nil
}
