package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkReport runs the whole program from CSV text to JSON. It takes 20,000
// rows unless RAPPORT_BENCH_ROWS names another number, such as 1000000.
func BenchmarkReport(b *testing.B) {
	rows := 20_000
	if text := os.Getenv("RAPPORT_BENCH_ROWS"); text != "" {
		var err error
		rows, err = strconv.Atoi(text)
		require.NoError(b, err, "RAPPORT_BENCH_ROWS")
	}
	text := manyRows(rows)
	b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			var stderr bytes.Buffer
			code := run(b.Context(), []string{"-transactions", "-", "-until", "2025-12-31", "-format", "json"}, bytes.NewReader(text), io.Discard, &stderr)
			require.Equal(b, 0, code, stderr.String())
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run(fmt.Sprintf("read/rows=%d", rows), func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			log, err := openLog(bytes.NewReader(text), columnNames{id: "customer_id", date: "date", amount: "amount", cost: "cost"}, nil)
			require.NoError(b, err)
			for _, err := range log.purchases() {
				require.NoError(b, err)
			}
		}
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}

// manyRows makes a log of two years, seven rows a customer on average, in no
// order.
func manyRows(rows int) []byte {
	random := rand.New(rand.NewPCG(20260131, 7))
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	out.WriteString("customer_id,date,amount,cost\n")
	for range rows {
		customer := random.ExpFloat64() * float64(rows) / 7
		date := start.AddDate(0, 0, random.IntN(730))
		amount := 1 + random.ExpFloat64()*40
		fmt.Fprintf(&out, "%07d,%s,%.2f,%.2f\n", int(customer), date.Format(time.DateOnly), amount, amount*0.6)
	}
	return out.Bytes()
}
