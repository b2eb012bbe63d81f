package sqlitefile_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rapport-crm/rapport/examples/sqlitefile"
)

func ExampleOpen() {
	dir, err := os.MkdirTemp("", "rapport-sqlitefile-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	file, err := sqlitefile.Open(context.Background(), filepath.Join(dir, "100% crm?.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(file.Capabilities().Durable, file.Close())
	// Output: true <nil>
}
