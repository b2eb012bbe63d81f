package htmlreport

import (
	"math"
	"strings"
)

// LineChart draws series over a common horizontal axis, such as actual and
// forecast purchases by week, with a mark where the data that the forecast
// could see end.
type LineChart struct {
	Title       string
	Description string // what the chart shows, for readers who cannot see it
	XLabel      string
	YLabel      string
	Series      []Series
	Boundary    *Boundary
	// Ticks names positions of the horizontal axis; without them the axis has
	// round numbers.
	Ticks []Tick
	Note  string
}

// Series is one line of a chart.
type Series struct {
	Name   string
	Points []Point // ascending in X; a Y that is not finite breaks the line
	Dashed bool
}

// Point is a point of a line.
type Point struct{ X, Y float64 }

// Boundary marks a position on the horizontal axis.
type Boundary struct {
	At    float64
	Label string
}

// Tick names a position on the horizontal axis.
type Tick struct {
	At    float64
	Label string
}

type lineView struct {
	frame
	Legend   []legendEntry
	Lines    []lineShape
	Boundary *boundaryView
}

type legendEntry struct {
	Class, Name string
}

type lineShape struct {
	Class   string
	Path    string
	Markers []markerView
}

type markerView struct{ X, Y, Text string }

type boundaryView struct{ X, LabelX, Anchor, Label, ShadeWidth string }

// frame is what all charts with two axes share.
type frame struct {
	ID, Title, Description, Note string
	XLabel, YLabel               string
	XTicks, YTicks               []axisTick
	Empty                        bool
}

// markerLimit is the number of points up to which each one of a full line gets a dot.
const markerLimit = 60

func (c LineChart) view(id string) blockView {
	laid := lineView{frame: frame{ID: id, Title: c.Title, Description: c.Description, Note: c.Note, XLabel: c.XLabel, YLabel: c.YLabel}}
	var xs, ys extent
	for _, series := range c.Series {
		for _, point := range series.Points {
			if drawable(point.X) && drawable(point.Y) {
				xs.add(point.X)
				ys.add(point.Y)
			}
		}
	}
	if !xs.any {
		laid.Empty = true
		return blockView{Kind: "line", Data: laid}
	}
	if c.Boundary != nil {
		xs.add(c.Boundary.At)
	}
	ys.add(0) // a count or an amount is read against zero
	low, high, ticks := niceAxis(ys.low, ys.high, 5)
	y := scale{low: low, high: high, from: plotBottom, to: plotTop}
	for _, tick := range ticks {
		laid.YTicks = append(laid.YTicks, axisTick{At: coordinate(y.at(tick)), Label: compact(tick)})
	}
	x := scale{low: xs.low, high: xs.high, from: plotLeft + 8, to: plotRight - 8}
	laid.XTicks = c.xTicks(x)
	for i, series := range c.Series {
		class := seriesClass(i, series.Dashed)
		laid.Legend = append(laid.Legend, legendEntry{Class: class, Name: series.Name})
		laid.Lines = append(laid.Lines, lineOf(class, series, x, y))
	}
	if c.Boundary != nil && drawable(c.Boundary.At) {
		laid.Boundary = boundaryOf(*c.Boundary, x)
	}
	return blockView{Kind: "line", Data: laid}
}

func (c LineChart) xTicks(x scale) []axisTick {
	var ticks []axisTick
	if len(c.Ticks) > 0 {
		for _, tick := range c.Ticks {
			if tick.At >= x.low && tick.At <= x.high {
				ticks = append(ticks, axisTick{At: coordinate(x.at(tick.At)), Label: tick.Label})
			}
		}
		return thin(ticks)
	}
	_, _, round := niceAxis(x.low, x.high, 8)
	for _, at := range round {
		if at >= x.low && at <= x.high {
			ticks = append(ticks, axisTick{At: coordinate(x.at(at)), Label: compact(at)})
		}
	}
	return thin(ticks)
}

func seriesClass(i int, dashed bool) string {
	class := [...]string{"first", "second", "third", "fourth"}[i%4]
	if dashed {
		class += " dashed"
	}
	return class
}

func lineOf(class string, series Series, x, y scale) lineShape {
	shape := lineShape{Class: class}
	var path strings.Builder
	drawing := false
	dots := len(series.Points) <= markerLimit && !series.Dashed // dots would hide the dashes
	for i, point := range series.Points {
		if !drawable(point.X) || !drawable(point.Y) {
			drawing = false
			continue
		}
		px, py := coordinate(x.at(point.X)), coordinate(y.at(point.Y))
		command := "L"
		if !drawing {
			command = "M"
		}
		path.WriteString(command + px + " " + py)
		alone := !drawing && (i+1 == len(series.Points) || !drawable(series.Points[i+1].Y))
		if dots || alone {
			text := series.Name + " " + compact(point.X) + ": " + Number(point.Y, decimalsFor(point.Y))
			shape.Markers = append(shape.Markers, markerView{X: px, Y: py, Text: text})
		}
		drawing = true
	}
	shape.Path = path.String()
	return shape
}

// decimalsFor keeps about four significant digits of a value in a tooltip.
func decimalsFor(v float64) int {
	size := math.Abs(v)
	switch {
	case size == math.Trunc(size) || size >= 1000:
		return 0
	case size >= 10:
		return 1
	}
	return 3
}

func boundaryOf(b Boundary, x scale) *boundaryView {
	at := x.at(b.At)
	laid := &boundaryView{X: coordinate(at), LabelX: coordinate(at + 6), Anchor: "start", Label: b.Label, ShadeWidth: coordinate(max(plotRight-at, 0))}
	if at > (plotLeft+plotRight)/2 {
		laid.LabelX, laid.Anchor = coordinate(at-6), "end"
	}
	return laid
}
