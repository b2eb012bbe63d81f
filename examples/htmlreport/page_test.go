package htmlreport_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-crm/rapport/examples/htmlreport"
)

const hostile = `<script>alert("x")</script> & 'quoted' 客户 ]]>`

func samplePage(text string) htmlreport.Page {
	actual := htmlreport.Series{Name: "actual " + text}
	forecast := htmlreport.Series{Name: "forecast", Dashed: true}
	for week := 1; week <= 39; week++ {
		actual.Points = append(actual.Points, htmlreport.Point{X: float64(week), Y: 60 - float64(week%7)*4})
		forecast.Points = append(forecast.Points, htmlreport.Point{X: float64(week), Y: 58 - float64(week)/2})
	}
	histogram, _ := htmlreport.NewHistogram([]float64{0, 0.5, 3, 4, 12, 90, 700, 1000})
	histogram.Title, histogram.XLabel, histogram.YLabel = "Value "+text, "value", "customers"
	return htmlreport.Page{
		Title:     "Report " + text,
		Subtitle:  "made of " + text,
		Headlines: []htmlreport.Headline{{Label: "Customers", Value: htmlreport.Number(2357, 0), Note: text}},
		Footer:    text,
		Sections: []htmlreport.Section{{
			Title: "Charts " + text,
			Text:  text,
			Blocks: []htmlreport.Block{
				htmlreport.Notice(text),
				htmlreport.LineChart{Title: "Purchases " + text, Description: text, XLabel: "week", YLabel: "purchases", Series: []htmlreport.Series{actual, forecast}, Boundary: &htmlreport.Boundary{At: 20, Label: text}, Note: text},
				histogram,
				htmlreport.BarChart{Title: text, Bars: []htmlreport.Bar{{Label: text, Value: 3}, {Label: "loss", Value: -2, Text: text}, {Label: "none", Value: math.NaN()}}},
				htmlreport.HeatMap{Title: text, Description: text, Columns: []string{"0", text}, Rows: []string{"new", text}, Cells: [][]htmlreport.Cell{{{Value: 0.2, Filled: true, Note: text}, {}}, {{Value: 0.9, Filled: true}}}, Decimals: 2},
				htmlreport.GaugeChart{Title: text, Gauges: []htmlreport.Gauge{{Label: text, Value: 72, Low: 70, High: 74, Strong: true}, {Label: "none", Value: math.NaN(), Text: text}}, Note: text},
				htmlreport.QuadrantMap{Title: text, XLabel: text, YLabel: text, XSplit: math.NaN(), YSplit: 72, Corners: [4]string{text, "b", "c", "d"}, Points: []htmlreport.NamedPoint{{Name: text, X: 1, Y: 70}, {Name: "other", X: 2, Y: 75}}},
				htmlreport.PathDiagram{Title: text, Nodes: []htmlreport.Node{{Name: text, Note: text}, {Name: "b", Strong: true}}, Arrows: []htmlreport.Arrow{{From: text, To: "b", Label: text, Strength: -0.5, Faint: true}}},
				htmlreport.Table{Title: text, Columns: []htmlreport.Column{{Name: text}, {Name: "value", Numeric: true}}, Rows: [][]string{{text, "1"}, {"short"}, {"long", "2", "beyond"}}, Note: text},
			},
		}},
	}
}

func render(t require.TestingT, page htmlreport.Page) string {
	var out bytes.Buffer
	require.NoError(t, page.Render(&out))
	return out.String()
}

// wellFormed parses the page as XML, which is stricter than HTML: every tag is
// closed and every attribute quoted. It returns the page's texts joined.
func wellFormed(t require.TestingT, page string) string {
	decoder := xml.NewDecoder(strings.NewReader(page))
	decoder.Entity = xml.HTMLEntity
	var texts strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return texts.String()
		}
		require.NoError(t, err, "the page is not well-formed")
		if text, ok := token.(xml.CharData); ok {
			texts.Write(text)
		}
	}
}

func TestPageIsSelfContainedAndEscaped(t *testing.T) {
	page := render(t, samplePage(hostile))
	texts := wellFormed(t, page)

	require.Contains(t, texts, hostile, "text is shown as it was given")
	require.NotContains(t, page, "<script", "text became markup")
	require.NotContains(t, page, "ZgotmplZ", "the template engine refused a value")
	for _, outside := range []string{"http:", "https:", "url(", "@import", "<link", "<img", "<iframe", "src=", "href="} {
		require.NotContains(t, page, outside, "the page must not ask for anything outside itself")
	}
	require.Contains(t, page, "Content-Security-Policy")
	require.Contains(t, page, "prefers-color-scheme: dark")
	require.Contains(t, page, "@media print")
}

func TestSameDataGivesSameBytes(t *testing.T) {
	require.Equal(t, render(t, samplePage("a")), render(t, samplePage("a")))
}

