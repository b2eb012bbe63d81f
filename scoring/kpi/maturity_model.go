package kpi

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Question is one question of a dimension. Its text is the host's.
type Question struct {
	Code   string  // unique in the model
	Weight float64 // in its dimension; 0 stands for 1
}

// Dimension is one side of a house that is assessed.
type Dimension struct {
	Code      string
	Questions []Question // none: one question with the dimension's code
}

// MaturityModel is a questionnaire and the levels in which it is answered: an immutable
// value, made by [NewMaturityModel], [EightSecrets], [FiveConditions] or
// [ValueChainLinks], and safe to share.
type MaturityModel struct {
	code       string
	levels     []string
	dimensions []Dimension
}

// The levels of the standard models: who is aware of the matter, who builds it up, who
// works by it every day, and who improves it by its own measures.
const (
	LevelAwareness   = "awareness"
	LevelDevelopment = "development"
	LevelPractice    = "practice"
	LevelOptimise    = "optimise"
)

// NewMaturityModel returns a model with the codes of its levels, the lowest first: level 1
// is levels[0]. The error is a [*CodeError] for a code that is none or stands twice, or an
// [*InputError] for fewer than two levels or more than 100, no dimensions, or a weight
// that is not from 0 to 1e9.
func NewMaturityModel(code string, levels []string, dimensions ...Dimension) (*MaturityModel, error) {
	if err := checkCode("maturity model", code); err != nil {
		return nil, err
	}
	if len(levels) < 2 || len(levels) > 100 {
		return nil, &InputError{Subject: code, Name: "levels", Value: float64(len(levels)), Reason: "want 2 to 100"}
	}
	if len(dimensions) == 0 {
		return nil, &InputError{Subject: code, Name: "dimensions", Value: 0, Reason: "want at least one"}
	}
	unique := func(subject string, seen map[string]bool, code string) error {
		if err := checkCode(subject, code); err != nil {
			return err
		}
		if seen[code] {
			return &CodeError{Subject: subject, Code: code, Reason: "twice"}
		}
		seen[code] = true
		return nil
	}
	names := make(map[string]bool)
	for _, level := range levels {
		if err := unique("level", names, level); err != nil {
			return nil, err
		}
	}
	m := &MaturityModel{code: code, levels: slices.Clone(levels)}
	sides, questions := make(map[string]bool), make(map[string]bool)
	for _, d := range dimensions {
		if err := unique("dimension", sides, d.Code); err != nil {
			return nil, err
		}
		d.Questions = slices.Clone(d.Questions)
		if len(d.Questions) == 0 {
			d.Questions = []Question{{Code: d.Code}}
		}
		for i, q := range d.Questions {
			if err := unique("question", questions, q.Code); err != nil {
				return nil, err
			}
			if !validWeight(q.Weight) {
				return nil, &InputError{Subject: "question " + q.Code, Name: "weight", Value: q.Weight, Reason: "want 0 to 1e9"}
			}
			if q.Weight == 0 {
				d.Questions[i].Weight = 1
			}
		}
		m.dimensions = append(m.dimensions, d)
	}
	return m, nil
}

// EightSecrets returns the model of the eight things that carry customer management, on
// the four levels from [LevelAwareness] to [LevelOptimise]: from idea to action,
// integrating customers, consistent experience, co-operation, process, data, technology,
// measurement. Each has one question; a host can make a model with more of them.
func EightSecrets() *MaturityModel {
	return standardModel("eight_secrets", fourLevels(), "idea_to_action", "customer_integration",
		"consistent_experience", "cooperation", "process", "data", "technology", "measurement")
}

// FiveConditions returns the model of the conditions that support the chain of value:
// culture and leadership, information technology and data, process, organisation, people.
// It has five levels, from "absent" to "exemplary".
func FiveConditions() *MaturityModel {
	return standardModel("five_conditions", []string{"absent", "begun", "partial", "established", "exemplary"},
		"culture_and_leadership", "it_and_data", "process", "organisation", "people")
}

// ValueChainLinks returns the model of the basic links of the chain: analysis of customer
// value, closeness to customers, network of partners, value offered, relationship. Its
// levels are those of [EightSecrets].
func ValueChainLinks() *MaturityModel {
	return standardModel("value_chain_links", fourLevels(), "value_analysis", "customer_intimacy",
		"network", "value_offered", "relationship")
}

func fourLevels() []string {
	return []string{LevelAwareness, LevelDevelopment, LevelPractice, LevelOptimise}
}

func standardModel(code string, levels []string, codes ...string) *MaturityModel {
	dimensions := make([]Dimension, len(codes))
	for i, c := range codes {
		dimensions[i].Code = c
	}
	m, err := NewMaturityModel(code, levels, dimensions...)
	if err != nil {
		panic("bug: " + err.Error()) // a list above is wrong
	}
	return m
}

// Code returns the code of the model.
func (m *MaturityModel) Code() string { return m.code }

// Levels returns the codes of the levels, the lowest first.
func (m *MaturityModel) Levels() []string { return slices.Clone(m.levels) }

// Level returns the code of a level, from 1; "" for a number that is no level, such as the
// 0 of an assessment that has none.
func (m *MaturityModel) Level(level int) string {
	if level < 1 || level > len(m.levels) {
		return ""
	}
	return m.levels[level-1]
}

// Dimensions returns the dimensions with their questions, weights written out.
func (m *MaturityModel) Dimensions() []Dimension {
	list := slices.Clone(m.dimensions)
	for i := range list {
		list[i].Questions = slices.Clone(list[i].Questions)
	}
	return list
}

type questionFile struct {
	Code   string  `json:"code"`
	Weight float64 `json:"weight"`
}

type dimensionFile struct {
	Code      string         `json:"code"`
	Questions []questionFile `json:"questions"`
}

type maturityFile struct {
	Format     int             `json:"format"`
	Code       string          `json:"code"`
	Levels     []string        `json:"levels"`
	Dimensions []dimensionFile `json:"dimensions"`
}

// MarshalJSON writes {"format":1,"code":…,"levels":[…],"dimensions":[…]}, weights written
// out. The zero value is no model ([*CodeError]).
func (m *MaturityModel) MarshalJSON() ([]byte, error) {
	if err := checkCode("maturity model", m.code); err != nil {
		return nil, err
	}
	file := maturityFile{Format: format, Code: m.code, Levels: m.levels}
	for _, d := range m.dimensions {
		f := dimensionFile{Code: d.Code}
		for _, q := range d.Questions {
			f.Questions = append(f.Questions, questionFile(q))
		}
		file.Dimensions = append(file.Dimensions, f)
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [MaturityModel.MarshalJSON] wrote; it marshals to the same
// bytes. It is for a fresh value, not for a model in use. The error is a [*FormatError],
// that of the JSON or that of [NewMaturityModel]; after it m is unchanged.
func (m *MaturityModel) UnmarshalJSON(text []byte) error {
	if isNull(text) {
		return nil
	}
	var file maturityFile
	if err := decode("maturity model", text, &file); err != nil {
		return err
	}
	dimensions := make([]Dimension, len(file.Dimensions))
	for i, f := range file.Dimensions {
		dimensions[i].Code = f.Code
		for _, q := range f.Questions {
			dimensions[i].Questions = append(dimensions[i].Questions, Question(q))
		}
	}
	read, err := NewMaturityModel(file.Code, file.Levels, dimensions...)
	if err != nil {
		return fmt.Errorf("kpi: decode maturity model: %w", err)
	}
	*m = *read
	return nil
}
