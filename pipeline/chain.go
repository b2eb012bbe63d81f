package pipeline

// Link ties an entry to the one before it.
type Link struct{}