func TestChartsAreAccessible(t *testing.T) {
	page := render(t, samplePage("plain"))
	charts := regexp.MustCompile(`<svg class="chart" role="img" viewBox="[^"]+" aria-labelledby="(\S+) (\S+)"><title id="(\S+)">[^<]*</title><desc id="(\S+)">`).FindAllStringSubmatch(page, -1)
	require.Len(t, charts, 7, "one for each chart of the page")
	seen := map[string]bool{}
	for _, chart := range charts {
		require.Equal(t, chart[1], chart[3])
		require.Equal(t, chart[2], chart[4])
		require.False(t, seen[chart[1]], "id %s is used twice", chart[1])
		seen[chart[1]] = true
	}
}

func TestPathsHaveNumbersOnly(t *testing.T) {
	numbers := regexp.MustCompile(`^[MLCZ0-9. -]*$`)
	coordinates := regexp.MustCompile(` (?:x|y|x1|x2|y1|y2|cx|cy|width|height|d)="([^"]*)"`)
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(
			rapid.Float64(),
			rapid.SampledFrom([]float64{0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 1e-320, 1e99}),
			rapid.Float64Range(-100, 10000),
		)
		var line htmlreport.LineChart
		for range rapid.IntRange(0, 3).Draw(t, "series") {
			var series htmlreport.Series
			for range rapid.IntRange(0, 6).Draw(t, "points") {
				series.Points = append(series.Points, htmlreport.Point{X: value.Draw(t, "x"), Y: value.Draw(t, "y")})
			}
			line.Series = append(line.Series, series)
		}
		if rapid.Bool().Draw(t, "boundary") {
			line.Boundary = &htmlreport.Boundary{At: value.Draw(t, "at")}
		}
		values := rapid.SliceOfN(value, 0, 20).Draw(t, "values")
		histogram, left := htmlreport.NewHistogram(values)
		counted := left
		for _, count := range histogram.Counts {
			counted += count
		}
		require.Equal(t, len(values), counted, "a histogram of %v lost values: edges %v counts %v", values, histogram.Edges, histogram.Counts)
		var bars htmlreport.BarChart
		heat := htmlreport.HeatMap{Columns: []string{"a", "b"}, Rows: []string{"c"}, Cells: make([][]htmlreport.Cell, 1)}
		for _, v := range values {
			bars.Bars = append(bars.Bars, htmlreport.Bar{Value: v})
			heat.Cells[0] = append(heat.Cells[0], htmlreport.Cell{Value: v, Filled: true})
		}
		gauges := htmlreport.GaugeChart{Low: value.Draw(t, "low"), High: value.Draw(t, "high")}
		quadrants := htmlreport.QuadrantMap{XSplit: value.Draw(t, "x split"), YSplit: value.Draw(t, "y split")}
		diagram := htmlreport.PathDiagram{}
		for i, v := range values {
			other := values[len(values)-1-i]
			name := fmt.Sprint("node ", i)
			gauges.Gauges = append(gauges.Gauges, htmlreport.Gauge{Value: v, Low: other, High: v})
			quadrants.Points = append(quadrants.Points, htmlreport.NamedPoint{Name: name, X: v, Y: other})
			if i > 7 {
				continue // a larger diagram takes longer and holds nothing else
			}
			diagram.Nodes = append(diagram.Nodes, htmlreport.Node{Name: name})
			diagram.Arrows = append(diagram.Arrows, htmlreport.Arrow{From: name, To: fmt.Sprint("node ", rapid.IntRange(0, 8).Draw(t, "to")), Strength: v})
		}
		page := render(t, htmlreport.Page{Sections: []htmlreport.Section{{Blocks: []htmlreport.Block{line, histogram, bars, heat, gauges, quadrants, diagram}}}})
		wellFormed(t, page)
		for _, found := range coordinates.FindAllStringSubmatch(page, -1) {
			require.Regexp(t, numbers, found[1])
			if !strings.ContainsAny(found[1], "ML") {
				require.LessOrEqual(t, len(found[1]), 7, "a coordinate lies far outside the chart: %s", found[1])
			}
		}
	})
}

func TestEmptyDataIsSaidSo(t *testing.T) {
	histogram, left := htmlreport.NewHistogram([]float64{math.NaN()})
	require.Equal(t, 1, left)
	blocks := []htmlreport.Block{
		htmlreport.LineChart{Title: "line"},
		histogram,
		htmlreport.BarChart{Title: "bars"},
		htmlreport.HeatMap{Title: "heat"},
		htmlreport.GaugeChart{Title: "gauges"},
		htmlreport.QuadrantMap{Title: "quadrants", Points: []htmlreport.NamedPoint{{X: math.NaN()}}},
		htmlreport.PathDiagram{Title: "diagram"},
	}
	page := render(t, htmlreport.Page{Sections: []htmlreport.Section{{Blocks: blocks}}})
	wellFormed(t, page)
	require.Equal(t, len(blocks), strings.Count(page, ">no data<"))
	page = render(t, htmlreport.Page{Sections: []htmlreport.Section{{Blocks: []htmlreport.Block{htmlreport.Table{Columns: []htmlreport.Column{{Name: "id"}}}}}}})
	require.Contains(t, page, "nothing to show")
	require.NotEmpty(t, wellFormed(t, render(t, htmlreport.Page{})))
}

