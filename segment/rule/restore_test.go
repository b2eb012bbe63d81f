package rule_test

import (
	"bytes"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/segment/rule"
)

func TestRestoreRefuses(t *testing.T) {
	rules := rule.Rules{{Name: "one", When: rule.Number("score").Is(1)}, {Name: "ever", When: rule.Events("sale").Average().Is(yuan(1))}}
	o := &rule.EngineOptions{Settled: time.Hour}
	set, e := newEngine(t, o, rules...)
	_, err := e.Set("a", "score", rule.NumberOf(1))
	require.NoError(t, err)
	_, err = e.PutEvent("a", sale("1", start().AddDate(0, 0, -1)))
	require.NoError(t, err)
	_, err = e.Pin(rule.Pin{Customer: "a", Segment: "ever", By: "ann", Why: "because"})
	require.NoError(t, err)
	text, err := e.Snapshot()
	require.NoError(t, err)
	_, err = rule.Restore(set, text, o)
	require.NoError(t, err)

	_, err = rule.Restore(set, text, nil)
	require.ErrorIs(t, err, rule.ErrOtherRules, "another time to settle")
	other, err := rule.Compile(modelSchema(), rules[:1])
	require.NoError(t, err)
	_, err = rule.Restore(other, text, o)
	require.ErrorIs(t, err, rule.ErrOtherRules)
	for from, to := range map[string]string{
		`"format":1`:   `"format":2`,
		`"customers"`:  `"clients"`,
		`"now_ns":17`:  `"now_ns":"17`,
		`{"format":1,`: `{"format":1,"format":1,`,
	} {
		_, err = rule.Restore(set, bytes.Replace(text, []byte(from), []byte(to), 1), o)
		require.ErrorIs(t, err, rule.ErrFormat, to)
	}
	_, err = rule.Restore(set, regexp.MustCompile(`,"customers":.*`).ReplaceAll(text, []byte("}")), o)
	require.ErrorIs(t, err, rule.ErrFormat, "without customers")
	for from, to := range map[string]string{
		`"value":1`:        `"value":2`, // then the member would have left
		`"name":"score"`:   `"name":"scor"`,
		`"segment":"one"`:  `"segment":"two"`,
		`"segment":"ever"`: `"segment":"no"`,
		`"by":"ann"`:       `"by":""`,
		`"why":"because"`:  `"why":""`,
		`"recorded_ns":17`: `"recorded_ns":18`,
		`"since_ns":1`:     `"since_ns":2`,
		`"kind":"sale"`:    `"kind":"call"`,
		`"sum_high":0`:     `"sum_high":9`, // no such mean
		`"count":1`:        `"count":-1`,
		`"first_ns":1`:     `"first_ns":8`,
		`"last_ns":1`:      `"last_ns":-1`,
		`"min":100`:        `"min":101`,
		`"id":"a"`:         `"id":""`,
		`{"id":"a"`:        `{"id":"a"},{"id":"a"`,
	} {
		require.Contains(t, string(text), from)
		_, err = rule.Restore(set, bytes.Replace(text, []byte(from), []byte(to), 1), o)
		require.ErrorIs(t, err, rule.ErrSnapshot, to)
	}
}

// An event twice in a snapshot would count twice.
func TestRestoreRefusesAnEventTwice(t *testing.T) {
	set, e := newEngine(t, nil, rule.Rule{Name: "two", When: rule.Events("sale").Count().AtLeast(3)})
	for id, days := range map[string]int{"1": -1, "2": -2} {
		_, err := e.PutEvent("a", sale(id, start().AddDate(0, 0, days)))
		require.NoError(t, err)
	}
	text, err := e.Snapshot()
	require.NoError(t, err)
	_, err = rule.Restore(set, text, nil)
	require.NoError(t, err)
	_, err = rule.Restore(set, bytes.Replace(text, []byte(`"id":"2"`), []byte(`"id":"1"`), 1), nil)
	require.ErrorIs(t, err, rule.ErrSnapshot)
}
