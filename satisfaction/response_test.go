package satisfaction_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/satisfaction"
)

func day(n int) time.Time { return time.Date(2026, 1, n, 9, 0, 0, 0, time.UTC) }

func serviceSurvey(t require.TestingT) *satisfaction.Survey {
	s, err := satisfaction.NewSurvey("service", 3,
		satisfaction.Item{Key: "overall", Group: "satisfaction", Low: 1, High: 10},
		satisfaction.Item{Key: "等待", Group: "service", Low: 1, High: 5, Reversed: true},
		satisfaction.Item{Key: "complained", Kind: satisfaction.YesNoItem},
		satisfaction.Item{Key: "visits", Kind: satisfaction.CountItem},
		satisfaction.Item{Key: "tolerance", Kind: satisfaction.PercentItem, Low: -50, High: 50})
	require.NoError(t, err)
	return s
}

func fourResponses() []satisfaction.Response {
	return []satisfaction.Response{
		{ID: "r1", Customer: "c1", Wave: "w1", Channel: "phone", At: day(1), Answers: map[string]float64{"overall": 8, "等待": 2, "complained": 0}},
		{ID: "r2", Customer: "c2", Wave: "w1", Channel: "mail", At: day(2), Answers: map[string]float64{"overall": 3, "complained": 1, "visits": 4}},
		{ID: "r3", Customer: "c1", Wave: "w2", Channel: "phone", At: day(9), Answers: map[string]float64{"overall": 9, "等待": 1, "tolerance": -12.5}},
		{ID: "r4", Wave: "w2", Channel: "mail"},
	}
}

func TestResponsesAreFilteredAndSplit(t *testing.T) {
	r, err := satisfaction.NewResponses(serviceSurvey(t), fourResponses())
	require.NoError(t, err)
	ids := func(r *satisfaction.Responses) string {
		var all []string
		for i := range r.Len() {
			all = append(all, string(r.Response(i).ID))
		}
		return strings.Join(all, " ")
	}
	require.Equal(t, "r1 r2 r3 r4", ids(r))
	require.Equal(t, "r1 r2", ids(r.Wave("w1")))
	require.Equal(t, "r3", ids(r.Wave("w2").Channel("phone")))
	require.Equal(t, "r2", ids(r.During(rapport.MustInterval("2026-01-02T00:00:00Z/2026-01-09T09:00:00Z"))))
	require.Equal(t, "r1 r2 r3", ids(r.During(rapport.Interval{})))
	require.Equal(t, "r1 r3", ids(r.Of("c1", "c9", "")))
	require.Equal(t, []rapport.ID{"c1", "c2"}, r.Customers())
	for _, parts := range [][]satisfaction.Part{r.Waves(), r.Split(func(response satisfaction.Response) string {
		require.Nil(t, response.Answers)
		return response.Wave
	})} {
		require.Len(t, parts, 2)
		require.Equal(t, "w1 r1 r2 w2 r3 r4", strings.Join([]string{parts[0].Name, ids(parts[0].Responses), parts[1].Name, ids(parts[1].Responses)}, " "))
	}
	require.Equal(t, "mail", r.Channels()[0].Name)
	for i, want := range fourResponses() {
		require.Empty(t, cmp.Diff(want, r.Response(i), cmpopts.EquateEmpty()))
	}
	require.Equal(t, "service", string(r.Survey().ID()))
}

func TestMatrix(t *testing.T) {
	r, err := satisfaction.NewResponses(serviceSurvey(t), fourResponses())
	require.NoError(t, err)
	nan := math.NaN()
	same := func(want, got []float64) {
		t.Helper()
		require.Empty(t, cmp.Diff(want, got, cmpopts.EquateNaNs()))
	}
	values, weights, err := r.Matrix("等待", "overall")
	require.NoError(t, err)
	require.Nil(t, weights)
	require.False(t, r.Weighted())
	same([]float64{4, 8, nan, 3, 5, 9, nan, nan}, values) // 等待 is turned: 6 − x
	values, _, err = r.Wave("w2").Matrix()
	require.NoError(t, err)
	same([]float64{9, 5, nan, nan, -12.5, nan, nan, nan, nan, nan}, values)

	weighted := fourResponses()
	for i := range weighted {
		weighted[i].Weight = float64(i + 1)
	}
	r, err = satisfaction.NewResponses(serviceSurvey(t), weighted)
	require.NoError(t, err)
	_, weights, err = r.Wave("w2").Matrix("overall")
	require.NoError(t, err)
	require.Equal(t, []float64{3, 4}, weights)
	c, err := r.Column("overall")
	require.NoError(t, err)
	require.Equal(t, []int{3, 1}, []int{c.Len(), c.Missing()})
	require.Equal(t, 10.0, c.Item().High)

	_, _, err = r.Matrix("overall", "price")
	require.EqualError(t, err, `satisfaction: survey "service" has no item "price"`)
	_, err = r.Column("price")
	require.ErrorContains(t, err, "has no item")
}