func TestLineBreaksAtGaps(t *testing.T) {
	points := []htmlreport.Point{{X: 1, Y: 1}, {X: 2, Y: 2}, {X: 3, Y: math.NaN()}, {X: 4, Y: 4}}
	page := render(t, htmlreport.Page{Sections: []htmlreport.Section{{Blocks: []htmlreport.Block{
		htmlreport.LineChart{Series: []htmlreport.Series{{Name: "s", Points: points}}},
	}}}})
	path := regexp.MustCompile(`<path class="series first" d="(M[^"]*)" />\s*<circle`).FindStringSubmatch(page)
	require.NotNil(t, path, "no path in the page")
	require.Equal(t, 2, strings.Count(path[1], "M"), "the path must start again after the gap: %s", path[1])
	require.Equal(t, 3, strings.Count(page, "<circle"), "one dot for each point that exists")
}

func TestHistogramClasses(t *testing.T) {
	tests := []struct {
		name   string
		values []float64
		edges  []float64
		counts []int
	}{
		{"spread values widen", []float64{0, 1, 2, 3, 4, 999}, []float64{0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}, []int{1, 1, 3, 0, 0, 0, 0, 0, 0, 1}},
		{"even values keep one width", []float64{1, 2, 3, 4}, []float64{0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4}, []int{0, 0, 1, 0, 1, 0, 1, 1}},
		{"an edge belongs above it", []float64{-2, 0, 2}, []float64{-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2}, []int{1, 0, 0, 0, 1, 0, 0, 1}},
		{"all zero", []float64{0, 0}, []float64{0, 0.2, 0.4, 0.6, 0.8, 1}, []int{2, 0, 0, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, left := htmlreport.NewHistogram(tt.values)
			require.Zero(t, left)
			require.InDeltaSlice(t, tt.edges, got.Edges, 1e-9, "edges of %v: got %v", tt.values, got.Edges)
			require.Equal(t, tt.counts, got.Counts, "counts of %v", tt.values)
		})
	}
}

func TestRenderPassesOnTheWritersError(t *testing.T) {
	full := errors.New("disk full")
	require.ErrorIs(t, htmlreport.Page{}.Render(failing{full}), full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestNumber(t *testing.T) {
	tests := []struct {
		value    float64
		decimals int
		want     string
	}{
		{0, 0, "0"}, {999, 0, "999"}, {1000, 0, "1,000"}, {1234567.891, 2, "1,234,567.89"},
		{-1234.5, 1, "−1,234.5"}, {-0.001, 2, "0.00"}, {12, -1, "12"},
		{math.NaN(), 2, htmlreport.Missing}, {math.Inf(-1), 0, htmlreport.Missing},
	}
	for _, tt := range tests {
		require.Equal(t, tt.want, htmlreport.Number(tt.value, tt.decimals), "Number(%v, %d)", tt.value, tt.decimals)
	}
	require.Equal(t, "12.3\u202f%", htmlreport.Percent(0.123, 1))
	require.Equal(t, htmlreport.Missing, htmlreport.Percent(math.NaN(), 1))
}

// A page is built from plain data and rendered into any writer.
func ExamplePage() {
	page := htmlreport.Page{
		Title:     "Repeat purchases",
		Headlines: []htmlreport.Headline{{Label: "Forecast", Value: htmlreport.Number(1653.4087, 1)}},
		Sections: []htmlreport.Section{{
			Title: "By week",
			Blocks: []htmlreport.Block{htmlreport.LineChart{
				Title: "Actual purchases",
				Series: []htmlreport.Series{{
					Name:   "actual",
					Points: []htmlreport.Point{{X: 1, Y: 61}, {X: 2, Y: 58}},
				}},
			}},
		}},
	}
	var out bytes.Buffer
	if err := page.Render(&out); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(htmlreport.Number(1653.4087, 1), "dots:", strings.Count(out.String(), "<circle"), "scripts:", strings.Count(out.String(), "<script"))
	// Output: 1,653.4 dots: 2 scripts: 0
}

// The seven colours cut the range into equal parts.
func TestHeatMapColours(t *testing.T) {
	heat := htmlreport.HeatMap{Low: 0, High: 7, Columns: make([]string, 8), Rows: []string{""}, Cells: make([][]htmlreport.Cell, 1)}
	for v := range 8 {
		heat.Cells[0] = append(heat.Cells[0], htmlreport.Cell{Value: float64(v) + 0.01, Filled: true})
	}
	page := render(t, htmlreport.Page{Sections: []htmlreport.Section{{Blocks: []htmlreport.Block{heat}}}})
	var steps []string
	for _, match := range regexp.MustCompile(`class="cell heat-(\d)"`).FindAllStringSubmatch(page, -1) {
		steps = append(steps, match[1])
	}
	require.Equal(t, []string{"0", "1", "2", "3", "4", "5", "6", "6"}, steps)
}
