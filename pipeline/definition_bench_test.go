package pipeline_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/pipeline"
)

func BenchmarkParseDefinition(b *testing.B) {
	text, err := os.ReadFile("testdata/sales.json")
	require.NoError(b, err)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, err = pipeline.ParseDefinition(text)
	}
	require.NoError(b, err)
}

func BenchmarkInspect(b *testing.B) {
	d, options := sound(), soundOptions()
	b.ReportAllocs()
	for b.Loop() {
		_ = pipeline.Inspect(d, options)
	}
}

func BenchmarkCompile(b *testing.B) {
	d, options := sound(), soundOptions()
	b.ReportAllocs()
	var err error
	for b.Loop() {
		_, err = pipeline.Compile(d, options)
	}
	require.NoError(b, err)
}
