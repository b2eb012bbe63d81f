package dbtest_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store"
	"github.com/rapport-crm/rapport/store/sqlite"
)

var full = flag.Bool("full", false, "kill ingestion 200 times instead of 8")

// The variables by which the parent tells this test binary to be the child.
const (
	childFile = "RAPPORT_DBTEST_INGEST_INTO"
	childSync = "RAPPORT_DBTEST_SYNC_COMMITS"
	childTurn = "RAPPORT_DBTEST_TAKE_TURNS_ON"
	childName = "RAPPORT_DBTEST_NAME"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		if err := ingestForever(path, os.Getenv(childSync) != ""); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if path := os.Getenv(childTurn); path != "" {
		if err := takeTurns(path, os.Getenv(childName)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

// ingestForever stores batch after batch, each in one Update, and acknowledges
// each on standard output once it is committed. It resumes where the file ends.
func ingestForever(path string, syncCommits bool) error {
	ctx := context.Background()
	writer, reader, err := files(path)
	if err != nil {
		return err
	}
	if err := sqlite.Migrate(ctx, writer); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, writer, reader, &sqlite.Options{SyncCommits: syncCommits})
	if err != nil {
		return err
	}
	machine, err := selling()
	if err != nil {
		return err
	}
	batch := 0
	if err := db.Tenant("acme").View(ctx, func(tx store.Tx) error {
		for _, err := range tx.Customers().All(ctx, store.CustomerQuery{}) {
			if err != nil {
				return err
			}
			batch++
		}
		return nil
	}); err != nil {
		return err
	}
	for ; ; batch++ {
		party, sales, contacts, err := makeBatch(batch)
		if err != nil {
			return err
		}
		if err := db.Tenant("acme").Update(ctx, func(tx store.Tx) error {
			in, err := tx.Transactions().Ingest(ctx, sales)
			if err != nil {
				return err
			}
			if in.Inserted != len(sales) {
				return fmt.Errorf("batch %d: %d of %d rows were new", batch, in.Inserted, len(sales))
			}
			if _, err := tx.Interactions().Ingest(ctx, contacts); err != nil {
				return err
			}
			if _, err := tx.Customers().Put(ctx, party); err != nil {
				return err
			}
			if err := moveDeals(ctx, tx, machine, batch); err != nil {
				return err
			}
			return keepNotes(ctx, tx, batch)
		}); err != nil {
			return err
		}
		if _, err := fmt.Println(batch); err != nil {
			return err
		}
	}
}

// TestKill kills ingestion with SIGKILL at random moments, again and again on the
// same file, and checks after each that what was acknowledged is there, that no
// batch is there by half, and that the file is sound.
func TestKill(t *testing.T) {
	kills := 8
	if *full {
		kills = 200
	}
	for _, syncCommits := range []bool{false, true} {
		t.Run(fmt.Sprintf("sync=%t", syncCommits), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "crm.db")
			acknowledged, committed := 0, 0
			for kill := range kills / 2 {
				// The seed makes a run's moments the same; what the child has done
				// by then still depends on the machine.
				moment := time.Duration(rand.New(rand.NewPCG(uint64(kill), 1)).IntN(120)) * time.Millisecond
				// The file is made by the first child; later ones may also die while
				// they open it and recover what the one before left.
				fromStart := kill%4 == 3
				got := ingestUntilKilled(t, path, syncCommits, fromStart, moment)
				for i, batch := range got {
					require.Equal(t, committed+i, batch, "acknowledgements go on where the file ended")
				}
				acknowledged += len(got)
				batches := checkBatches(t, path)
				require.Equal(t, batches, checkDeals(t, path), "deals are not those of the batches")
				require.Equal(t, batches, checkNotes(t, path), "files are not those of the batches")
				require.GreaterOrEqual(t, batches, committed+len(got), "kill %d: an acknowledged batch is lost", kill)
				require.LessOrEqual(t, batches, committed+len(got)+1, "kill %d: more than the one batch in flight", kill)
				committed = batches
			}
			require.Positive(t, acknowledged, "the child never came to commit: nothing was tested")
			t.Logf("%d kills, %d batches of %d rows acknowledged, %d found, none by half", kills/2, acknowledged, 3*batchSize+1, committed)
		})
	}
}

// TestKillFirstStart kills the first start on a new file, in which it is made,
// migrated and first written to, at many moments: the next start goes on from any.
func TestKillFirstStart(t *testing.T) {
	kills := 12
	if *full {
		kills = 200
	}
	dir := t.TempDir()
	sizes := map[bool]int{}
	for kill := range kills {
		path := filepath.Join(dir, strconv.Itoa(kill))
		moment := time.Duration(rand.New(rand.NewPCG(uint64(kill), 2)).IntN(60)) * time.Millisecond
		got := ingestUntilKilled(t, path, false, true, moment)
		writer, reader, err := files(path)
		require.NoError(t, err)
		require.NoError(t, sqlite.Migrate(t.Context(), writer), "kill %d after %s", kill, moment)
		require.NoError(t, errors.Join(writer.Close(), reader.Close()))
		batches := checkBatches(t, path)
		require.Equal(t, batches, checkDeals(t, path), "deals are not those of the batches")
		require.Equal(t, batches, checkNotes(t, path), "files are not those of the batches")
		require.GreaterOrEqual(t, batches, len(got), "kill %d: an acknowledged batch is lost", kill)
		require.LessOrEqual(t, batches, len(got)+1, "kill %d: more than the one batch in flight", kill)
		sizes[batches > 0]++
	}
	t.Logf("%d kills: %d before the first batch, %d after", kills, sizes[false], sizes[true])
}

// ingestUntilKilled returns the batches that the child acknowledged. The moment
// counts from the first one, or from the start.
func ingestUntilKilled(t *testing.T, path string, syncCommits, fromStart bool, moment time.Duration) []int {
	t.Helper()
	setting := childFile + "=" + path
	child := childProcess(t, setting)
	if syncCommits {
		child = childProcess(t, setting, childSync+"=1")
	}
	var complaint bytes.Buffer
	child.Stderr = &complaint
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	if fromStart {
		time.AfterFunc(moment, func() { _ = child.Process.Kill() })
	}
	var got []int
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // killed; a line cut short was not acknowledged
		}
		batch, err := strconv.Atoi(strings.TrimSpace(line))
		require.NoError(t, err)
		if len(got) == 0 && !fromStart {
			time.AfterFunc(moment, func() { _ = child.Process.Kill() })
		}
		got = append(got, batch)
	}
	require.EqualError(t, child.Wait(), "signal: killed", complaint.String())
	return got
}

// childProcess returns this test binary, to be started with further settings in
// its environment.
func childProcess(t *testing.T, settings ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	child := exec.CommandContext(t.Context(), self)
	child.Env = append(os.Environ(), settings...)
	return child
}
