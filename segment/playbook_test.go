package segment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/segment"
)

func do(names ...string) []segment.Action {
	var actions []segment.Action
	for _, name := range names {
		actions = append(actions, segment.Action{Do: name})
	}
	return actions
}

// A customer of low current and high potential value is developed,
// since his potential is at least 100.
func ExamplePlaybook() {
	playbook, err := segment.NewPlaybook([]segment.Play{{
		Name: "develop",
		When: []segment.Condition{
			{Cell: []string{"low/high"}},
			{Measure: "potential", Op: segment.AtLeast, Value: 100},
		},
		Actions: []segment.Action{
			{Do: "develop", Channel: "visit", Offer: "trial", Service: "major"},
			{Do: "invite", Channel: "phone"},
		},
	}}, &segment.PlaybookOptions{Otherwise: []segment.Action{{Do: "serve"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, potential := range []float64{140, 99} {
		decision, err := playbook.Decide(segment.Profile{Cell: "low/high", Measures: map[string]float64{"potential": potential}})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Print(decision.Actions[0].Do)
		for _, held := range decision.Because {
			fmt.Print("; ", held.Condition, ": ", held.Found)
		}
		fmt.Println()
	}
	// Output:
	// develop; cell=low/high: low/high; potential>=100: 140
	// serve
}

func plays() []segment.Play {
	return []segment.Play{
		{"win back", []segment.Condition{{Tier: []string{"VIP", "major"}}, {Segment: "dormant"}}, []segment.Action{{Do: "call", Channel: "phone", Reason: "dormant"}}},
		{"develop", []segment.Condition{{Cell: []string{"low/high"}}, {Measure: "potential", Op: segment.AtLeast, Value: 100}, {Segment: "complained", Not: true}}, do("develop")},
		{"leave", []segment.Condition{{Cell: []string{"high/high"}, Not: true}, {Measure: "potential", Op: segment.Below, Value: 0, Not: true}, {Measure: "profit", Op: segment.Below, Value: 0}}, do("leave")},
	}
}

func playbook(t require.TestingT, plays []segment.Play, o *segment.PlaybookOptions) *segment.Playbook {
	p, err := segment.NewPlaybook(plays, o)
	require.NoError(t, err)
	return p
}

func TestDecide(t *testing.T) {
	p := playbook(t, plays(), nil)
	of := func(pairs ...any) map[string]float64 {
		m := map[string]float64{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1].(float64)
		}
		return m
	}
	for name, tc := range map[string]struct {
		profile segment.Profile
		want    string
	}{
		"nothing known":         {segment.Profile{}, ""},
		"first":                 {segment.Profile{Tier: "major", Segments: []string{"dormant"}, Cell: "low/high", Measures: of("potential", 200.)}, "win back"},
		"other tier":            {segment.Profile{Tier: "small", Segments: []string{"dormant"}}, ""},
		"unsure of the segment": {segment.Profile{Tier: "major", Unsure: []string{"dormant"}}, ""},
		"on the limit":          {segment.Profile{Cell: "low/high", Measures: of("potential", 100.)}, "develop"},
		"below the limit":       {segment.Profile{Cell: "low/high", Measures: of("potential", 99.)}, ""},
		"unsure of a complaint": {segment.Profile{Cell: "low/high", Unsure: []string{"complained"}, Measures: of("potential", 100.)}, ""},
		"complained":            {segment.Profile{Cell: "low/high", Segments: []string{"complained"}, Measures: of("potential", 100.)}, ""},
		"not the cell":          {segment.Profile{Cell: "low/low", Measures: of("potential", 0., "profit", -1.)}, "leave"},
		"the cell":              {segment.Profile{Cell: "high/high", Measures: of("potential", 0., "profit", -1.)}, ""},
		"not of what is below":  {segment.Profile{Cell: "low/low", Measures: of("potential", -1., "profit", -1.)}, ""},
		"no cell, so not not":   {segment.Profile{Measures: of("potential", 0., "profit", -1.)}, ""},
		"no value, so not not":  {segment.Profile{Cell: "low/low", Measures: of("profit", -1.)}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := p.Decide(tc.profile)
			require.NoError(t, err)
			require.Equal(t, tc.want, got.Rule)
		})
	}
	for op, want := range map[segment.Op]string{
		segment.AtLeast: "=+", segment.Above: "+", segment.AtMost: "-=", segment.Below: "-", segment.Equal: "=", segment.NotEqual: "-+",
	} {
		p := playbook(t, []segment.Play{{"it", []segment.Condition{{Measure: "m", Op: op, Value: 1}}, do("x")}}, nil)
		var got strings.Builder
		for sign, value := range []float64{0, 1, 2} {
			d, err := p.Decide(segment.Profile{Measures: of("m", value)})
			require.NoError(t, err)
			if d.Rule != "" {
				got.WriteString("-=+"[sign : sign+1])
			}
		}
		require.Equal(t, want, got.String(), "%s", op)
	}
}

func TestExplain(t *testing.T) {
	p := playbook(t, plays(), nil)
	got, err := p.Explain(segment.Profile{Cell: "low/high", Segments: []string{"dormant"}, Measures: map[string]float64{"potential": 250.5, "profit": -1}})
	require.NoError(t, err)
	var told []string
	for _, v := range got {
		var line strings.Builder
		fmt.Fprint(&line, v.Rule, " ", v.Fired, " ", v.Holds)
		for _, c := range v.Tested {
			fmt.Fprintf(&line, "; %s is %s (%s)", c.Condition, c.Truth, c.Found)
		}
		told = append(told, line.String())
	}
	require.Empty(t, cmp.Diff([]string{
		"win back false unknown; tier=VIP|major is unknown (); segment=dormant is true ()",
		"develop true true; cell=low/high is true (low/high); potential>=100 is true (250.5); segment!=complained is true ()",
		"leave false true; cell!=high/high is true (low/high); not potential<0 is true (250.5); profit<0 is true (-1)",
	}, told))
}

func TestProfilesRefused(t *testing.T) {
	p := playbook(t, []segment.Play{{"all", nil, do("x")}}, &segment.PlaybookOptions{Cells: []string{"a"}, Tiers: []string{"b"}})
	for message, profile := range map[string]segment.Profile{
		`cell "b": not one that there is`:                {Cell: "b"},
		`tier "a": not one that there is`:                {Tier: "a"},
		`segment "s": both known and not`:                {Segments: []string{"s"}, Unsure: []string{"s"}},
		`measure "m=NaN": not a number of size up to Ma`: {Measures: map[string]float64{"m": math.NaN(), "n": math.Inf(1)}},
	} {
		_, err := p.Decide(profile)
		_, ok := errors.AsType[*segment.ProfileError](err)
		require.True(t, ok)
		require.ErrorContains(t, err, message)
		_, err = p.Explain(profile)
		require.ErrorContains(t, err, message)
	}
}

func TestPlaybooksThatMakeNoSense(t *testing.T) {
	when := func(c ...segment.Condition) []segment.Play { return []segment.Play{{"r", c, do("x")}} }
	for message, tc := range map[string]struct {
		plays   []segment.Play
		options segment.PlaybookOptions
	}{
		`rules "0": want 1 to 1000`:                {},
		`rule 0 "": name "": name empty`:           {plays: []segment.Play{{"", nil, do("x")}}},
		`rule 1 "r": name "r": name twice`:         {plays: []segment.Play{{"r", nil, do("x")}, {"r", nil, do("x")}}},
		`actions "0": want 1 to 100`:               {plays: []segment.Play{{"r", nil, nil}}},
		`do "": name empty`:                        {plays: []segment.Play{{"r", nil, do("")}}},
		`actions "\n": name with control`:          {plays: []segment.Play{{"r", nil, []segment.Action{{Do: "x", Offer: "\n"}}}}},
		`when "0": not exactly one`:                {plays: when(segment.Condition{})},
		`when "cell=a": not exactly one`:           {plays: when(segment.Condition{Cell: []string{"a"}, Tier: []string{"b"}})},
		`op "<": without a measure`:                {plays: when(segment.Condition{Segment: "s", Op: segment.Below})},
		`op "~": unknown`:                          {plays: when(segment.Condition{Measure: "m", Op: "~"})},
		`value "+Inf": not a number`:               {plays: when(segment.Condition{Measure: "m", Op: segment.Below, Value: math.Inf(1)})},
		`cell "a": name twice`:                     {plays: when(segment.Condition{Cell: []string{"a", "a"}})},
		`cell "a": not one that there is`:          {plays: when(segment.Condition{Cell: []string{"a"}}), options: segment.PlaybookOptions{Cells: []string{"b"}}},
		`tier "a": not one that there is`:          {plays: when(segment.Condition{Tier: []string{"a"}}), options: segment.PlaybookOptions{Tiers: []string{"b"}}},
		`cells "a": name twice`:                    {plays: when(), options: segment.PlaybookOptions{Cells: []string{"a", "a"}}},
		`otherwise "do ": name empty`:              {plays: when(), options: segment.PlaybookOptions{Otherwise: do("")}},
		`cell "1001": too many`:                    {plays: when(segment.Condition{Cell: make([]string, 1001)})},
		`tiers "1001": too many`:                   {plays: when(), options: segment.PlaybookOptions{Tiers: make([]string, 1001)}},
		`when "101": too many`:                     {plays: when(make([]segment.Condition, 101)...)},
		`measure "` + strings.Repeat("m", 129):     {plays: when(segment.Condition{Measure: strings.Repeat("m", 129), Op: segment.Below})},
		`segment "a\tb": name with control charac`: {plays: when(segment.Condition{Segment: "a\tb"})},
	} {
		_, err := segment.NewPlaybook(tc.plays, &tc.options)
		_, ok := errors.AsType[*segment.PlaybookError](err)
		require.True(t, ok, message)
		require.ErrorContains(t, err, message)
	}
}

// drawPlaybook returns a small playbook and all profiles that it can tell apart.
func drawPlaybook(r *rapid.T) (*segment.Playbook, []segment.Profile) {
	cells := []string{"a", "b", "c"}
	var list []segment.Play
	for i := range rapid.IntRange(1, 5).Draw(r, "rules") {
		var when []segment.Condition
		for range rapid.IntRange(0, 3).Draw(r, "conditions") {
			c := segment.Condition{Not: rapid.Bool().Draw(r, "not")}
			switch rapid.IntRange(0, 3).Draw(r, "kind") {
			case 0:
				c.Cell = slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(cells), 1, 2).Draw(r, "cell"))))
			case 1:
				c.Tier = []string{"x"}
			case 2:
				c.Segment = "s"
			default:
				c.Measure = rapid.SampledFrom([]string{"m", "n"}).Draw(r, "measure")
				c.Op = rapid.SampledFrom([]segment.Op{">=", ">", "<=", "<", "=", "!="}).Draw(r, "op")
				c.Value = float64(rapid.IntRange(-1, 1).Draw(r, "value"))
			}
			when = append(when, c)
		}
		list = append(list, segment.Play{fmt.Sprint(i), when, do("x")})
	}
	var all []segment.Profile
	for _, cell := range append(cells, "") {
		for _, tier := range []string{"x", "other", ""} {
			for sure := range 3 {
				for m := -3; m <= 4; m++ { // halves from -1.5 to 1.5; 4: not known
					for n := -3; n <= 4; n++ {
						profile := segment.Profile{Cell: cell, Tier: tier, Measures: map[string]float64{}}
						if m < 4 {
							profile.Measures["m"] = float64(m) / 2
						}
						if n < 4 {
							profile.Measures["n"] = float64(n) / 2
						}
						switch sure {
						case 1:
							profile.Segments = []string{"s"}
						case 2:
							profile.Unsure = []string{"s"}
						}
						all = append(all, profile)
					}
				}
			}
		}
	}
	return playbook(r, list, &segment.PlaybookOptions{Cells: cells}), all
}

