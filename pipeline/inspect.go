package pipeline

// Inspect returns everything that is wrong or odd about a definition.
func Inspect(d Definition, options *Options) []Finding { return nil }
