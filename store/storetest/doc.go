// Package storetest is the suite that defines how a store behaves. Every back end
// of rapport passes it, and so should one written elsewhere:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t testing.TB) storetest.Backend {
//			return storetest.Backend{DB: mystore.New()}
//		})
//	}
//
// What a back end cannot do it declares in [store.Capabilities]; the suite then
// leaves those cases out, and fails a back end that declares what it does not
// provide. A new rule for stores is first a case here.
//
// The suite on a real database is in internal/dbtest of this repository; the
// program examples/quickstart shows a store at work.
package storetest
