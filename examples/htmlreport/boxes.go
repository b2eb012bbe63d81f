package htmlreport

import "github.com/rapport-crm/rapport/examples/texttable"

// letterWidth and letterHeight are the size of a letter in a chart on a narrow screen,
// where letters are largest against the drawing.
const (
	letterWidth  = 9.2
	letterHeight = 17.0
)

// textWidth is the width of a text in letters.
func textWidth(text string) float64 { return float64(texttable.Width(text)) }

// box is a part of a chart that holds something already.
type box struct{ left, top, right, bottom float64 }

func (b box) overlaps(other box) bool {
	return b.left < other.right && other.left < b.right && b.top < other.bottom && other.top < b.bottom
}

// boxes are the parts of a chart that hold something already.
type boxes []box

func (b boxes) free(at box) bool {
	for _, other := range b {
		if other.overlaps(at) {
			return false
		}
	}
	return true
}

// beside finds a place for a text of a width beside a point, and takes it: to the
// right, to the left, above or below, the first that is free and within the plot.
func (b *boxes) beside(x, y, width float64) (textX, textY float64, anchor string) {
	type place struct {
		x, y   float64
		anchor string
		at     box
	}
	half := letterHeight / 2
	places := []place{
		{x + 9, y + 4, "start", box{x + 8, y - half, x + 9 + width, y + half}},
		{x - 9, y + 4, "end", box{x - 9 - width, y - half, x - 8, y + half}},
		{x, y - 11, "middle", box{x - width/2, y - 9 - letterHeight, x + width/2, y - 8}},
		{x, y + 22, "middle", box{x - width/2, y + 8, x + width/2, y + 9 + letterHeight}},
	}
	chosen := places[0]
	if chosen.at.right > plotRight {
		chosen = places[1]
	}
	for _, p := range places {
		within := p.at.left >= plotLeft && p.at.right <= plotRight+8 && p.at.top >= plotTop-12 && p.at.bottom <= plotBottom
		if within && b.free(p.at) {
			chosen = p
			break
		}
	}
	*b = append(*b, chosen.at)
	return chosen.x, chosen.y, chosen.anchor
}
