package customer

// Import says that a record came with an import of history, such as the orders and
// service ratings from before go-live, and not in the course of business. Its event
// time then lies before its record time, often by years: analyses go by the event
// time, an audit shows the record time. The zero Import means "not imported".
type Import struct {
	Batch string `json:"batch,omitzero"` // which import it came with: the host's code, up to 128 bytes
	Grade Grade  `json:"grade,omitzero"` // how far its content can be trusted
}

// IsZero reports whether nothing was imported.
func (i Import) IsZero() bool { return i == Import{} }

// Grade says how far imported content can be trusted. The codes never change.
type Grade string

// The grades, the best first.
const (
	GradeVerified  Grade = "verified"  // compared with a document or with a second source
	GradePlausible Grade = "plausible" // passed the checks of the import, compared with nothing
	GradeDoubtful  Grade = "doubtful"  // parts are estimated, filled in or in doubt
)

// IsValid reports whether g is one of the grades; the empty text is not.
func (g Grade) IsValid() bool {
	return g == GradeVerified || g == GradePlausible || g == GradeDoubtful
}

// imported checks where a record came from. An import has both a batch and a grade.
func (c *checker) imported(i Import) {
	if i.IsZero() {
		return
	}
	c.required(path{field: "imported.batch"}, i.Batch, MaxCodeLength)
	if !i.Grade.IsValid() {
		c.report(path{field: "imported.grade"}, enumReason(i.Grade == ""))
	}
}
