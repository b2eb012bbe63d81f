package htmlreport

// HeatMap draws a value for each pair of a row and a column as a colour, such as
// the chance that a customer is active by number of purchases and time since the
// last one.
type HeatMap struct {
	Title       string
	Description string
	XLabel      string
	YLabel      string
	Columns     []string // left to right
	Rows        []string // bottom to top
	Cells       [][]Cell // by row, then by column; missing cells are empty
	// Low and High fix the ends of the colours; with both zero they come from the
	// values.
	Low, High float64
	Decimals  int // of the numbers in the cells
	Note      string
}

// Cell is one field of the map. The zero value is empty.
type Cell struct {
	Value  float64
	Filled bool   // an empty cell has no colour and no number
	Note   string // a remark for the tooltip, such as how many customers it holds
}

type heatView struct {
	frame
	Cells     []heatCell
	Rows      []axisTick
	Legend    []heatCell
	Low, High string
}

type heatCell struct {
	X, Y, Width, Height string
	TextX, TextY        string
	Step                int
	Text, Note          string
}

// heatSteps is the number of colours, heat-0 to heat-6 in the style.
const heatSteps = 7

func (h HeatMap) view(id string) blockView {
	laid := heatView{frame: frame{ID: id, Title: h.Title, Description: h.Description, Note: h.Note, XLabel: h.XLabel, YLabel: h.YLabel}}
	var values extent
	for _, row := range h.Cells {
		for _, cell := range row {
			if cell.Filled {
				values.add(cell.Value)
			}
		}
	}
	if len(h.Columns) == 0 || len(h.Rows) == 0 || !values.any {
		laid.Empty = true
		return blockView{Kind: "heatmap", Data: laid}
	}
	if h.Low != 0 || h.High != 0 {
		values.low, values.high = h.Low, h.High
	}
	x := scale{low: 0, high: float64(len(h.Columns)), from: plotLeft, to: plotRight}
	y := scale{low: 0, high: float64(len(h.Rows)), from: plotBottom, to: plotTop}
	numbers := len(h.Columns) <= 11
	for c, name := range h.Columns {
		laid.XTicks = append(laid.XTicks, axisTick{At: coordinate(x.at(float64(c) + 0.5)), Label: name})
	}
	laid.XTicks = thin(laid.XTicks)
	for r, name := range h.Rows {
		laid.Rows = append(laid.Rows, axisTick{At: coordinate(y.at(float64(r)+0.5) + 4), Label: name})
		for c := range h.Columns {
			if r >= len(h.Cells) || c >= len(h.Cells[r]) {
				continue
			}
			cell := h.Cells[r][c]
			if !cell.Filled || !drawable(cell.Value) {
				continue
			}
			left, right := x.at(float64(c))+1, x.at(float64(c+1))-1
			top, bottom := y.at(float64(r+1))+1, y.at(float64(r))-1
			text := Number(cell.Value, h.Decimals)
			shape := heatCell{
				X: coordinate(left), Y: coordinate(top), Width: coordinate(right - left), Height: coordinate(bottom - top),
				TextX: coordinate((left + right) / 2), TextY: coordinate((top+bottom)/2 + 4),
				Step: heatStep(cell.Value, values),
				Note: h.Rows[r] + " × " + h.Columns[c] + ": " + text,
			}
			if cell.Note != "" {
				shape.Note += " (" + cell.Note + ")"
			}
			if numbers {
				shape.Text = text
			}
			laid.Cells = append(laid.Cells, shape)
		}
	}
	for step := range heatSteps {
		laid.Legend = append(laid.Legend, heatCell{X: coordinate(float64(step) * 18), Width: "17", Step: step})
	}
	laid.Low, laid.High = Number(values.low, h.Decimals), Number(values.high, h.Decimals)
	return blockView{Kind: "heatmap", Data: laid}
}

func heatStep(v float64, values extent) int {
	if !(values.high > values.low) {
		return heatSteps / 2
	}
	share := (v - values.low) / (values.high - values.low)
	return min(max(int(share*heatSteps), 0), heatSteps-1)
}