// What lint finds against going through everybody; the JSON form besides.
func TestPlaybookProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p, all := drawPlaybook(r)
		fires, covered, left := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, profile := range all {
			d, err := p.Decide(profile)
			require.NoError(r, err)
			fires[d.Rule] = true
			if d.Rule == "" {
				left[profile.Cell] = true
			} else {
				covered[profile.Cell] = true
			}
		}
		var want []string
		for _, play := range p.Plays() {
			if !fires[play.Name] {
				want = append(want, "unreachable "+play.Name)
			}
		}
		for _, cell := range p.Options().Cells {
			if left[cell] {
				want = append(want, map[bool]string{true: "partly_covered ", false: "uncovered "}[covered[cell]]+cell)
			}
		}
		var got []string
		for _, f := range p.Lint() {
			got = append(got, string(f.Kind)+" "+f.Rule+f.Cell)
			if f.Cell != "" {
				d, err := p.Decide(f.Example)
				require.NoError(r, err)
				require.Empty(r, d.Rule, "the example has a rule")
				require.Equal(r, f.Cell, f.Example.Cell)
			}
		}
		require.Empty(r, cmp.Diff(want, got))

		text, err := json.Marshal(p)
		require.NoError(r, err)
		var read segment.Playbook
		require.NoError(r, json.Unmarshal(text, &read))
		again, err := json.Marshal(&read)
		require.NoError(r, err)
		require.Equal(r, string(text), string(again))
	})
}

