package htmlreport

import (
	"math"
	"slices"
)

// Histogram draws how many values fall into each class. Classes are drawn
// equally wide, whatever their edges: values such as money per customer spread
// over powers of ten, and their classes widen from left to right.
type Histogram struct {
	Title       string
	Description string
	XLabel      string
	YLabel      string
	Edges       []float64 // ascending; class i is from Edges[i] up to Edges[i+1]
	Counts      []int     // one fewer than Edges
	Note        string
}

// maxClasses keeps the edge labels of a histogram apart.
const maxClasses = 10

// NewHistogram sorts values into at most ten classes with round edges. Values
// from zero up that spread widely get edges in the steps 1, 2, 5, 10, 20, …
// above zero; others get classes of equal width. A value on an edge belongs to
// the class above it, the greatest edge to the last class. Values that are not
// finite are left out, and left reports how many those are.
func NewHistogram(values []float64) (h Histogram, left int) {
	kept := make([]float64, 0, len(values))
	for _, v := range values {
		if drawable(v) {
			kept = append(kept, v)
		} else {
			left++
		}
	}
	if len(kept) == 0 {
		return Histogram{}, left
	}
	slices.Sort(kept)
	h.Edges = classEdges(kept)
	h.Counts = make([]int, len(h.Edges)-1)
	for _, v := range kept {
		class, exact := slices.BinarySearch(h.Edges, v)
		if !exact {
			class--
		}
		h.Counts[min(max(class, 0), len(h.Counts)-1)]++
	}
	return h, left
}

// classEdges chooses edges for ascending values.
func classEdges(sorted []float64) []float64 {
	low, high := sorted[0], sorted[len(sorted)-1]
	median := sorted[len(sorted)/2]
	if low < 0 || high <= 0 || median > high/5 {
		if low >= 0 {
			low = 0
		}
		if low == high {
			high = low + 1
		}
		_, _, edges := niceAxis(low, high, maxClasses-2)
		return edges
	}
	// The highest edge is the first of the 1-2-5 row that is above every value;
	// the others go down from it as far as there is room, and then to zero.
	edges := make([]float64, 0, maxClasses+1)
	power := math.Floor(math.Log10(high))
	row := [...]float64{1, 2, 5}
	k := 3 * int(power)
	edgeAt := func(k int) float64 {
		group := int(math.Floor(float64(k) / 3))
		return row[k-3*group] * math.Pow(10, float64(group))
	}
	for edgeAt(k) <= high {
		k++
	}
	for len(edges) < maxClasses && edgeAt(k) > 0 {
		edges = append(edges, edgeAt(k))
		k--
	}
	edges = append(edges, 0)
	slices.Reverse(edges)
	return edges
}

type histogramView struct {
	frame
	Bars []barShape
}

type barShape struct {
	X, Y, Width, Height string
	LabelX, LabelY      string
	Label, Text         string
}

func (h Histogram) view(id string) blockView {
	laid := histogramView{frame: frame{ID: id, Title: h.Title, Description: h.Description, Note: h.Note, XLabel: h.XLabel, YLabel: h.YLabel}}
	classes := min(len(h.Counts), len(h.Edges)-1)
	if classes <= 0 {
		laid.Empty = true
		return blockView{Kind: "histogram", Data: laid}
	}
	highest := float64(max(slices.Max(h.Counts[:classes]), 1))
	low, high, ticks := niceAxis(0, 1.06*highest, 5) // room for the number on the highest bar
	y := scale{low: low, high: high, from: plotBottom, to: plotTop}
	for _, tick := range ticks {
		if tick == math.Trunc(tick) { // half a customer is no mark on a count axis
			laid.YTicks = append(laid.YTicks, axisTick{At: coordinate(y.at(tick)), Label: compact(tick)})
		}
	}
	x := scale{low: 0, high: float64(classes), from: plotLeft, to: plotRight}
	every := 1 + classes/12
	for i := range classes + 1 {
		if i%every == 0 {
			laid.XTicks = append(laid.XTicks, axisTick{At: coordinate(x.at(float64(i))), Label: compact(h.Edges[i])})
		}
	}
	laid.XTicks = thin(laid.XTicks)
	for i, count := range h.Counts[:classes] {
		top := y.at(float64(max(count, 0)))
		left, right := x.at(float64(i))+1.5, x.at(float64(i+1))-1.5
		laid.Bars = append(laid.Bars, barShape{
			X: coordinate(left), Y: coordinate(top), Width: coordinate(max(right-left, 0.5)), Height: coordinate(plotBottom - top),
			LabelX: coordinate((left + right) / 2), LabelY: coordinate(top - 5),
			Label: compact(float64(count)),
			Text:  compact(h.Edges[i]) + " to " + compact(h.Edges[i+1]) + ": " + Number(float64(count), 0),
		})
	}
	return blockView{Kind: "histogram", Data: laid}
}
