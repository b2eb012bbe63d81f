package htmlreport

import "math"

// QuadrantMap draws named points on two axes and cuts the field in four, such as an
// importance–performance map.
type QuadrantMap struct {
	Title       string
	Description string
	XLabel      string
	YLabel      string
	Points      []NamedPoint // those that are not finite are left out
	// XSplit and YSplit are where the field is cut; the mean of the points if they are
	// not finite.
	XSplit, YSplit float64
	// Corners name the four parts: above left, above right, below left, below right.
	Corners [4]string
	Note    string
}

// NamedPoint is a point with its name.
type NamedPoint struct {
	Name string
	X, Y float64
}

type quadrantView struct {
	frame
	SplitX, SplitY string
	Corners        []cornerView
	Points         []pointView
}

type cornerView struct{ X, Y, Anchor, Text string }

type pointView struct {
	X, Y                 string
	TextX, TextY, Anchor string
	Name, Text           string
}

func (q QuadrantMap) view(id string) blockView {
	laid := quadrantView{frame: frame{ID: id, Title: q.Title, Description: q.Description, Note: q.Note, XLabel: q.XLabel, YLabel: q.YLabel}}
	var points []NamedPoint
	var xs, ys extent
	meanX, meanY := 0.0, 0.0
	for _, p := range q.Points {
		if drawable(p.X) && drawable(p.Y) {
			points = append(points, p)
			meanX, meanY = meanX+p.X, meanY+p.Y
			xs.add(p.X)
			ys.add(p.Y)
		}
	}
	if len(points) == 0 {
		laid.Empty = true
		return blockView{Kind: "quadrants", Data: laid}
	}
	splitX, splitY := meanX/float64(len(points)), meanY/float64(len(points))
	if drawable(q.XSplit) {
		splitX = q.XSplit
	}
	if drawable(q.YSplit) {
		splitY = q.YSplit
	}
	xs.add(splitX)
	ys.add(splitY)
	x, y := xs.wider(plotLeft, plotRight), ys.wider(plotBottom, plotTop)
	_, _, ticks := niceAxis(x.low, x.high, 6)
	for _, tick := range ticks {
		if tick >= x.low && tick <= x.high {
			laid.XTicks = append(laid.XTicks, axisTick{At: coordinate(x.at(tick)), Label: compact(tick)})
		}
	}
	laid.XTicks = thin(laid.XTicks)
	_, _, ticks = niceAxis(y.low, y.high, 5)
	for _, tick := range ticks {
		if tick >= y.low && tick <= y.high {
			laid.YTicks = append(laid.YTicks, axisTick{At: coordinate(y.at(tick)), Label: compact(tick)})
		}
	}
	laid.SplitX, laid.SplitY = coordinate(x.at(splitX)), coordinate(y.at(splitY))
	var taken boxes
	for i, text := range q.Corners {
		if text == "" {
			continue
		}
		corner := cornerView{X: coordinate(plotLeft + 6), Y: coordinate(plotTop + 14), Anchor: "start", Text: text}
		at := box{plotLeft + 6, plotTop, plotLeft + 6 + letterWidth*textWidth(text), plotTop + 20}
		if i%2 == 1 {
			corner.X, corner.Anchor = coordinate(plotRight-6), "end"
			at.left, at.right = plotRight-6-letterWidth*textWidth(text), plotRight-6
		}
		if i > 1 {
			corner.Y = coordinate(plotBottom - 7)
			at.top, at.bottom = plotBottom-24, plotBottom
		}
		laid.Corners = append(laid.Corners, corner)
		taken = append(taken, at)
	}
	for _, p := range points {
		px, py := x.at(p.X), y.at(p.Y)
		taken = append(taken, box{px - 6, py - 6, px + 6, py + 6})
	}
	for _, p := range points {
		px, py := x.at(p.X), y.at(p.Y)
		tx, ty, anchor := taken.beside(px, py, letterWidth*textWidth(p.Name))
		laid.Points = append(laid.Points, pointView{
			X: coordinate(px), Y: coordinate(py), TextX: coordinate(tx), TextY: coordinate(ty), Anchor: anchor,
			Name: p.Name, Text: p.Name + ": " + Number(p.X, decimalsFor(p.X)) + ", " + Number(p.Y, decimalsFor(p.Y)),
		})
	}
	return blockView{Kind: "quadrants", Data: laid}
}

// wider is a scale with room around the values for the points and their names.
func (e extent) wider(from, to float64) scale {
	room := (e.high - e.low) * 0.15
	if size := math.Max(math.Abs(e.low), math.Abs(e.high)); !(e.high-e.low > math.Max(1e-9*size, 1e-100)) {
		room = math.Max(size/2, 0.5)
	}
	return scale{low: e.low - room, high: e.high + room, from: from, to: to}
}
