package main

import (
	"bytes"
	"encoding/json"
	"math"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction/pls"
)

// object is a JSON object whose keys stay in their order.
type object []member

type member struct {
	key   string
	value any
}

func (o *object) add(key string, value any) { *o = append(*o, member{key, value}) }

// MarshalJSON writes the members in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false) // A->B stays as it is
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := encoder.Encode(m.key); err != nil {
			return nil, err
		}
		out.WriteByte(':')
		if err := encoder.Encode(m.value); err != nil {
			return nil, err
		}
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// number is a value of a document; nil, null in JSON, if it does not exist.
func number(value float64, exists bool) any {
	if !exists || math.IsNaN(value) || math.IsInf(value, 0) {
		return nil
	}
	return value
}

func figure(f pls.Figure) any { return number(f.Value, f.Exists) }

// spread is the uncertain part of an estimate.
func spread(e rapport.Estimate) object {
	return object{
		{"se", number(e.SE, e.HasSE())},
		{"low", number(e.Low, e.HasInterval())},
		{"high", number(e.High, e.HasInterval())},
	}
}
