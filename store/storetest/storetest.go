package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rapport-crm/rapport/store"
)

// Backend is an empty store under test and what the suite needs to try its
// capabilities. The timeout for other writers should be short, a tenth of a
// second or so: some cases wait for it.
type Backend struct {
	// DB is the store.
	DB store.DB
	// Reopen returns a new DB on the same records, as another start of the
	// process would. Required with Durable.
	Reopen func(t testing.TB) store.DB
	// Second returns another DB on the same records, used while DB is in use, as
	// another process would. Required with Processes.
	Second func(t testing.TB) store.DB
	// Medium returns every byte that the store keeps, once what it has erased is cleaned
	// as its documentation says. Required with Durable and Files.
	Medium func(t testing.TB) []byte
	// Begin starts a transaction of the host on the same records. Required with
	// HostTransactions.
	Begin func(t testing.TB) HostTx
}

// HostTx is a transaction that the host began, and the store bound to it.
type HostTx struct {
	DB               store.DB
	Commit, Rollback func() error
}

// Open makes an empty store for one case and arranges for its end with
// t.Cleanup. It is called from several goroutines.
type Open func(t testing.TB) Backend

// Run runs the cases as parallel subtests, each with a store of its own. Cases
// that need what the back end does not declare are named in the log and not run.
func Run(t *testing.T, open Open) {
	// Asked outside of the subtest: with a filter of tests that leaves it out, the
	// cases that need a capability would be left out as well, without a failure.
	b := open(t)
	can := b.DB.Capabilities()
	t.Run("capabilities", func(t *testing.T) {
		require.Equal(t, can.Durable, b.Reopen != nil, "Durable is declared as Backend.Reopen shows")
		require.Equal(t, can.Processes, b.Second != nil, "Processes is declared as Backend.Second shows")
		require.Equal(t, can.HostTransactions, b.Begin != nil, "HostTransactions is declared as Backend.Begin shows")
		view(t, b.DB, acme, func(tx store.Tx) {
			_, err := store.Pipelines(tx)
			require.Equal(t, can.Pipelines, err == nil, "Pipelines is declared as the Tx shows")
			_, err = store.Files(tx)
			require.Equal(t, can.Files, err == nil, "Files is declared as the Tx shows")
		})
	})
	for _, c := range Cases() {
		if !c.applies(can) {
			t.Logf("%s does not apply: the back end declares %+v", c.Name, can)
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			c.Run(t, open(t))
		})
	}
}

// Case is one rule that stores have to keep.
type Case struct {
	Name  string
	Needs store.Capabilities // without these the case does not apply
	Run   func(t *testing.T, b Backend)
}

// applies tells whether a back end with these capabilities has to keep the rule.
func (c Case) applies(can store.Capabilities) bool {
	return !(c.Needs.Durable && !can.Durable || c.Needs.Processes && !can.Processes ||
		c.Needs.HostTransactions && !can.HostTransactions || c.Needs.Pipelines && !can.Pipelines ||
		c.Needs.Files && !can.Files)
}

// Cases returns the suite.
func Cases() []Case {
	var all []Case
	for _, group := range [][]Case{
		customerCases(), identifierCases(), ingestCases(), textCases(), valueCases(),
		transactionCases(), concurrencyCases(), tenantCases(), pageCases(), streamCases(),
		purchaseCases(), hostCases(), durableCases(), modelCases(),
		recordCases(), partnerCases(), commitCases(), historyCases(), timerCases(), outboxCases(), definitionCases(), fireCases(),
		pipelineCases(),
		fileCases(), fileListCases(), pastCases(), aliasCases(), feedCases(), erasureCases(), suppressionCases(), glanceCases(), filedCases(),
	} {
		all = append(all, group...)
	}
	return all
}