func TestAnyResponseComesBackByteForByte(t *testing.T) {
	label := rapid.StringMatching(`[\pL\pN"\\<>& -]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		response := satisfaction.Response{
			ID: rapport.ID("r" + label.Draw(t, "id")), Customer: rapport.ID(label.Draw(t, "customer")),
			Wave: label.Draw(t, "wave"), Channel: label.Draw(t, "channel"),
			At:      time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "second"), rapid.Int64Range(0, 999999999).Draw(t, "nanosecond")),
			Weight:  rapid.OneOf(rapid.Just(0.0), rapid.Float64Range(satisfaction.MinWeight, satisfaction.MaxWeight)).Draw(t, "weight"),
			Answers: rapid.MapOf(rapid.StringMatching(`[\pL"\\]{1,8}`), rapid.Float64Range(-satisfaction.MaxAnswer, satisfaction.MaxAnswer)).Draw(t, "answers"),
		}
		text, err := json.Marshal(response)
		if err != nil {
			t.Fatal(err)
		}
		var read satisfaction.Response
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(response, read, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0)); diff != "" {
			t.Fatal(diff)
		}
		again, err := json.Marshal(read)
		if err != nil || string(again) != string(text) {
			t.Fatalf("%s became %s: %v", text, again, err)
		}
	})
}

func TestZeroResponses(t *testing.T) {
	var r satisfaction.Responses
	values, weights, err := r.Wave("w").Matrix()
	require.NoError(t, err)
	require.Empty(t, values)
	require.Nil(t, weights)
	_, err = r.Column("q")
	require.EqualError(t, err, `satisfaction: survey "" has no item "q"`)
	require.Empty(t, r.Waves())
	require.Empty(t, r.Survey().Items())
	got, err := satisfaction.EvaluatePilot(satisfaction.Column{}, satisfaction.PilotRule{})
	require.NoError(t, err)
	require.Equal(t, satisfaction.PilotUndecided, got.Decision)
}

func TestNilResponses(t *testing.T) {
	_, drivers := satisfaction.Drivers(nil, "q", []string{"p"}, nil)
	_, complaints := satisfaction.CheckComplaints(nil, "q", nil, 0)
	for _, err := range []error{drivers, complaints} {
		_, ok := errors.AsType[*satisfaction.ArgumentError](err)
		require.True(t, ok, err)
	}
}

// Turning a reversed scale swaps its ends exactly, whatever they are.
func TestReversedEnds(t *testing.T) {
	item := satisfaction.Item{Key: "q", Low: -0.3, High: 1e12, Reversed: true}
	top, err := satisfaction.TopBox(columnOf(t, item, nil, -0.3, 1e12), &satisfaction.ShareOptions{From: 1e12, To: 1e12})
	require.NoError(t, err)
	require.Equal(t, 1.0, top.Counts.Num)
	low, err := satisfaction.TopBox(columnOf(t, item, nil, -0.3, 1e12), &satisfaction.ShareOptions{From: -0.3, To: -0.3})
	require.NoError(t, err)
	require.Equal(t, 1.0, low.Counts.Num)
}

// What is kept does not change with what it was made from.
func TestResponsesKeepCopies(t *testing.T) {
	input := fourResponses()
	r, err := satisfaction.NewResponses(serviceSurvey(t), input)
	require.NoError(t, err)
	input[0].Answers["overall"] = 1
	r.Response(0).Answers["overall"] = 2
	values, _, err := r.Matrix("overall")
	require.NoError(t, err)
	values[1] = 7
	require.Equal(t, 8.0, r.Response(0).Answers["overall"])
	items := r.Survey().Items()
	items[0].Key = "x"
	_, ok := r.Survey().Item("overall")
	require.True(t, ok)
}

