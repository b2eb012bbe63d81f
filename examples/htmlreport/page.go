package htmlreport

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed templates
var templates embed.FS

// Page is a whole report. Every string is plain text and is escaped.
type Page struct {
	Title     string
	Subtitle  string
	Language  string     // BCP 47 tag of the text; empty means "en"
	Headlines []Headline // the few numbers a reader should see first
	Sections  []Section
	Footer    string
}

// Headline is one number of the strip at the top of the page.
type Headline struct {
	Label string
	Value string
	Note  string // a short remark under the value; may be empty
}

// Section is a part of the page under one heading.
type Section struct {
	Title  string
	Text   string // an introduction; may be empty
	Blocks []Block
}

// Block is what a section holds, in order: [Table], [LineChart], [Histogram],
// [BarChart], [HeatMap], [GaugeChart], [QuadrantMap], [PathDiagram] or [Notice].
type Block interface {
	// view lays the block out; id is unique within the page.
	view(id string) blockView
}

// blockView is a block laid out for the template named by Kind.
type blockView struct {
	Kind string
	Wide bool // takes the whole width of the page
	Data any
}

// Notice is a paragraph that stands out: a warning or a caveat.
type Notice string

func (n Notice) view(string) blockView {
	return blockView{Kind: "notice", Wide: true, Data: string(n)}
}

type pageView struct {
	Page
	Style    template.CSS
	Sections []sectionView
}

type sectionView struct {
	Title, Text string
	Blocks      []blockView
}

// Render writes the page. The page is built in memory first, so a failure
// leaves nothing half-written; an error is the writer's own.
func (p Page) Render(w io.Writer) error {
	style, err := templates.ReadFile("templates/style.css")
	if err != nil {
		return fmt.Errorf("htmlreport: %w", err)
	}
	parsed, err := template.ParseFS(templates, "templates/*.html")
	if err != nil {
		return fmt.Errorf("htmlreport: %w", err)
	}
	if p.Language == "" {
		p.Language = "en"
	}
	view := pageView{Page: p, Style: template.CSS(style)}
	blocks := 0
	for _, section := range p.Sections {
		laid := sectionView{Title: section.Title, Text: section.Text}
		for _, block := range section.Blocks {
			blocks++
			laid.Blocks = append(laid.Blocks, block.view(fmt.Sprintf("block-%d", blocks)))
		}
		view.Sections = append(view.Sections, laid)
	}
	var page bytes.Buffer
	if err := parsed.ExecuteTemplate(&page, "page.html", view); err != nil {
		return fmt.Errorf("htmlreport: %w", err)
	}
	if _, err := page.WriteTo(w); err != nil {
		return fmt.Errorf("htmlreport: %w", err)
	}
	return nil
}
