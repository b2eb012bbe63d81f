package satisfaction

import (
	"encoding/json"
	"fmt"

	"github.com/rapport-crm/rapport/satisfaction/pls"
)

type constructFile struct {
	Name  string     `json:"name"`
	Mode  *pls.Mode  `json:"mode"` // a pointer, for one that is not there is not the first mode
	Items []itemFile `json:"items"`
}

type pathFile struct {
	From string   `json:"from"`
	To   string   `json:"to"`
	Sign PathSign `json:"sign,omitempty"`
}

type modelFile struct {
	fileHeading
	Name       string          `json:"name,omitempty"`
	Constructs []constructFile `json:"constructs"`
	Paths      []pathFile      `json:"paths"`
	Target     string          `json:"target"`
}

// MarshalJSON writes the model with a kind and the format's version. The error is a
// [*ModelError].
func (m Model) MarshalJSON() ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	file := modelFile{fileHeading: headingOf("model"), Name: m.Name, Target: m.Target}
	for _, c := range m.clone().Constructs {
		block := constructFile{Name: c.Name, Mode: &c.Mode}
		for _, item := range c.Items {
			block.Items = append(block.Items, itemFileOf(item))
		}
		file.Constructs = append(file.Constructs, block)
	}
	for _, p := range m.Paths {
		file.Paths = append(file.Paths, pathFile(p))
	}
	return json.Marshal(file)
}

// UnmarshalJSON reads what [Model.MarshalJSON] wrote. The error wraps [ErrSurveyFormat]
// or is a [*ModelError]; after it m is unchanged.
func (m *Model) UnmarshalJSON(text []byte) error {
	var file modelFile
	if err := readFile(text, "model", &file); err != nil {
		return err
	}
	read := Model{Name: file.Name, Target: file.Target}
	for _, block := range file.Constructs {
		if block.Mode == nil {
			return fmt.Errorf("satisfaction: construct %.80q: want a mode: %w", block.Name, ErrSurveyFormat)
		}
		c := Construct{Name: block.Name, Mode: *block.Mode}
		for _, file := range block.Items {
			item, err := file.item()
			if err != nil {
				return err
			}
			c.Items = append(c.Items, item)
		}
		read.Constructs = append(read.Constructs, c)
	}
	for _, p := range file.Paths {
		read.Paths = append(read.Paths, Path(p))
	}
	if err := read.Validate(); err != nil {
		return err
	}
	*m = read
	return nil
}
