package files_test

import (
	"fmt"
	"io"
	"os"

	"github.com/rapport-crm/rapport/examples/files"
)

func ExampleWrite() {
	err := files.Write("-", os.Stdout, func(out io.Writer) error {
		_, err := fmt.Fprintln(out, "report")
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: report
}
