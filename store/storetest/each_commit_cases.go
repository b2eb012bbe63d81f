package storetest

import (
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport"
	"github.com/rapport-crm/rapport/store"
)

// commits is what many writers do at once, and how a reader follows them.
type commits[E any] struct {
	writers, rounds int
	spoiled         int // one round in so many is numbered, and rolled back
	write           func(tx store.Tx, id rapport.ID) error
	after           func(tx store.Tx, cursor store.Token) iter.Seq2[E, error]
	of              func(E) (rapport.ID, store.Token)
}

// eachCommitOnce reads on from the last cursor while others write, and sees everything
// that was committed, each once.
func eachCommitOnce[E any](t *testing.T, b Backend, c commits[E]) {
	errs := make([]error, c.writers)
	var wg sync.WaitGroup
	for w := range c.writers {
		wg.Go(func() {
			for n := range c.rounds {
				spoiled := n%c.spoiled == c.spoiled-1
				err := persist(t.Context(), b.DB.Tenant(acme), func(tx store.Tx) error {
					err := c.write(tx, rapport.ID(fmt.Sprint(w, "/", n)))
					if err == nil && spoiled {
						err = errHost()
					}
					return err
				})
				if err != nil && !spoiled {
					errs[w] = errors.Join(errs[w], err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	seen := map[rapport.ID]int{}
	var cursor store.Token
	for last := false; ; {
		err := b.DB.Tenant(acme).View(t.Context(), func(tx store.Tx) error {
			for event, err := range c.after(tx, cursor) {
				if err != nil {
					return err
				}
				var id rapport.ID
				id, cursor = c.of(event)
				seen[id]++
			}
			return nil
		})
		if err != nil && !errors.Is(err, store.ErrBusy) {
			require.NoError(t, err)
		}
		if last && err == nil {
			break
		}
		select {
		case <-done:
			last = true // once more, for what was committed meanwhile
		default:
		}
	}
	require.NoError(t, errors.Join(errs...))
	require.Len(t, seen, c.writers*(c.rounds-c.rounds/c.spoiled))
	for id, n := range seen {
		require.Equal(t, 1, n, "%q", id)
	}
}
