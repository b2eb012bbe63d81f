package htmlreport

// Table is a table of texts. Rows shorter than the header are filled with
// empty cells; cells beyond the header are left out.
type Table struct {
	Title   string
	Columns []Column
	Rows    [][]string
	Note    string // a remark under the table; may be empty
}

// Column is the header of one column.
type Column struct {
	Name    string
	Numeric bool // aligned to the right, with digits of equal width
}

type tableView struct {
	ID, Title, Note string
	Columns         []Column
	Rows            [][]cellView
}

type cellView struct {
	Text    string
	Numeric bool
}

func (t Table) view(id string) blockView {
	laid := tableView{ID: id, Title: t.Title, Note: t.Note, Columns: t.Columns}
	for _, row := range t.Rows {
		cells := make([]cellView, len(t.Columns))
		for i, column := range t.Columns {
			cells[i].Numeric = column.Numeric
			if i < len(row) {
				cells[i].Text = row[i]
			}
		}
		laid.Rows = append(laid.Rows, cells)
	}
	return blockView{Kind: "table", Wide: true, Data: laid}
}
