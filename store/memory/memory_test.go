package memory_test

import (
	"flag"
	"testing"
	"time"

	"github.com/rapport-crm/rapport/store/memory"
	"github.com/rapport-crm/rapport/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(testing.TB) storetest.Backend {
		return storetest.Backend{DB: memory.New(&memory.Options{BusyTimeout: 50 * time.Millisecond})}
	})
}

func BenchmarkStore(b *testing.B) {
	storetest.Benchmark(b, func(testing.TB) storetest.Backend { return storetest.Backend{DB: memory.New(nil)} })
}

var customers = flag.Int("customers", 1000, "how many customers BenchmarkCard has")

func BenchmarkCard(b *testing.B) {
	storetest.BenchmarkCard(b, func(testing.TB) storetest.Backend { return storetest.Backend{DB: memory.New(nil)} }, *customers)
}
