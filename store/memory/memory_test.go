package memory_test

import (
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