func TestResponseErrors(t *testing.T) {
	for want, spoil := range map[string]func(r []satisfaction.Response){
		`response "r2" (row 1): answer 11 to item "overall" is out of range: 1 to 10`: func(r []satisfaction.Response) { r[1].Answers["overall"] = 11 },
		`response "r2" (row 1): answer NaN to item "overall" is out of range: 1 to 10`: func(r []satisfaction.Response) {
			r[1].Answers["overall"] = math.NaN()
		},
		`response "r2" (row 1): answer 0.5 to item "complained" is not whole: 0 to 1`: func(r []satisfaction.Response) { r[1].Answers["complained"] = 0.5 },
		`response "r2" (row 1): answer -1 to item "visits" is out of range: 0 to 1e+12`: func(r []satisfaction.Response) {
			r[1].Answers["visits"] = -1
		},
		`response "r2" (row 1): survey "service" has no item "aaa"`: func(r []satisfaction.Response) {
			r[1].Answers["zzz"], r[1].Answers["aaa"] = 1, 1
		},
		`response "r1" (row 1): id "r1": is in row 0 already`: func(r []satisfaction.Response) { r[1].ID = "r1" },
		`response "" (row 1): id "": must be a valid id`:      func(r []satisfaction.Response) { r[1].ID = "" },
		`response "r2" (row 1): wave "a\x00": must be empty or at most 128 bytes of UTF-8 without control characters`: func(r []satisfaction.Response) {
			r[1].Wave = "a\x00"
		},
		`response "r2" (row 1): weight "2": all responses have a weight or none has, and that of row 0 is 0`: func(r []satisfaction.Response) {
			r[1].Weight = 2
		},
		`response "r2" (row 1): weight "-2": must be from 1e-09 to 1e+09, or 0 for none`: func(r []satisfaction.Response) { r[1].Weight = -2 },
		`response "r1" (row 0): weight "NaN": must be from 1e-09 to 1e+09, or 0 for none`: func(r []satisfaction.Response) {
			r[0].Weight = math.NaN()
		},
		`response "r2" (row 1): at "12000-01-01T00:00:00Z": must be in the years 1 to 9999`: func(r []satisfaction.Response) {
			r[1].At = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)
		},
	} {
		input := fourResponses()
		spoil(input)
		_, err := satisfaction.NewResponses(serviceSurvey(t), input)
		require.EqualError(t, err, "satisfaction: "+want)
	}
	_, err := satisfaction.NewResponses(nil, nil)
	require.EqualError(t, err, "satisfaction: survey: no items")
	input := fourResponses()
	input[0].Customer = rapport.ID(strings.Repeat("x", 129))
	_, err = satisfaction.NewResponses(serviceSurvey(t), input)
	_, ok := errors.AsType[*rapport.IDError](err)
	require.True(t, ok)
}

func TestSurveyErrors(t *testing.T) {
	item := satisfaction.Item{Key: "q", Low: 1, High: 5}
	with := func(change func(i *satisfaction.Item)) []satisfaction.Item {
		changed := item
		change(&changed)
		return []satisfaction.Item{changed}
	}
	for _, c := range []struct {
		items []satisfaction.Item
		want  string
	}{
		{nil, "no items"},
		{[]satisfaction.Item{item, item}, `item "q" (1 to 5): the key comes twice`},
		{with(func(i *satisfaction.Item) { i.High = 1 }), `item "q" (1 to 1): the low end must be below the high end`},
		{with(func(i *satisfaction.Item) { i.High = math.NaN() }), `item "q" (1 to NaN): the low end must be below the high end`},
		{with(func(i *satisfaction.Item) { i.High = 2e12 }), `item "q" (1 to 2e+12): the ends must be at most 1e+12 in size`},
		{with(func(i *satisfaction.Item) { i.Kind = 9 }), `item "q" (1 to 5): ItemKind(9) is no kind of item`},
		{with(func(i *satisfaction.Item) { i.Kind = satisfaction.YesNoItem }), `item "q" (1 to 5): a yes-no item runs from 0 to 1`},
		{with(func(i *satisfaction.Item) { i.Kind, i.High = satisfaction.CountItem, 2.5 }), `item "q" (1 to 2.5): the ends of a count must be whole`},
		{with(func(i *satisfaction.Item) { i.Key = "" }), `the key must be 1 to 128 bytes of UTF-8 without control characters`},
		{with(func(i *satisfaction.Item) { i.Group = "\xff" }), `item "q" (1 to 5): the group must be at most 128 bytes of UTF-8 without control characters`},
	} {
		_, err := satisfaction.NewSurvey("s", 1, c.items...)
		require.EqualError(t, err, "satisfaction: survey: "+c.want)
	}
	_, err := satisfaction.NewSurvey("s", 0, item)
	require.EqualError(t, err, "satisfaction: survey: version 0: must be 1 or more")
	_, err = satisfaction.NewSurvey("", 1, item)
	_, ok := errors.AsType[*rapport.IDError](err)
	require.True(t, ok)
}

