package htmlreport

// GaugeChart draws figures on one scale, such as indices from 0 to 100, each with the
// interval in which it lies.
type GaugeChart struct {
	Title       string
	Description string
	Low, High   float64 // the ends of the scale; with both equal it is 0 to 100
	Gauges      []Gauge
	Note        string
}

// Gauge is one figure of the chart. A value that is not finite has a name and an empty
// gauge. With Low below High there is an interval.
type Gauge struct {
	Label     string
	Value     float64
	Low, High float64
	Text      string // what is written beside the name; empty means the value
	Strong    bool   // stands out from the others
}

type gaugeView struct {
	frame
	Height      string
	Left, Width string // of the scale
	Ticks       []axisTick
	TickY       string
	Gauges      []gaugeShape
}

type gaugeShape struct {
	TextY, Y, Middle string
	Fill             string // width of the filled part; empty without a value
	From, To         string // the interval; empty without one
	Top, Bottom      string // of its ends
	Label, Text      string
	Strong           bool
}

const (
	gaugePitch  = 50.0 // from one gauge to the next, with its name above it
	gaugeHeight = 14.0
	gaugeLeft   = 8.0
	gaugeRight  = chartWidth - 12
)

func (c GaugeChart) view(id string) blockView {
	laid := gaugeView{frame: frame{ID: id, Title: c.Title, Description: c.Description, Note: c.Note}, Height: coordinate(chartHeight)}
	if len(c.Gauges) == 0 {
		laid.Empty = true
		return blockView{Kind: "gauges", Data: laid}
	}
	x := scale{low: c.Low, high: c.High, from: gaugeLeft, to: gaugeRight}
	if !drawable(c.Low) || !drawable(c.High) || !(c.Low < c.High) {
		x.low, x.high = 0, 100
	}
	laid.Left, laid.Width = coordinate(gaugeLeft), coordinate(gaugeRight-gaugeLeft)
	bottom := gaugePitch * float64(len(c.Gauges))
	laid.TickY, laid.Height = coordinate(bottom+20), coordinate(bottom+28)
	for i := range 5 {
		at := x.low + (x.high-x.low)*float64(i)/4
		laid.Ticks = append(laid.Ticks, axisTick{At: coordinate(x.at(at)), Label: compact(at)})
	}
	within := func(v float64) float64 { return x.at(min(max(v, x.low), x.high)) }
	for i, g := range c.Gauges {
		top := gaugePitch*float64(i) + 24
		shape := gaugeShape{
			TextY: coordinate(top - 7), Y: coordinate(top), Middle: coordinate(top + gaugeHeight/2),
			Top: coordinate(top - 3), Bottom: coordinate(top + gaugeHeight + 3),
			Label: g.Label, Text: g.Text, Strong: g.Strong,
		}
		if drawable(g.Value) {
			shape.Fill = coordinate(within(g.Value) - gaugeLeft)
		}
		if drawable(g.Low) && drawable(g.High) && g.Low < g.High {
			shape.From, shape.To = coordinate(within(g.Low)), coordinate(within(g.High))
		}
		if shape.Text == "" {
			shape.Text = Number(g.Value, decimalsFor(g.Value))
		}
		laid.Gauges = append(laid.Gauges, shape)
	}
	return blockView{Kind: "gauges", Data: laid}
}