func TestPlaybookJSON(t *testing.T) {
	p := playbook(t, []segment.Play{{"r", []segment.Condition{{Measure: "m", Op: segment.Equal}, {Cell: []string{"a"}, Not: true}}, do("x")}}, &segment.PlaybookOptions{Cells: []string{"a"}, Otherwise: do("y")})
	text, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, `{"format":1,"cells":["a"],"rules":[{"name":"r","when":[{"measure":"m","op":"=","value":0},{"cell":["a"],"not":true}],"actions":[{"do":"x"}]}],"otherwise":[{"do":"y"}]}`, string(text))
	for _, swap := range [][2]string{
		{`"format":1`, `"format":2`}, {`,"value":0`, ``}, {`"not":true`, `"value":1`}, {`"cell":["a"]`, `"cell":["b"]`}, {`"op":"="`, `"op":"=="`}, {`"when"`, `"if"`},
	} {
		require.Error(t, p.UnmarshalJSON([]byte(strings.Replace(string(text), swap[0], swap[1], 1))), swap)
	}
	_, err = json.Marshal(new(segment.Playbook))
	require.Error(t, err)
}

func BenchmarkDecide(b *testing.B) {
	p := playbook(b, plays(), nil)
	profile := segment.Profile{Cell: "low/high", Tier: "small", Segments: []string{"new"}, Measures: map[string]float64{"potential": 200}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Decide(profile); err != nil {
			b.Fatal(err)
		}
	}
}