func TestSurveyJSON(t *testing.T) {
	text, err := json.Marshal(serviceSurvey(t))
	require.NoError(t, err)
	var read satisfaction.Survey
	require.NoError(t, json.Unmarshal(text, &read))
	require.Equal(t, serviceSurvey(t).Items(), read.Items())
	require.Equal(t, 3, read.Version())
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
	require.True(t, strings.HasPrefix(string(text), `{"kind":"rapport/satisfaction-survey","format":1,"id":"service","version":3,"items":[{"key":"overall","group":"satisfaction","kind":"scale","low":1,"high":10},`), string(text))

	for _, spoiled := range []string{
		strings.Replace(string(text), `"format":1`, `"format":2`, 1),
		strings.Replace(string(text), `"scale"`, `"scales"`, 1),
		strings.Replace(string(text), `"kind":"scale",`, ``, 1),
		strings.Replace(string(text), `"scale"`, `null`, 1),
		strings.Replace(string(text), `"low":0,`, ``, 1),
		strings.Replace(string(text), `,"high":1000000000000`, ``, 1),
		strings.Replace(string(text), `"low":1,`, `"low":null,`, 1),
		strings.Replace(string(text), `"id"`, `"Id"`, 1),
		"null", "{}",
	} {
		before := read.Version()
		require.ErrorIs(t, read.UnmarshalJSON([]byte(spoiled)), satisfaction.ErrSurveyFormat, spoiled)
		require.Equal(t, before, read.Version())
	}
	err = read.UnmarshalJSON([]byte(strings.Replace(string(text), `"high":10`, `"high":0`, 1)))
	_, ok := errors.AsType[*satisfaction.SurveyError](err)
	require.True(t, ok, err)
	_, err = json.Marshal(satisfaction.Survey{})
	require.ErrorContains(t, err, "no items")
	_, err = satisfaction.ItemKind(9).MarshalText()
	require.ErrorIs(t, err, satisfaction.ErrItemKind)
}

func TestResponseJSON(t *testing.T) {
	zone := time.FixedZone("", 8*3600)
	for _, response := range append(fourResponses(), satisfaction.Response{ID: "r5", Weight: 0.25, At: day(3).In(zone), Answers: map[string]float64{"z": 1, "a\"": -0.5}}) {
		text, err := json.Marshal(response)
		require.NoError(t, err)
		var read satisfaction.Response
		require.NoError(t, json.Unmarshal(text, &read), string(text))
		require.Empty(t, cmp.Diff(response, read, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(0)))
		again, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	}
	var read satisfaction.Response
	for _, text := range []string{
		`{"kind":"rapport/satisfaction-response","format":1,"id":"r"}`,
		`{"kind":"rapport/satisfaction-response","format":1,"id":"r","answers":{"a":1,"a":2}}`,
		`{"kind":"rapport/satisfaction-response","format":1,"id":"r","answers":{"a":null,"b":1}}`,
		`{"kind":"rapport/satisfaction-survey","format":1,"id":"r","answers":{}}`,
	} {
		require.ErrorIs(t, json.Unmarshal([]byte(text), &read), satisfaction.ErrSurveyFormat, text)
	}
	err := read.UnmarshalJSON([]byte(`{"kind":"rapport/satisfaction-response","format":1,"id":"r","answers":{"a":1e13}}`))
	require.EqualError(t, err, `satisfaction: response "r" (row 0): answer 1e+13 to item "a" is out of range: -1e+12 to 1e+12`)
	_, err = satisfaction.Response{ID: "r", Answers: map[string]float64{"a": math.NaN()}}.MarshalJSON()
	require.ErrorContains(t, err, "answer NaN")
}
