package htmlreport

// BarChart draws named amounts as horizontal bars from a common zero line.
type BarChart struct {
	Title       string
	Description string
	Bars        []Bar
	Note        string
}

// Bar is one bar. A value that is not finite has a name and no bar.
type Bar struct {
	Label string
	Value float64
	Text  string // what is written beside the bar; empty means the value
}

type barChartView struct {
	frame
	Height string
	Zero   string // where the zero line stands; empty when no bar goes left of it
	Bars   []barShape
}

const (
	barPitch   = 48.0 // from one bar to the next, with its label above it
	barHeight  = 16.0
	barLeft    = 4.0
	barReserve = 96.0 // kept free beside the longest bar for its text
)

func (c BarChart) view(id string) blockView {
	laid := barChartView{frame: frame{ID: id, Title: c.Title, Description: c.Description, Note: c.Note}}
	var values extent
	values.add(0)
	for _, bar := range c.Bars {
		values.add(bar.Value)
	}
	if len(c.Bars) == 0 {
		laid.Empty = true
		laid.Height = coordinate(chartHeight)
		return blockView{Kind: "bars", Data: laid}
	}
	if values.high == values.low {
		values.high = 1
	}
	x := scale{low: values.low, high: values.high, from: barLeft, to: chartWidth - barReserve}
	zero := x.at(0)
	if values.low < 0 {
		laid.Zero = coordinate(zero)
	}
	laid.Height = coordinate(barPitch*float64(len(c.Bars)) + 8)
	for i, bar := range c.Bars {
		top := barPitch*float64(i) + 22
		shape := barShape{X: coordinate(zero), Y: coordinate(top), Width: "0", Height: coordinate(barHeight), LabelX: coordinate(zero + 6), LabelY: coordinate(top + 13), Label: bar.Label, Text: bar.Text}
		if drawable(bar.Value) {
			at := x.at(bar.Value)
			left, right := min(zero, at), max(zero, at)
			shape.X, shape.Width = coordinate(left), coordinate(right-left)
			shape.LabelX = coordinate(right + 6)
		}
		if shape.Text == "" {
			shape.Text = Number(bar.Value, decimalsFor(bar.Value))
		}
		laid.Bars = append(laid.Bars, shape)
	}
	return blockView{Kind: "bars", Data: laid}
}
