package pipeline_test

import (
	"fmt"

	"github.com/rapport-crm/rapport/pipeline"
)

// A definition in a file: what is not in its form is refused, and written again it is the
// same text.
func ExampleParseDefinition() {
	text := `{
  "format": 1,
  "id": "visit",
  "version": 1,
  "initial": "planned",
  "stages": [
    {
      "id": "planned",
      "kind": "open",
      "category": "none",
      "limits": [
        {
          "id": "report",
          "field": "date",
          "within": "24h"
        }
      ]
    },
    {
      "id": "reported",
      "kind": "won",
      "probability": 100,
      "category": "none"
    },
    {
      "id": "no_access",
      "kind": "lost",
      "category": "none"
    }
  ],
  "transitions": [
    {
      "trigger": "report",
      "from": [
        "planned"
      ],
      "to": "reported"
    },
    {
      "trigger": "give_up",
      "to": "no_access",
      "reasons": "why"
    }
  ],
  "fields": [
    {
      "id": "date",
      "kind": "date"
    }
  ],
  "reasons": [
    {
      "name": "why",
      "reasons": [
        {
          "id": "closed"
        }
      ]
    }
  ]
}
`
	d, err := pipeline.ParseDefinition([]byte(text))
	if err != nil {
		fmt.Println(err)
		return
	}
	again, err := d.Text()
	fmt.Println(string(again) == text, err)
	m, err := pipeline.Compile(d, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Ref(), m.Warnings())

	_, err = pipeline.ParseDefinition([]byte(`{"format":1,"id":"visit","stage":[]}`))
	fmt.Println(err)
	// Output:
	// true <nil>
	// {visit 1} []
	// pipeline: text of a definition: unknown field "stage"
}
