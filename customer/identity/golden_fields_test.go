package identity

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/customer"
)

// Every field of a customer has a plan, so that none is dropped from golden records.
func TestEveryFieldOfACustomerIsSettled(t *testing.T) {
	words := regexp.MustCompile(`([a-z])([A-Z])`)
	var want, got []string
	for field := range reflect.TypeFor[customer.Draft]().Fields() {
		want = append(want, strings.ToLower(words.ReplaceAllString(field.Name, "${1}_$2")))
	}
	for _, p := range fieldPlans() {
		got = append(got, p.name)
	}
	require.Equal(t, want, got, "one line in fieldPlans for each field of customer.Draft, in its order")
}

// Every plan moves the value of its own field and reports it.
func TestEveryPlanMovesItsField(t *testing.T) {
	for i, p := range fieldPlans() {
		var draft, into customer.Draft
		field := reflect.ValueOf(&draft).Elem().Field(i)
		if field.Kind() == reflect.Slice {
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
		} else if field.Kind() == reflect.Struct { // a time
			field.Set(reflect.ValueOf(time.Unix(1_700_000_000, 0).UTC()))
		} else {
			field.Set(reflect.New(field.Type()).Elem())
			switch field.Kind() {
			case reflect.String:
				field.SetString("x")
			case reflect.Bool:
				field.SetBool(true)
			default:
				field.SetUint(1)
			}
		}
		if p.name == "id" {
			into.ID = draft.ID
		}
		s := Source{ID: "s", System: "east"}
		from, stated := p.settle([]*witness{{source: &s, draft: draft}}, p.rules, &into)
		require.True(t, stated, p.name)
		require.NotEmpty(t, from.Rule, p.name)
		require.Equal(t, draft, into, p.name)
		require.Positive(t, p.filled(&draft), p.name)
	}
}
